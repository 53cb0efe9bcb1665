"""Declarations of apps as text: keys in the order of the shipped files, short values in a line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from estate.importing.apps.finished import ImportedApp

SCHEMA = "# yaml-language-server: $schema=../docs/schema/app.json\n"
_ORDER = (
    *("app", "tenant", "zone", "kind", "preset", "owner", "image", "command", "arguments"),
    *("working_directory", "user", "group", "replicas", "alone", "scale", "size", "limits", "tmp"),
    *("writable", "sidecars", "before", "pool", "namespace"),
    *("start", "schedule", "time_zone", "time_limit", "start_within", "retries", "health"),
    *("ready_within", "stop_within", "listen", "vip", "udp", "hosts", "paths"),
    *("answer_within", "stickiness", "registry", "exposure", "consumers", "databases", "delivery"),
    *(
        "connects_to",
        "serves",
        "needs",
        "metrics",
        "secrets",
        "settings",
        "environment_from",
        "environment",
        "config",
        "logs",
    ),
    "volumes",
)
_BLOCKS = frozenset(
    {"databases", "connects_to", "secrets", "volumes", "sidecars", "before", "writable"}
)
"""Lists of one item a line."""


class _Dumper(yaml.SafeDumper):
    """Text of several lines as such."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _text(_: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return yaml.ScalarNode("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def app_file(app: ImportedApp) -> str:
    """The file of an app; keys that it needs and lacks stand in it as comments."""
    lines = [SCHEMA.rstrip("\n")]
    for key in sorted(app.keys, key=_place):
        lines += _entry(key, app.keys[key])
    for key, hint in app.missing.items():
        lines.append(f"# {key}: missing. {hint}".rstrip())
    return "\n".join(lines) + "\n"


def _place(key: str) -> tuple[int, str]:
    return _ORDER.index(key) if key in _ORDER else len(_ORDER), key


def _entry(key: str, value: Any) -> Iterator[str]:
    if key == "config":
        yield from _dumped({key: value}, flow=False)
    elif key in _BLOCKS:
        yield f"{key}:"
        for one in value:
            yield f"  - {_flow(one)}"
    elif key == "environment":
        yield f"{key}:"
        for name, one in value.items():
            lines = _dumped({name: one}, flow=False)
            yield from (f"  {line}" for line in lines if isinstance(one, str))
            if not isinstance(one, str):
                yield f"  {name}: {_flow(one)}"
    else:
        yield f"{key}: {_flow(value)}"


def _flow(value: Any) -> str:
    return "\n".join(_dumped(value, flow=True))


def _dumped(value: Any, *, flow: bool) -> list[str]:
    text = yaml.dump(
        value,
        Dumper=_Dumper,
        default_flow_style=flow,
        sort_keys=False,
        width=10_000,
        allow_unicode=True,
    )
    return text.removesuffix("...\n").rstrip("\n").split("\n")
