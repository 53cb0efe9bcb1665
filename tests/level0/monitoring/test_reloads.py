"""A node or an app more changes files that programs read again: no pod of the platform restarts."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from estate.composition import compose
from estate.reader.values import ZONES, Zone
from tests.estates import Estate, shipped

pytestmark = pytest.mark.level0

Json = dict[str, Any]
KINDS = ("Deployment", "StatefulSet", "DaemonSet")


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    return shipped(tmp_path)


def platforms(estate: Estate, zone: Zone) -> dict[tuple[str, str, str], Json]:
    """The pod templates of the platform's own services, by kind, namespace and name."""
    return {
        (one.kind, one.namespace or "", one.physical_name): dict(one.body)["spec"]["template"]  # type: ignore[index]
        for one in compose(estate.plans()[zone]).manifests
        if one.kind in KINDS and (one.namespace or "").startswith("estate-")
    }


def a_node(estate: Estate) -> None:
    """One more of the shared pool."""
    text = (estate.root / "Pulumi.dmz.yaml").read_text(encoding="utf-8")
    (line,) = re.findall(r"^ *- \{name: dmz-n03,.*\}$", text, re.MULTILINE)
    more = line.replace("dmz-n03", "dmz-n99").replace("10.10.1.13", "10.10.1.99")
    assert more != line
    estate.add("Pulumi.dmz.yaml", text.replace(line, f"{line}\n{more}"))


def an_app(estate: Estate) -> None:
    """One that other apps reach, with metrics."""
    quote = (estate.root / "apps/quote-dmz.yaml").read_text(encoding="utf-8")
    text = quote.replace("app: quote", "app: tariff").replace("kind: web", "kind: service")
    text = text.replace("hosts: [quote.harbour.example]\n", "")
    estate.add("apps/tariff-dmz.yaml", f"{text}metrics: {{port: 9090}}\n")


def another_health(estate: Estate) -> None:
    """A virtual server that is asked otherwise."""
    estate.edit("apps/broker-gateway-dmz.yaml", "health: /healthz", "health: /ready")


@pytest.mark.parametrize("change", [a_node, an_app, another_health])
def test_no_pod_of_the_platform_restarts(estate: Estate, change: Callable[[Estate], None]) -> None:
    """X5, I1: Prometheus, Alertmanager, Grafana, blackbox exporter, collector, routers."""
    before = platforms(estate, "dmz")
    change(estate)
    after = platforms(estate, "dmz")
    assert len(before) > 10
    assert {key for key in before if before[key] != after[key]} == set()


@pytest.mark.parametrize("zone", ZONES)
def test_what_is_read_again_is_changed_in_place(estate: Estate, zone: Zone) -> None:
    """X5: under a constant name, and not immutable, or the mounted files would never change."""
    maps = {
        one.physical_name: dict(one.body)
        for one in compose(estate.plans()[zone]).manifests
        if (one.kind, one.namespace) == ("ConfigMap", "estate-monitoring")
    }
    for name in ("prometheus", "prometheus-rules", "blackbox-exporter", "grafana-dashboards"):
        assert "immutable" not in maps[name], name
    (alertmanager,) = (one for name, one in maps.items() if name.startswith("alertmanager-"))
    assert alertmanager["immutable"], "it does not read its file again by itself"


def test_the_files_that_change_are_those_that_are_read_again(estate: Estate) -> None:
    """X5: a node is declared to Prometheus' rules, and to nothing that would restart."""

    def maps() -> dict[str, Any]:
        return {
            one.physical_name: one.body
            for one in compose(estate.plans()["dmz"]).manifests
            if one.kind == "ConfigMap" and (one.namespace or "").startswith("estate-monitoring")
        }

    before = maps()
    a_node(estate)
    after = maps()
    assert before.keys() == after.keys()
    assert {name for name in before if before[name] != after[name]} == {"prometheus-rules"}
