"""The AS3 declaration against the schema that F5 publishes, which may not be committed (E3)."""

from __future__ import annotations

import copy
import json
import os
import re
from collections.abc import Callable
from ipaddress import ip_interface
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, FormatChecker

from tests.balancers import with_datagrams, with_snat_pools
from tests.documents import Json, as3, classed
from tests.estates import REPOSITORY, shipped

pytestmark = pytest.mark.level2


def _schema() -> Json:
    """The file that AS3_SCHEMA names, or the one beside the repository."""
    named = os.environ.get("AS3_SCHEMA")
    path = Path(named) if named else REPOSITORY.parent / "shared" / "as3-schema.json"
    if not named and not path.exists():
        pytest.skip(
            "F5's AS3 schema is in neither AS3_SCHEMA nor ../shared/as3-schema.json; "
            "F5Networks/f5-appsvcs-extension has it as schema/latest/as3-schema.json"
        )
    return json.loads(path.read_text(encoding="utf-8"))


def _is_address(text: str) -> bool:
    """An address, with a route domain or a prefix length behind it where BIG-IP takes one."""
    address, _, length = re.sub(r"%[0-9]+", "", text).partition("/")
    try:
        return bool(ip_interface(f"{address}/{length}" if length else address))
    except ValueError:
        return False


_DEFINED = {"iRule": "IRule"}
"""Classes whose definition is called otherwise."""


def _formats() -> FormatChecker:
    """F5's own formats, which a validator that does not know them lets pass."""
    checks: dict[str, Callable[[str], bool]] = {
        "f5ip": _is_address,
        "f5bigip": lambda text: bool(re.fullmatch(r"/[^\s/]+(/[^\s/]+)+", text)),
        "f5pointer": lambda text: bool(re.fullmatch(r"[@/A-Za-z][^\s\"']*", text)),
    }
    checker = FormatChecker()
    for name, accepts in checks.items():
        checker.checks(name)(_text_that(accepts))
    return checker


def _text_that(accepts: Callable[[str], bool]) -> Callable[[object], bool]:
    """What is not text is another keyword's business, and empty means "not given"."""
    return lambda value: not isinstance(value, str) or not value or accepts(value)


def _properties(schema: Json, definition: Json) -> set[str]:
    """The properties of a class, those included that it takes over from others."""
    found = set(definition.get("properties", {}))
    if "$ref" in definition:
        found |= _properties(schema, schema["definitions"][definition["$ref"].split("/")[-1]])
    for part in definition.get("allOf", []):
        found |= _properties(schema, part)
        found |= _properties(schema, part.get("then", {}))
    return found


def _misspell_the_method(declaration: Json) -> None:
    _portal(declaration)["service"]["persistenceMethods"] = ["source-adress"]


def _break_an_address(declaration: Json) -> None:
    _portal(declaration)["pool"]["members"][0]["serverAddresses"][0] = "300.1.1.1"


def _break_a_port(declaration: Json) -> None:
    _portal(declaration)["service"]["virtualPort"] = 65536


def _break_the_version(declaration: Json) -> None:
    declaration["schemaVersion"] = "4.0"


def _portal(declaration: Json) -> Json:
    return declaration["life"]["policy_portal"]


@pytest.mark.may_not_run
def test_both_declarations_are_valid_and_use_only_known_properties(tmp_path: Path) -> None:
    """E3: valid with F5's formats registered; the same validator refuses what it must."""
    schema = _schema()
    validator: Any = Draft7Validator(schema, format_checker=_formats())
    estate = with_snat_pools(with_datagrams(shipped(tmp_path)))
    estate.edit("apps/broker-gateway-dmz.yaml", "health: /healthz", "health: grpc")
    for plan in estate.plans().values():
        declaration = as3(plan)
        assert [error.message for error in validator.iter_errors(declaration)] == []
        for name, one in classed(declaration):
            inner = {key for key, value in one.items() if isinstance(value, dict)} - {"metadata"}
            known = _properties(
                schema, schema["definitions"][_DEFINED.get(one["class"], one["class"])]
            )
            assert set(one) - inner <= known, name
        for spoil in (
            _misspell_the_method,
            _break_an_address,
            _break_a_port,
            _break_the_version,
        ):
            spoiled = copy.deepcopy(declaration)
            spoil(spoiled)
            assert not validator.is_valid(spoiled), spoil.__name__
