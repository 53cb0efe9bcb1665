"""Shows that something long is going on: what, which of how many, and for how long.

On a terminal one line is rewritten every second; elsewhere (a CI log) there is a line
at the start, one every half minute, and one at the end.
"""

from __future__ import annotations

import sys
import threading
import time
from types import TracebackType
from typing import TextIO


def duration(seconds: float) -> str:
    """How people write a time span: 48 s, 3:07 min."""
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60}:{whole % 60:02d} min"


class Step:
    """One thing that takes time; a context manager that ticks while its body runs."""

    def __init__(self, label: str, *, usually: float = 0, stream: TextIO | None = None) -> None:
        self._label = label
        self._usually = f", usually {duration(usually)}" if usually else ""
        self._stream = stream or sys.stdout
        self._tty = self._stream.isatty()
        self.note = ""
        """How far it has come; may be changed at any time."""
        self._over = threading.Event()
        self._ticker = threading.Thread(target=self._tick, daemon=True)
        self._start = 0.0

    def __enter__(self) -> Step:
        self._start = time.monotonic()
        if not self._tty:
            self._write(f"{self._label} ...{self._usually}\n")
        self._ticker.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._ticker.join()
        outcome = "done" if kind is None else "stopped" if kind is KeyboardInterrupt else "failed"
        elapsed = duration(time.monotonic() - self._start)
        clear = "\r\x1b[K" if self._tty else ""
        self._write(f"{clear}{self._label}: {outcome}, {elapsed}\n")

    def _tick(self) -> None:
        pause = 1 if self._tty else 30
        while not self._over.wait(pause):
            elapsed = duration(time.monotonic() - self._start)
            note = f"{self.note}, " if self.note else ""
            if self._tty:
                self._write(f"\r\x1b[K{self._label} ... {note}{elapsed}{self._usually}")
            else:
                self._write(f"{self._label} ... {note}{elapsed} so far\n")

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
