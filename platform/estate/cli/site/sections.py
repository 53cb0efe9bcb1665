"""The pages of a stack that have tables only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Section:
    """A page of a stack that has tables only."""

    file: str
    title: str
    listings: tuple[str, ...]
    says: str


SECTIONS = (
    Section(
        file="apps.html",
        title="Apps",
        listings=("apps", "connections"),
        says="Every app of the stack. Its page says what it becomes, and how it is reached.",
    ),
    Section(
        file="tenants.html",
        title="Tenants",
        listings=("tenants", "namespaces", "rights"),
        says="Who owns what, how much their pods may request, and which groups may do what.",
    ),
    Section(
        file="nodes.html",
        title="Nodes",
        listings=("pools", "nodes", "masters"),
        says="Rooms are what pods of apps can have of a node, daemon sets and reserves subtracted.",
    ),
    Section(
        file="registers.html",
        title="Registers",
        listings=("virtual-servers", "routers", "node-ports", "names"),
        says="Each address, port and name has one owner.",
    ),
    Section(
        file="firewall.html",
        title="Firewalls",
        listings=("databases", "firewall-rows"),
        says="Rows stand with the stack that their connections start in.",
    ),
    Section(
        file="exceptions.html",
        title="Exceptions",
        listings=("exceptions",),
        says="Rules of admission that do not hold somewhere: each with owner, reason and end.",
    ),
    Section(
        file="images.html",
        title="Images",
        listings=("registries", "images", "programs"),
        says="What nodes pull, and the digests and versions that are declared.",
    ),
)
