"""What every plugin process does: listen on loopback, say the port, live as long as the engine.

The engine starts a plugin with its own address as last argument and reads the port from the
first line of its output. It ends plugins by killing them; when it is itself killed, nobody
would end the plugin, so a thread watches for the parent's death.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import grpc

_UNLIMITED = -1
_OPTIONS = [
    ("grpc.max_receive_message_length", _UNLIMITED),
    ("grpc.max_send_message_length", _UNLIMITED),
]


def engine_address() -> str:
    """The engine's address: the last argument, empty when started by hand."""
    return sys.argv[-1] if len(sys.argv) > 1 else ""


def serve(register: Callable[[grpc.Server], None], workers: int) -> None:
    """Serve until the engine ends this process."""
    # Ctrl-C reaches the whole process group. The engine handles it: it tells the plugins to
    # cancel, waits for what is under way, and ends them.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="rpc")
    server = grpc.server(pool, options=_OPTIONS)
    register(server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    server.wait_for_termination()


def _end_with_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(0)
