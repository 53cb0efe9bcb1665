"""Clusters: no environment has the identity, context, registry or audience of another (A1)."""

from __future__ import annotations

from collections.abc import Iterator

from estate.declarations.stack_names import OWN
from estate.reader.problems import Problem
from estate.topics.document_secrets.declare import BootstrapFiles
from estate.world.claims import Claim, World, meetings, stacks_of


def check_clusters(world: World) -> Iterator[Problem]:
    """A problem for each thing of a cluster that another environment's cluster has."""
    for other, one in meetings(_claims(world)):
        yield one.problem(
            "not-isolated",
            f"{one.what} is that of {other.place}, too",
            "one for each stack: environments share no cluster and no right",
        )


def _claims(world: World) -> Iterator[Claim]:
    for name, stack in stacks_of(world):
        for path, what, of in OWN:
            value = of(stack.value)
            if value is not None:
                yield Claim(
                    stack=name,
                    key=(path, value),
                    what=f"{what} '{value}'",
                    declared=stack,
                    path=path,
                )
        for index, issuer in enumerate(stack.value.identity.issuers):
            for at, audience in enumerate(issuer.audiences):
                yield Claim(
                    stack=name,
                    key=("audience", issuer.url, audience),
                    what=f"the audience '{audience}' of '{issuer.url}'",
                    declared=stack,
                    path=("identity", "issuers", index, "audiences", at),
                )
        if source := stack.value.bootstrap:
            files = isinstance(source, BootstrapFiles)
            place = source.directory if files else source.prefix
            yield Claim(
                stack=name,
                key=("bootstrap", place),
                what=f"the source of bootstrap secrets '{place}'",
                declared=stack,
                path=("bootstrap", "directory" if files else "prefix"),
            )
