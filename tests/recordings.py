"""What the real providers were recorded to answer, and how answers are compared with it.

Two runs never agree on identities, times and random values. `normalised` replaces each of
them by its name, and nothing else: everything that is left must be equal.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

FOLDER = Path(__file__).parent / "contracts"

Record = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """One recorded call of a provider's method."""

    number: int
    """Its place in the file."""
    provider: str
    method: str
    request: Record
    answer: Record
    """`{"response": ...}` or `{"errors": [...]}`."""

    @property
    def label(self) -> str:
        return f"{self.number} {self.provider} {self.method} {self.request.get('name', '')}".strip()


def calls(scenario: str) -> list[Call]:
    """The recorded calls of a scenario, in the order in which they were answered."""
    lines = (FOLDER / f"{scenario}.jsonl").read_text(encoding="utf-8").splitlines()
    return [_call(number, json.loads(line)) for number, line in enumerate(lines)]


def _call(number: int, record: Record) -> Call:
    answer = {key: record[key] for key in ("response", "errors") if key in record}
    return Call(number, record["provider"], record["method"], record["request"], answer)


_VOLATILE = {
    "uid": "UID",
    "resourceVersion": "VERSION",
    "creationTimestamp": "TIME",
    "time": "TIME",
    "lastHeartbeatTime": "TIME",
    "lastPhaseTransitionTime": "TIME",
    "lastTransitionTime": "TIME",
    "lastUpdateTime": "TIME",
    "clusterIP": "ADDRESS",
}
_MANAGER = re.compile(r"pulumi-kubernetes-[0-9a-f]{8}")
_RANDOM: dict[str, Callable[[str], str]] = {
    "result": lambda text: f"{len(text)} random characters",
    "bcryptHash": lambda text: f"{text[:7]} and {len(text) - 7} characters",
    "b64Std": lambda text: f"{len(text)} characters, padded: {text.endswith('=')}",
    "b64Url": lambda text: f"{len(text)} characters",
    "dec": lambda text: f"digits: {text.isdigit()}",
    "hex": lambda text: f"{len(text)} hexadecimal digits",
}


def normalised(answer: Record) -> Any:
    """The answer with what differs from run to run replaced by names."""
    return _value("", answer)


def _value(key: str, value: Any) -> Any:
    if isinstance(value, dict):
        fields = cast("dict[str, Any]", value)
        return {name: _field(name, fields[name], fields) for name in fields}
    if isinstance(value, list):
        items = [_value(key, item) for item in cast("list[Any]", value)]
        if key == "managedFields":
            return _managers(items)
        if key == "conditions":
            return sorted(items, key=lambda entry: str(entry.get("type")))
        return items
    if isinstance(value, str):
        return _MANAGER.sub("MANAGER", value)
    return value


def _managers(entries: list[Record]) -> Record:
    """Fields by who owns them. A heartbeat may come between and leave two entries for one."""
    owned: Record = {}
    for entry in entries:
        key = " ".join(str(entry.get(part)) for part in ("manager", "operation", "subresource"))
        owned[key] = _union(owned.get(key, {}), entry.get("fieldsV1", {}))
    return owned


def _union(left: Record, right: Record) -> Record:
    both = {key: _union(left[key], right[key]) for key in left.keys() & right.keys()}
    return {**left, **right, **both}


def _field(name: str, value: Any, siblings: Record) -> Any:
    if name in _VOLATILE and isinstance(value, str):
        return _VOLATILE[name] if value != "None" else value
    if name == "kubeletEndpoint":
        return {"Port": "PORT"}
    if name == "terminatingReplicas":
        return "HOW MANY JUST NOW"
    if name == "clusterIPs":
        return ["ADDRESS" for _ in value]
    if name in _RANDOM:
        return _random(_RANDOM[name], value)
    if name == "id" and siblings.get("id") == _random_id(siblings):
        return "RANDOM"
    return _value(name, value)


def _random(shape: Callable[[str], str], value: Any) -> Any:
    if isinstance(value, dict):  # a marked secret
        inner = cast(Record, value)
        return {key: shape(item) if key == "value" else item for key, item in inner.items()}
    return shape(value)


def _random_id(fields: Record) -> str | None:
    properties = cast(Record, fields.get("properties") or fields)
    found = properties.get("b64Url") or properties.get("result")
    return found if isinstance(found, str) else None
