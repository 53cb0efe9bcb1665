"""An app as it is put together: its keys, and what has no key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from estate.importing.apps.objects import Json, KubeObject, Objects, mapping
from estate.importing.apps.site import Site


@dataclass(frozen=True, kw_only=True)
class Left:
    """Something of an object that was not carried over, and why."""

    object: str
    field: str
    why: str

    def __str__(self) -> str:
        return (
            f"{self.object}: {self.field}: {self.why}"
            if self.field
            else (f"{self.object}: {self.why}")
        )


@dataclass(kw_only=True)
class Draft:
    """One app of one workload."""

    source: KubeObject
    template: Json
    """Of its pods: ``metadata`` and ``spec``."""
    container: Json
    """The one whose port its Services name."""
    objects: Objects
    site: Site
    keys: Json = field(default_factory=dict[str, Any])
    left: list[Left] = field(default_factory=list[Left])
    used: set[str] = field(default_factory=set[str])
    """Titles of the objects that it takes in."""

    @property
    def app(self) -> str:
        """The app's name: the workload's."""
        return self.source.name

    @property
    def own(self) -> bool:
        """Whether the estate itself emitted it: what it adds to pods follows again."""
        return self.source.labels.get("app.kubernetes.io/managed-by") == "estate"

    @property
    def pod(self) -> Json:
        """The spec of its pods."""
        return mapping_of(self.template, "spec")

    @property
    def labels(self) -> dict[str, str]:
        """The labels of its pods."""
        found = mapping_of(mapping_of(self.template, "metadata"), "labels")
        return {str(key): str(one) for key, one in found.items()}

    def omit(self, where: str, why: str, of: KubeObject | None = None) -> None:
        """Notes what is not carried over."""
        one = Left(object=(of or self.source).title, field=where, why=why)
        if one not in self.left:
            self.left.append(one)

    def selected_by(self, selector: Mapping[str, object]) -> bool:
        """Whether a selector of labels means its pods; an empty one means none here."""
        return bool(selector) and all(
            self.labels.get(str(key)) == str(value) for key, value in selector.items()
        )

    def add(self, key: str, value: object) -> None:
        """One more entry of a list, once."""
        found: list[object] = self.keys.setdefault(key, [])
        if value not in found:
            found.append(value)


def mapping_of(found: Json, key: str) -> Json:
    """The mapping below a key; an empty one where there is none."""
    return mapping(found.get(key))
