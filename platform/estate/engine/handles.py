"""What later components follow of earlier ones."""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, cast

import pulumi

from estate.engine.kubernetes_object import NamespaceHandle
from estate.engine.window import Registers


@dataclass
class Handles:
    """What later components follow."""

    joined: Set[str]
    """Names of the cluster's nodes."""
    namespaces: dict[str, NamespaceHandle] = field(default_factory=dict[str, NamespaceHandle])
    """By name."""
    pools: dict[str, Registers] = field(default_factory=dict[str, Registers])
    """By name: the labels of their nodes."""
    limits: tuple[pulumi.Resource, ...] = ()
    """Policies that limit identities, whose rights follow them."""


Register = Callable[[str, Any, Handles, pulumi.ResourceOptions], Registers]
"""Registers a component: its logical name, its part of the plan, what it follows, options."""


def registers(component: str) -> Register:
    """The function of a topic's ``component.py`` that ``topic:function`` names."""
    topic, function = component.split(":")
    module = import_module(f"estate.topics.{topic}.component")
    return cast(Register, getattr(module, function))
