"""Audience x stream, worked out from what Elasticsearch is told; docs/logging.md shows the same."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

from estate.reader.values import ZONES, Zone
from estate.topics.logging.manifests.rights import rights, spaces
from estate.topics.logging.plan.logging import LoggingPlan
from tests.documents import table
from tests.estates import REPOSITORY, Estate, shipped

pytestmark = pytest.mark.level2

Group = tuple[str, str]
"""Realm and group."""


def _plan(estate: Estate, zone: Zone) -> LoggingPlan:
    found = estate.plans()[zone].find(LoggingPlan)
    assert found
    return found


def _holds(rule: Any, group: Group) -> bool:
    """As Elasticsearch evaluates a role mapping's rules."""
    ((kind, content),) = rule.items()
    if kind in ("any", "all"):
        return (any if kind == "any" else all)(_holds(one, group) for one in content)
    assert kind == "field"
    ((field, value),) = content.items()
    return {"realm.name": group[0], "groups": group[1]}.get(field) == value


def seen(plan: LoggingPlan, group: Group) -> set[str]:
    """The streams that members of a group may read, patterns and all."""
    roles: dict[str, Any] = {}
    mapped: set[str] = set()
    for request in rights(plan):
        body: Any = request.body
        kind, _, name = request.path.removeprefix("/_security/").partition("/")
        if kind == "role":
            roles[name] = body
        elif kind == "role_mapping" and body["enabled"] and _holds(body["rules"], group):
            mapped |= set(body["roles"])
    streams = {audience.stream for audience in plan.audiences}
    return {
        stream
        for name in mapped
        for part in roles[name]["indices"]
        if "read" in part["privileges"]
        for pattern in part["names"]
        for stream in streams
        if fnmatch(stream, pattern)
    }


def groups(plan: LoggingPlan) -> list[Group]:
    """All groups that read anything."""
    return sorted(
        {(reader.issuer, reader.group) for each in plan.audiences for reader in each.readers}
    )


@pytest.mark.parametrize("zone", ZONES)
def test_every_group_sees_exactly_one_stream(tmp_path: Path, zone: Zone) -> None:
    """C7, H5, H8: its own, and that each stream has somebody who reads it."""
    plan = _plan(shipped(tmp_path), zone)
    found = {group: seen(plan, group) for group in groups(plan)}
    assert all(len(streams) == 1 for streams in found.values()), found
    read = {stream for streams in found.values() for stream in streams}
    unread = {audience.stream for audience in plan.audiences if not audience.readers}
    assert read == {audience.stream for audience in plan.audiences} - unread


def test_the_same_group_of_another_issuer_and_an_auditor_see_nothing(tmp_path: Path) -> None:
    """B8, C7: an audit of rights needs no customers' data."""
    plan = _plan(shipped(tmp_path), "dmz")
    assert seen(plan, ("staff", "life-developers")) == {"estate-application-life"}
    assert seen(plan, ("partners", "life-developers")) == set()
    assert seen(plan, ("staff", "life-auditors")) == set()
    assert seen(plan, ("staff", "platform-admins")) == set()


def test_a_tenant_whose_name_begins_like_anothers_sees_its_own(tmp_path: Path) -> None:
    """C7: life-claims is not life."""
    estate = shipped(tmp_path)
    text = (estate.root / "tenants/life.yaml").read_text(encoding="utf-8")
    text = re.sub(
        r"^deployer:.*\n(?:[ #].*\n)*", "", text, flags=re.MULTILINE
    )  # one pipeline, one tenant
    theirs = text.replace(": life-", ": lifex-").replace("tenant: life\n", "tenant: life-x\n")
    estate.add("tenants/life-x.yaml", theirs)
    plan = _plan(estate, "intranet")
    assert seen(plan, ("staff", "lifex-developers")) == {"estate-application-life-x"}
    assert seen(plan, ("staff", "life-developers")) == {"estate-application-life"}


@pytest.mark.parametrize("zone", ZONES)
def test_each_audience_has_a_space_that_shows_its_stream_and_no_role_opens_another(
    tmp_path: Path, zone: Zone
) -> None:
    """C7, H5."""
    plan = _plan(shipped(tmp_path), zone)
    told = list(spaces(plan))
    views: dict[str, Any] = {
        request.path.split("/")[2]: request.body["data_view"]
        for request in told
        if request.path.startswith("/s/")
    }
    roles: dict[str, Any] = {
        request.path.rpartition("/")[2]: request.body
        for request in rights(plan)
        if request.path.startswith("/_security/role/")
    }
    for audience in plan.audiences:
        assert views[audience.name]["title"] == audience.stream
        (application,) = roles[audience.role]["applications"]
        assert application["resources"] == [f"space:{audience.name}"]
        assert all(one.endswith(".read") for one in application["privileges"])


@pytest.mark.parametrize("zone", ZONES)
def test_the_document_says_who_reads_what(tmp_path: Path, zone: Zone) -> None:
    """C7: log-readers.csv is the same table."""
    estate = shipped(tmp_path)
    plan = _plan(estate, zone)
    rows = table(estate.plans()[zone], "access/log-readers.csv")
    found = {((row["issuer"], row["group"]), row["stream"]) for row in rows}
    assert found == {(group, stream) for group in groups(plan) for stream in seen(plan, group)}


def shown(plan: LoggingPlan) -> str:
    """The table as docs/logging.md has it."""
    streams = [audience.stream for audience in plan.audiences]
    lines = [
        f"| {plan.placement.zone}: group | {' | '.join(streams)} |",
        f"|---|{'|'.join([':-:'] * len(streams))}|",
    ]
    for group in groups(plan):
        marks = ["x" if stream in seen(plan, group) else "" for stream in streams]
        lines.append(f"| {':'.join(group)} | {' | '.join(marks)} |")
    return "\n".join(lines)


def test_the_documentation_shows_the_table(tmp_path: Path) -> None:
    """C7, H8."""
    text = (REPOSITORY / "docs/logging.md").read_text(encoding="utf-8")
    expected = shown(_plan(shipped(tmp_path), "dmz"))
    assert expected in text, f"docs/logging.md lacks:\n{expected}"
