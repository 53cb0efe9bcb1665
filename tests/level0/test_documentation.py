"""What people read about the project holds together."""

from __future__ import annotations

import re

from tests.estates import REPOSITORY

DECISIONS = sorted((REPOSITORY / "docs/adr").glob("*.md"))
PAGES = sorted([*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md")])


def test_decisions_are_numbered_without_gaps() -> None:
    """A gap would send a reader in search of a decision that was never written."""
    names = [page.name for page in DECISIONS]
    assert [name[:4] for name in names] == [f"{at:04}" for at in range(1, len(names) + 1)]
    titles = [page.read_text(encoding="utf-8").split(".", 1)[0] for page in DECISIONS]
    assert titles == [f"# {at}" for at in range(1, len(names) + 1)]


def test_links_between_pages_name_files_that_exist() -> None:
    """Links to addresses outside of the repository are not followed."""
    missing = [
        f"{page.relative_to(REPOSITORY)}: {target}"
        for page in PAGES
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert not missing


def test_pages_name_files_of_the_repository_that_exist() -> None:
    """A page that names a moved file sends its reader nowhere."""
    missing = [
        f"{page.relative_to(REPOSITORY)}: {path}"
        for page in PAGES
        for path in re.findall(
            r"`((?:platform|tests|lab|toolchain|docs)/[\w./-]+)`", page.read_text(encoding="utf-8")
        )
        if not (REPOSITORY / path).exists()
    ]
    assert not missing
