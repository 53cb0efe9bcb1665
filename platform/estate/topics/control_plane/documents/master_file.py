"""A file that every master has."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class MasterFile:
    """One of them: its document's name, what it is for, where it is installed."""

    name: str
    what: str
    """Without the cluster, which follows: ``How etcd is saved on each master of``."""
    path: str
    text: str
