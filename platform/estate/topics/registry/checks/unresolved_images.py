"""Images without a known digest: a notice in general, a problem where a cluster matters (G5)."""

from __future__ import annotations

from collections.abc import Iterator

from estate.declarations.catalogue import Catalogue
from estate.declarations.load import Loaded
from estate.reader.problems import Problem
from estate.topics.registry.declare.resolved_images import UNRESOLVED, digest_of, references
from estate.topics.registry.plan.control_plane_images import release_of
from estate.topics.registry.plan.programs import needed_programs


def unresolved(loaded: Loaded) -> tuple[str, ...]:
    """The declared references that have no digest, sorted."""
    if loaded.images is None:
        return ()
    lock = loaded.images_lock.value if loaded.images_lock else None
    return tuple(
        sorted(
            {
                reference.reference
                for reference in references(loaded.images.value)
                if digest_of(reference.reference, lock) == UNRESOLVED
            }
        )
    )


def check_unresolved(catalogue: Catalogue, loaded: Loaded) -> Iterator[Problem]:
    """A problem with images without a digest, where a stack is protected from removal.

    No node can pull such an image, and a cluster that matters does not find out by trying.
    """
    stacks = [stack.value for stack in catalogue.stacks.values()]
    protected = [stack for stack in stacks if stack.removal == "protected"]
    if not protected or loaded.images is None:
        return
    releases = {release_of(stack, stack.masters) for stack in protected if stack.masters}
    programs = {name for stack in protected for name, _ in needed_programs(stack)}
    without = set(unresolved(loaded))
    found = [
        reference
        for reference in references(loaded.images.value)
        if reference.reference in without
        and (
            reference.path[0] == "images"
            or reference.path[1] in releases
            or reference.path[1] in programs
        )
    ]
    if found:
        names = " and ".join(sorted(stack.cluster.zone for stack in protected))
        yield loaded.images.problem(
            "unresolved-image",
            found[0].path,
            f"no digest is known of {', '.join(one.reference for one in found)}, "
            f"and the removal of {names} is protected",
            "a digest of each in images.lock.yaml",
            "Run `estate images resolve` where the registries, or mirrors, can be reached",
        )
