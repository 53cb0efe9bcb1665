"""Documents that mention an app or a tenant by name, found in one pass over all of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from estate.documents.document import Document

_WORD = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*")


def mentions(
    documents: Iterable[Document], names: Collection[str]
) -> Mapping[str, Mapping[str, int]]:
    """By name, the documents with the number of their lines in which the name is a word."""
    found: dict[str, Counter[str]] = {name: Counter() for name in names}
    for document in documents:
        for line in document.text.splitlines():
            for name in {*_WORD.findall(line)} & found.keys():
                found[name][document.name] += 1
    return found
