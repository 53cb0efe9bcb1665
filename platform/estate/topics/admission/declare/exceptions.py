"""Exceptions: the only way round a rule, each bound, dated and answered for (B3, X8, X9, X12)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from estate.reader.addresses import Port
from estate.reader.times import Day
from estate.reader.values import Line, Model, Owner
from estate.topics.admission.declare.rules import RuleName

Directory = Annotated[Line, Field(pattern=r"^/[A-Za-z0-9._/-]*$", max_length=200)]
Capability = Annotated[Line, Field(pattern=r"^[A-Z][A-Z_]*$", max_length=40)]


class NodeDirectory(Model):
    """A directory of the node that pods may mount."""

    path: Directory = Field(examples=["/var/log"])
    """The directory, letter by letter: one below it is another."""
    writable: bool = False
    """Without it, each container mounts the directory read-only."""


class RuleException(Model):
    """One rule that does not apply to the pods of one service account, until a day."""

    rule: RuleName = Field(examples=["host-path"])
    """The rule that does not apply; all others do."""
    namespace: Line = Field(min_length=1, max_length=63, examples=["estate-logging"])
    """A namespace of the platform, or that of one app with a pool of its own."""
    account: Line | None = Field(
        default=None, min_length=1, max_length=63, examples=["log-collector"]
    )
    """The service account of the pods: an app's is called like the app. Rules of Services and
    routes (``node-port``, ``endpoints``, ``exposure``) have none."""
    paths: tuple[NodeDirectory, ...] = Field(default=(), examples=[[{"path": "/var/log"}]])
    """Of ``host-path``: the directories."""
    ports: tuple[Port, ...] = Field(default=(), examples=[[9100]])
    """Of ``host-port``: the node's ports."""
    shares: tuple[Literal["network", "processes", "ipc"], ...] = Field(
        default=(), examples=[["network"]]
    )
    """Of ``host-namespaces``: what the pods share with their node."""
    root: bool = False
    """Of ``privilege``: containers may run as root, without any capability."""
    capabilities: tuple[Capability, ...] = Field(default=(), examples=[["NET_ADMIN"]])
    """Of ``privilege``: the capabilities that containers may add."""
    reason: Line = Field(
        min_length=1, max_length=500, examples=["reads container logs from the nodes' disks"]
    )
    """The reason, for auditors."""
    owner: Owner = Field(examples=["platform@insurer.example"])
    """The mailbox of its owner."""
    approved: Day = Field(examples=["2026-01-31"])
    """The day of approval; the exception starts then."""
    expires: Day = Field(examples=["2026-07-31"])
    """Its last day; afterwards it is renewed or removed."""

    @property
    def opens(self) -> tuple[str, ...]:
        """What the rule lets pass, in the words of admission's parameters."""
        return (
            *(f"{'rw' if path.writable else 'ro'}:{path.path}" for path in self.paths),
            *(str(port) for port in self.ports),
            *(_SHARED[share] for share in self.shares),
            *(("root",) if self.root else ()),
            *self.capabilities,
        )


_SHARED = {"network": "hostNetwork", "processes": "hostPID", "ipc": "hostIPC"}


class UnruledNamespace(Model):
    """A namespace of a program that the estate does not install, in which no rule holds."""

    namespace: Line = Field(min_length=1, max_length=63, examples=["cert-manager"])
    """Its name, as a whole."""
    reason: Line = Field(
        min_length=1, max_length=500, examples=["cert-manager comes with images of its own"]
    )
    """The reason, for auditors."""
    owner: Owner = Field(examples=["platform@insurer.example"])
    """The mailbox of its owner."""
