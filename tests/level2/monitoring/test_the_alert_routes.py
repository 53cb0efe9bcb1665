"""Alertmanager's routes: each tenant's alerts to the tenant, everything else to the platform."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from estate.reader.values import ZONES, Zone
from estate.topics.monitoring.manifests.alertmanager import alertmanager_configuration
from estate.topics.monitoring.manifests.rules import alerts
from estate.topics.monitoring.plan.monitoring import MonitoringPlan
from estate.topics.tenancy.plan import TenancyPlan
from tests.estates import Estate, shipped

pytestmark = pytest.mark.level2

Json = dict[str, Any]


def plan_of(estate: Estate, zone: Zone) -> MonitoringPlan:
    found = estate.plans()[zone].find(MonitoringPlan)
    assert found
    return found


def write(plan: MonitoringPlan, folder: Path) -> tuple[Path, Json]:
    """The file as it stands in the config map, and what it says."""
    path = folder / "alertmanager.yaml"
    text = yaml.safe_dump(alertmanager_configuration(plan), sort_keys=False)
    path.write_text(text, encoding="utf-8")
    return path, yaml.safe_load(text)


def amtool(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The program that reads it where it is used."""
    command = ["amtool", *(str(argument) for argument in arguments)]
    return subprocess.run(command, capture_output=True, text=True)


def reaches(path: Path, **labels: str) -> str:
    """The receiver of an alert with these labels; more than one would be a mistake."""
    written = [f"{name}={text}" for name, text in labels.items()]
    ran = amtool("config", "routes", "test", f"--config.file={path}", *written)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout.strip()


@pytest.mark.parametrize("zone", ZONES)
def test_amtool_reads_the_configuration(tmp_path: Path, zone: Zone) -> None:
    """I2, I8."""
    path, _ = write(plan_of(shipped(tmp_path), zone), tmp_path)
    ran = amtool("check-config", path)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "SUCCESS" in ran.stdout


@pytest.mark.parametrize("zone", ZONES)
def test_every_alert_of_every_tenant_reaches_the_tenant_and_nobody_else(
    tmp_path: Path, zone: Zone
) -> None:
    """I8: for each tenant and severity; what has no tenant is the platform's."""
    estate = shipped(tmp_path)
    plan = estate.plans()[zone]
    path, config = write(plan_of(estate, zone), tmp_path)
    severities = {alert.severity for alert in alerts()} - {"info"}
    assert severities == {"critical", "warning"}
    names = [tenant.name for tenant in plan.of(TenancyPlan).tenants]
    assert len(names) > 3
    for severity in severities:
        for name in names:
            where = reaches(path, alertname="WorkloadDown", severity=severity, tenant=name)
            assert where == f"tenant-{name}-{severity}"
        for labels in ({}, {"tenant": ""}, {"tenant": "unheard-of"}):
            assert reaches(path, alertname="A", severity=severity, **labels) == (
                f"platform-{severity}"
            )
    known = {one["name"]: one for one in config["receivers"]}
    for tenant in plan.of(TenancyPlan).tenants:
        for severity in severities:
            mails = known[f"tenant-{tenant.name}-{severity}"]["email_configs"]
            assert [mail["to"] for mail in mails] == [tenant.alerts.email]


def test_only_what_is_critical_goes_to_the_webhook_that_a_tenant_declares(tmp_path: Path) -> None:
    """I8: by reference; the token is a file, and stands in no document."""
    _, config = write(plan_of(shipped(tmp_path), "intranet"), tmp_path)
    known = {one["name"]: one for one in config["receivers"]}
    (webhook,) = known["tenant-life-critical"]["webhook_configs"]
    assert webhook["url"] == "https://oncall.harbour.example/intranet"
    authorization = webhook["http_config"]["authorization"]
    assert authorization == {
        "type": "Bearer",
        "credentials_file": "/etc/alertmanager/tokens/oncall/value",
    }
    assert "webhook_configs" not in known["tenant-life-warning"]
    assert "webhook_configs" not in known["tenant-motor-critical"]


def test_a_tenant_that_declares_nobody_is_told_at_its_owners_mailbox(tmp_path: Path) -> None:
    plan = plan_of(shipped(tmp_path), "dmz")
    assert plan.receivers["motor"].email == "motor-platform@harbour.example"
    assert plan.receivers["life"].email == "life-oncall@harbour.example"


@pytest.mark.parametrize("zone", ZONES)
def test_the_heartbeat_goes_to_who_notices_its_absence(tmp_path: Path, zone: Zone) -> None:
    path, config = write(plan_of(shipped(tmp_path), zone), tmp_path)
    assert reaches(path, alertname="Heartbeat", severity="info") == "heartbeat"
    (route,) = (one for one in config["route"]["routes"] if one["receiver"] == "heartbeat")
    assert route["repeat_interval"] == "5m"


def test_without_a_webhook_the_heartbeat_fills_no_mailbox(tmp_path: Path) -> None:
    estate = shipped(tmp_path)
    estate.edit("Pulumi.dmz.yaml", "    webhook: oncall\n", "")
    path, _ = write(plan_of(estate, "dmz"), tmp_path)
    assert reaches(path, alertname="Heartbeat", severity="info") == "nobody"
    assert amtool("check-config", path).returncode == 0


@pytest.mark.parametrize("zone", ZONES)
def test_inhibitions_name_alerts_that_exist(tmp_path: Path, zone: Zone) -> None:
    """A rule that names an alert by another name would never hold."""
    _, config = write(plan_of(shipped(tmp_path), zone), tmp_path)
    names = {alert.name for alert in alerts()}
    sources = [
        matcher.removeprefix('alertname="').removesuffix('"')
        for rule in config["inhibit_rules"]
        for matcher in rule["source_matchers"]
        if matcher.startswith("alertname")
    ]
    assert len(sources) == 2 and set(sources) <= names
