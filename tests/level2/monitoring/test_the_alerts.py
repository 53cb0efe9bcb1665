"""Every alert fires when it has to, is silent when it has not to, and says what to do about it."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest
import yaml

from estate.reader.values import ZONES, Zone
from estate.topics.monitoring.manifests.rules import alerts, groups, rule_files
from estate.topics.monitoring.manifests.rules.rule import Alert, RuleGroup
from estate.topics.monitoring.plan.monitoring import MonitoringPlan
from tests.estates import REPOSITORY, shipped
from tests.level2.monitoring.alerts import around, cluster, components, invariants
from tests.level2.monitoring.alerts.case import Case, Series

pytestmark = pytest.mark.level2

CASES = (*invariants.CASES, *cluster.CASES, *components.CASES, *around.CASES)
RUNBOOK = (REPOSITORY / "docs/runbook.md").read_text(encoding="utf-8")


def monitoring(folder: Path, zone: Zone = "dmz") -> MonitoringPlan:
    """What the shipped estate watches."""
    found = shipped(folder).plans()[zone].find(MonitoringPlan)
    assert found
    return found


def write_rules(plan: MonitoringPlan, folder: Path) -> list[Path]:
    """The rule files as they stand in the cluster's config map."""
    folder.mkdir()
    for name, content in rule_files(plan).items():
        (folder / name).write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return sorted(folder.iterdir())


def promtool(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The program that reads rules where they are used."""
    command = ["promtool", *(str(argument) for argument in arguments)]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.mark.parametrize("zone", ZONES)
def test_promtool_accepts_every_rule(tmp_path: Path, zone: Zone) -> None:
    """I2: with duplicates and everything else that it lints."""
    files = write_rules(monitoring(tmp_path, zone), tmp_path / "rules")
    ran = promtool("check", "rules", "--lint=all", "--lint-fatal", *files)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert len(files) > 8


def test_every_alert_fires_in_one_world_and_is_silent_in_the_next(tmp_path: Path) -> None:
    """D7, X4, I2, I8: with the severity, the route and the tenant that it has to have."""
    plan = monitoring(tmp_path)
    write_rules(plan, tmp_path / "rules")
    suites = [_suite(group, tmp_path) for group in groups(plan) if _alerts(group)]
    ran = promtool("test", "rules", *suites)
    assert ran.returncode == 0, ran.stdout[-8000:] + ran.stderr[-8000:]
    assert ran.stdout.count("SUCCESS") == len(suites) > 8


def test_a_case_that_is_wrong_is_found(tmp_path: Path) -> None:
    """Otherwise the one above would prove nothing: each of its worlds taken for the other."""
    plan = monitoring(tmp_path)
    write_rules(plan, tmp_path / "rules")
    (group,) = (rule_group for rule_group in groups(plan) if rule_group.name == "registries")
    path = _suite(group, tmp_path)
    suite = yaml.safe_load(path.read_text(encoding="utf-8"))
    for fires, silent in zip(suite["tests"][::2], suite["tests"][1::2], strict=True):
        fires["input_series"], silent["input_series"] = (
            silent["input_series"],
            fires["input_series"],
        )
    path.write_text(yaml.safe_dump(suite, sort_keys=False), encoding="utf-8")
    ran = promtool("test", "rules", path)
    assert ran.returncode == 1
    assert ran.stderr.count("exp:") + ran.stdout.count("exp:") == len(suite["tests"])


def _alerts(group: RuleGroup) -> dict[str, Alert]:
    return {rule.name: rule for rule in group.rules if isinstance(rule, Alert)}


def _suite(group: RuleGroup, folder: Path) -> Path:
    """All cases of a group's alerts; each world is evaluated with no more rules than it needs."""
    known = _alerts(group)
    read = {"estate-facts", group.name}
    read |= {"estate-declared"} if group.name == "estate-invariants" else set()
    tests = [
        one
        for case in CASES
        if case.alert in known
        for one in (
            _test(case, case.fires, *_firing(case, known[case.alert])),
            _test(case, case.silent, f"count({_which(case)}) or vector(0)", {"{}": 0}),
        )
    ]
    suite = {
        "rule_files": [str(folder / "rules" / f"{name}.yaml") for name in sorted(read)],
        "evaluation_interval": "1m",
        "tests": tests,
    }
    path = folder / f"{group.name}.test.yaml"
    path.write_text(yaml.safe_dump(suite, sort_keys=False, width=200), encoding="utf-8")
    return path


def _which(case: Case) -> str:
    where = f",{case.where}" if case.where else ""
    return f'ALERTS{{alertname="{case.alert}",alertstate="firing"{where}}}'


def _firing(case: Case, alert: Alert) -> tuple[str, dict[str, int]]:
    labels = {"route": alert.route, "severity": alert.severity, "tenant": case.tenant}
    written = ", ".join(f'{key}="{text}"' for key, text in labels.items() if text)
    return f"count by (route, severity, tenant) ({_which(case)})", {f"{{{written}}}": 1}


def _test(case: Case, series: Series, expr: str, samples: dict[str, int]) -> dict[str, object]:
    return {
        "name": case.alert,
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in series.items()],
        "promql_expr_test": [
            {
                "expr": expr,
                "eval_time": case.after,
                "exp_samples": [
                    {"labels": labels, "value": value} for labels, value in samples.items()
                ],
            }
        ],
    }


def test_no_alert_is_without_both_worlds() -> None:
    """I2."""
    assert {case.alert for case in CASES} == {alert.name for alert in alerts()}
    assert all(case.fires != case.silent for case in CASES)


def test_every_alert_has_its_section_in_the_runbook_and_no_section_is_of_none() -> None:
    """A10: what it means, and what to do."""
    sections = dict(re.findall(r"^### (\w+)\n\n((?:.+\n)+)", RUNBOOK, flags=re.MULTILINE))
    assert list(sections) == [alert.name for alert in alerts()]
    for name, text in sections.items():
        assert len(text.split()) >= 15, name


def test_every_alert_links_to_its_section_and_says_where() -> None:
    for alert in alerts():
        written = alert.written()
        annotations = written["annotations"]
        assert isinstance(annotations, dict)
        assert annotations["runbook"] == f"docs/runbook.md#{alert.name.lower()}"
        assert alert.summary.endswith(".") and len(alert.summary) < 150, alert.name


def test_no_name_stands_twice() -> None:
    assert max(Counter(alert.name for alert in alerts()).values()) == 1


def test_what_is_retired_is_in_no_rule(tmp_path: Path) -> None:
    """I1: heapster and its stores are gone."""
    text = yaml.safe_dump(rule_files(monitoring(tmp_path)))
    assert not re.search("heapster|hawkular|cassandra|influxdb", text, flags=re.IGNORECASE)


def test_a_node_that_joins_is_expected_by_the_rules(tmp_path: Path) -> None:
    """A9, X18: the same inventory, so nobody has to remember it."""
    estate = shipped(tmp_path)
    line = "{name: dmz-n02, address: 10.10.1.12, rack: rack-b, size: medium, pool: policy-portal}"
    more = "{name: dmz-n13, address: 10.10.1.23, rack: rack-c, size: medium, pool: policy-portal}"
    before = estate.plans()["dmz"].find(MonitoringPlan)
    estate.edit("Pulumi.dmz.yaml", line, f"{line}\n    - {more}")
    after = estate.plans()["dmz"].find(MonitoringPlan)
    assert before and after
    added = _facts(groups(after)) - _facts(groups(before))
    assert {name for name, _ in added} == {
        "estate_declared_node",
        "estate_declared_node_allocatable",
        "estate_declared_pool_nodes",
    }


def _facts(found: tuple[RuleGroup, ...]) -> set[tuple[str, str]]:
    (facts,) = (group for group in found if group.name == "estate-declared")
    return {(rule.name, f"{rule.expr} {rule.written()}") for rule in facts.rules}
