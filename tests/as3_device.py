"""What a BIG-IP does with declarations: partitions, and no more."""

from __future__ import annotations

from typing import Any

from tests.documents import objects

Json = dict[str, Any]


class Device:
    """AS3's selective mode: what a declaration names is replaced, what it leaves out stays."""

    def __init__(self) -> None:
        self.partitions: dict[str, Json] = {}

    def post(self, declaration: Json | None) -> None:
        """Does what it says; nothing without one."""
        if declaration is None:
            return
        assert (declaration["class"], declaration["updateMode"]) == ("ADC", "selective")
        for name, tenant in objects(declaration, "Tenant").items():
            found = objects(tenant, "Application")
            self.partitions.pop(name, None)
            if found:
                self.partitions[name] = found
