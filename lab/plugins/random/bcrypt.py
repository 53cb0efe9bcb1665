"""The bcrypt hash that a RandomPassword carries beside its result.

The C library's `crypt` knows bcrypt on most Linux systems. Where it does not, there is no
hash: nothing in the estate uses it, and a wrong one would be worse than none.
"""

from __future__ import annotations

import base64
import ctypes
import ctypes.util
import secrets
import threading

_LOCK = threading.Lock()
_STANDARD = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_BCRYPT = b"./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_LONGEST = 72


def hashed(password: str) -> str | None:
    """The password's hash, None where the C library cannot make it."""
    name = ctypes.util.find_library("crypt")
    if name is None:
        return None
    crypt = ctypes.CDLL(name).crypt
    crypt.restype = ctypes.c_char_p
    random = base64.b64encode(secrets.token_bytes(16))[:22]
    setting = b"$2a$10$" + random.translate(bytes.maketrans(_STANDARD, _BCRYPT))
    with _LOCK:  # crypt returns a static buffer
        result: bytes | None = crypt(password.encode()[:_LONGEST], setting)
    return result.decode() if result and result.startswith(b"$2a$10$") else None
