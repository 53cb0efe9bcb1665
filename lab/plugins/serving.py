"""What every plugin process does: listen on loopback, say the port, live as long as the engine.

The engine starts a plugin with its own address as last argument and reads the port from the
first line of its output. When it is done it sends SIGINT and waits for the plugin to go (a
terminal's Ctrl-C reaches the engine only: plugins have process groups of their own). When the
engine is itself killed, nobody would end the plugin, so a thread watches for its death.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import FrameType

import grpc

_UNLIMITED = -1
_OPTIONS = [
    ("grpc.max_receive_message_length", _UNLIMITED),
    ("grpc.max_send_message_length", _UNLIMITED),
]


def engine_address() -> str:
    """The engine's address: the last argument, empty when started by hand."""
    return sys.argv[-1] if len(sys.argv) > 1 else ""


def serve(register: Callable[[grpc.Server], None], *, workers: int, grace: float) -> None:
    """Serve until told to end; requests under way then get `grace` seconds to finish."""
    pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="rpc")
    server = grpc.server(pool, options=_OPTIONS)
    register(server)
    told = threading.Event()

    def tell(_signal: int, _frame: FrameType | None) -> None:
        told.set()

    signal.signal(signal.SIGINT, tell)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    told.wait()
    server.stop(grace).wait()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # without waiting for threads that wait for an engine which is gone


def _end_with_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(0)
