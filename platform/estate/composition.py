"""compose(plan): what the cluster gets, in ordered groups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from estate.objects.definitions import Definition, defined_by_others
from estate.objects.manifest import Manifest
from estate.plan import Plan
from estate.table import TOPICS
from estate.topic import Group, Topic
from estate.topics.document_secrets.plan import GeneratedSecrets, generated_secrets


@dataclass(frozen=True)
class Composition:
    """Everything that a cluster gets."""

    plan: Plan
    groups: tuple[Group, ...]
    """In order: nothing needs an object of a later group."""

    @property
    def secrets(self) -> GeneratedSecrets:
        """What the stack generates for documents of other teams (X11)."""
        return generated_secrets(self.plan)

    @property
    def definitions(self) -> frozenset[Definition]:
        """What the cluster must know before anything is applied: kinds that others define."""
        return defined_by_others(self.manifests)

    @property
    def manifests(self) -> Iterator[Manifest]:
        """All objects of the cluster."""
        return (manifest for group in self.groups for manifest in group.manifests)


def compose(plan: Plan, topics: Sequence[Topic] = TOPICS) -> Composition:
    """The composition of one zone. Pure."""
    groups = [group for topic in topics for group in topic.groups(plan)]
    return Composition(plan=plan, groups=tuple(sorted(groups, key=lambda group: group.stage)))
