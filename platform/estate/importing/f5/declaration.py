"""An AS3 declaration as the device gives it: classes, pointers, defaults.

Defaults, property and class names are those of F5's published AS3 schema, 3.56
(https://github.com/F5Networks/f5-appsvcs-extension, schema/3.56.0). The device leaves defaults
out unless it is asked for the full declaration.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

from estate.importing.f5.model import Json, Left
from estate.importing.machine import Unreadable

SERVICES = frozenset({"Service_TCP", "Service_UDP", "Service_HTTP", "Service_HTTPS", "Service_L4"})


def mapping(found: object) -> Json:
    """A JSON object; an empty one in place of anything else."""
    return cast("Json", found) if isinstance(found, dict) else {}


def items(found: object) -> list[object]:
    """A JSON array; an empty one in place of anything else."""
    return cast("list[object]", found) if isinstance(found, list) else []


def declaration_of(text: str) -> Json:
    """The ADC of a file: itself, in a request of class AS3, or alone in a list. Raises
    :class:`Unreadable`."""
    try:
        found: object = json.loads(text)
    except ValueError as trouble:
        raise Unreadable(f"it is not JSON: {trouble}") from None
    listed = items(found)
    if len(listed) > 1:
        raise Unreadable(
            "it has several declarations, one for each target: import each from a file of its own"
        )
    top = mapping(listed[0] if listed else found)
    top = mapping(top.get("declaration", top))
    if top.get("class") != "ADC":
        raise Unreadable(
            "it is no AS3 declaration: no object of class ADC. "
            "The device gives it at /mgmt/shared/appsvcs/declare"
        )
    return top


@dataclass(frozen=True, kw_only=True)
class Application:
    """One application, with the way to resolve its pointers."""

    adc: Json
    tenant: str
    name: str
    body: Json
    left: list[Left] = field(default_factory=list[Left])

    def place(self, name: str) -> str:
        """An object of it, as people read it."""
        return f"{self.tenant}/{self.name}/{name}"

    def omit(self, name: str, key: str, why: str) -> None:
        """Notes what is not carried over."""
        self.left.append(Left(what=f"{self.place(name)}.{key}", why=why))

    def services(self) -> Iterator[tuple[str, Json]]:
        """Its virtual servers; others of its services go to the list."""
        for name, one in self.body.items():
            kind = str(mapping(one).get("class", ""))
            if kind in SERVICES:
                yield name, mapping(one)
            elif kind.startswith("Service_") and kind != "Service_Address":
                self.omit(name, "class", f"the estate has no virtual server of class {kind}")
            elif kind in ("Endpoint_Policy", "WAF_Policy", "DOS_Profile", "Firewall_Policy"):
                self.omit(name, "class", f"the estate declares no object of class {kind}")

    def pointed(self, pointer: object) -> tuple[str, Json]:
        """The object that a pointer names (a name, a path, or ``use``), and its name."""
        used = mapping(pointer).get("use", pointer)
        if not isinstance(used, str):
            return "", {}
        parts = [part for part in used.split("/") if part]
        if not used.startswith("/"):
            return used, mapping(self.body.get(parts[0])) if len(parts) == 1 else {}
        found = self.adc
        for part in parts:
            found = mapping(found.get(part))
        return used, found


def applications(adc: Json) -> Iterator[Application]:
    """Every application of every tenant; `/Common/Shared` among them."""
    for tenant, one in adc.items():
        if mapping(one).get("class") != "Tenant":
            continue
        for name, body in mapping(one).items():
            if mapping(body).get("class") == "Application":
                yield Application(adc=adc, tenant=tenant, name=name, body=mapping(body))
