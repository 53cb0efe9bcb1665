"""Changes that programs read again from their files: no pod of the platform restarts."""

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
        (manifest.kind, manifest.namespace or "", manifest.physical_name): dict(manifest.body)[
            "spec"
        ]["template"]  # type: ignore[index]
        for manifest in compose(estate.plans()[zone]).manifests
        if manifest.kind in KINDS and (manifest.namespace or "").startswith("estate-")
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


def another_receiver(estate: Estate) -> None:
    """Of a tenant's alerts."""
    file = "tenants/motor.yaml"
    text = (estate.root / file).read_text(encoding="utf-8")
    estate.add(file, f"{text}alerts: {{email: motor-oncall@harbour.example, webhook: oncall}}\n")


def another_stream(estate: Estate) -> None:
    """A tenant more: a stream of logs, and a branch of Alertmanager's."""
    text = (estate.root / "tenants/motor.yaml").read_text(encoding="utf-8")
    text = text.replace("tenant: motor\n", "tenant: marine\n").replace("motor-", "marine-")
    estate.add("tenants/marine.yaml", text)


def no_collected_files(estate: Estate) -> None:
    """The last log files of a tenant that the collector reads."""
    estate.edit("apps/policy-portal-dmz.yaml", ', collect: "*.log"', "")


@pytest.mark.parametrize(
    "change",
    [a_node, an_app, another_health, another_receiver, another_stream, no_collected_files],
)
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
        manifest.physical_name: dict(manifest.body)
        for manifest in compose(estate.plans()[zone]).manifests
        if manifest.kind == "ConfigMap"
        and manifest.namespace in ("estate-monitoring", "estate-logging")
    }
    monitoring = ("alertmanager", "blackbox-exporter", "grafana-dashboards", "prometheus")
    for name in (*monitoring, "prometheus-rules", "log-collector"):
        assert "immutable" not in maps[name], name


@pytest.mark.parametrize(
    ("kind", "name", "address"),
    [
        ("StatefulSet", "alertmanager", "http://127.0.0.1:9093/-/reload"),
        ("DaemonSet", "log-collector", "http://127.0.0.1:2020/api/v2/reload"),
    ],
)
def test_a_container_beside_asks_those_that_do_not_look_themselves(
    estate: Estate, kind: str, name: str, address: str
) -> None:
    """X5: it sees the file that the program reads, and asks at the port where it answers."""
    (template,) = (
        platform for key, platform in platforms(estate, "dmz").items() if key[::2] == (kind, name)
    )
    main, beside = template["spec"]["containers"]
    (watched,) = (one for one in beside["args"] if one.startswith("--watched-dir="))
    path = watched.removeprefix("--watched-dir=")
    said = " ".join([*main.get("command", ()), *main.get("args", ())])
    assert f"{path}/" in said
    assert f"--reload-url={address}" in beside["args"]
    assert int(address.split(":")[2].partition("/")[0]) in {
        one["containerPort"] for one in main["ports"]
    }
    (mount,) = (one for one in beside["volumeMounts"] if one["name"] == "config")
    assert mount in main["volumeMounts"] and mount["readOnly"] and mount["mountPath"] == path
    assert "ports" not in beside


def test_the_files_that_change_are_those_that_are_read_again(estate: Estate) -> None:
    """X5: a node is declared to Prometheus' rules, and to nothing that would restart."""

    def maps() -> dict[str, Any]:
        return {
            manifest.physical_name: manifest.body
            for manifest in compose(estate.plans()["dmz"]).manifests
            if manifest.kind == "ConfigMap"
            and (manifest.namespace or "").startswith("estate-monitoring")
        }

    before = maps()
    a_node(estate)
    after = maps()
    assert before.keys() == after.keys()
    assert {name for name in before if before[name] != after[name]} == {"prometheus-rules"}
