"""What `estate check` says without refusing it."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console

from estate.cli.sentences import counted
from estate.declarations.load import Loaded
from estate.topics.registry.checks.unresolved_images import unresolved


def notices(loaded: Loaded) -> tuple[str, ...]:
    """One sentence or two for each thing that somebody has to see to."""
    images = unresolved(loaded)
    if not images:
        return ()
    return (
        f"{counted(len(images), 'image')} unresolved: {', '.join(images)}. No digest is known, "
        "so no node can pull them. `estate images resolve` asks the registries; a stack with "
        "removal: protected refuses them.",
    )


def print_notices(found: Iterable[str], console: Console) -> None:
    """Each on a line of its own."""
    for one in found:
        console.print(f"[yellow]Notice:[/] {one}", highlight=False, soft_wrap=True)
