"""Pages, help, problems and documents hold no riddle words (CONTRIBUTING.md, "Style")."""

from __future__ import annotations

import pytest

from tests.estates import REPOSITORY
from tests.plain_words import pages, riddles, shown


def test_no_page_holds_a_riddle() -> None:
    """A10: readers are engineers of many countries."""
    found = {
        str(page.relative_to(REPOSITORY)): words
        for page in pages()
        if (words := riddles(page.read_text(encoding="utf-8")))
    }
    assert not found, "tests/plain_words.py has what to write instead"


def test_no_text_that_the_program_shows_is_a_riddle() -> None:
    """A10, N1: messages, help of commands and of keys."""
    found = {place: words for place, text in shown() if (words := riddles(text))}
    assert not found, "tests/plain_words.py has what to write instead"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Whoever retires an app is told\nwhom it leads to", 4),
        ("the Service forwards to pods whose labels match, and a leader is elected", 0),
    ],
)
def test_riddles_are_found_across_lines_and_in_any_case(text: str, count: int) -> None:
    """A10."""
    assert len(riddles(text)) == count
