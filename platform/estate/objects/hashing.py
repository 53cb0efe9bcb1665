"""Content hashes for names: what has another content has another name."""

from __future__ import annotations

import json
from hashlib import sha256


def content_hash(content: object) -> str:
    """Eight hexadecimal digits, the same for equal JSON content whatever the order of keys."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()[:8]
