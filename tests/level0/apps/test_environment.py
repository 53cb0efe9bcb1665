"""What an app's container runs, and the environment that it gets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from estate.topics.apps.plan.platform_variables import DUBBO, POD_NAME, ZOOKEEPER
from tests.estates import shipped
from tests.level0.apps.made_apps import codes, container_of, explained, shop
from tests.level0.apps.test_pods import pods
from tests.minimal import Minimal, minimal

pytestmark = pytest.mark.level0


def with_logs(**changes: Any) -> Minimal:
    """A traditional app with log files."""
    estate = minimal().with_stack(
        "dmz", nfs_filers=[{"name": "filer", "address": "10.13.0.9", "export": "/logs"}]
    )
    return estate.with_exposed_app(
        "shop",
        address="10.13.0.20",
        node_port=30010,
        logs={"filer": "filer", "size": "1Gi"},
        **changes,
    )


def test_variables_stand_in_the_declared_order_behind_the_platforms_own(tmp_path: Path) -> None:
    """A8: texts, secrets by key, facts of the pod, what the container has."""
    made = shop(
        secrets=[{"name": "key", "generation": 2}],
        environment={
            "ZONE": "dmz",
            "KEY": {"secret": "key"},
            "ADDRESS": {"pod": "address"},
            "NODE": {"pod": "node"},
            "CORES": {"size": "cpu"},
            "HEAP": {"size": "memory-mib"},
            "URL": "http://$(ADDRESS):8080/$(POD_NAME)",
        },
    )
    name, *own = container_of(made, tmp_path)["env"]
    assert name["name"] == POD_NAME
    assert own == [
        {"name": "ZONE", "value": "dmz"},
        {
            "name": "KEY",
            "valueFrom": {"secretKeyRef": {"name": "shop.key-g2", "key": "value"}},
        },
        {"name": "ADDRESS", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
        {"name": "NODE", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}},
        {
            "name": "CORES",
            "valueFrom": {"resourceFieldRef": {"resource": "requests.cpu", "divisor": "1"}},
        },
        {
            "name": "HEAP",
            "valueFrom": {"resourceFieldRef": {"resource": "limits.memory", "divisor": "1Mi"}},
        },
        {"name": "URL", "value": "http://$(ADDRESS):8080/$(POD_NAME)"},
    ]


def test_a_command_replaces_what_the_image_would_run(tmp_path: Path) -> None:
    """A8: with its arguments, where it is to start."""
    made = shop(command=["/bin/app"], arguments=["--a", "--b"], working_directory="/opt/app")
    box = container_of(made, tmp_path)
    assert (box["command"], box["args"], box["workingDir"]) == (
        ["/bin/app"],
        ["--a", "--b"],
        "/opt/app",
    )
    text = explained(made, tmp_path / "more")
    assert "Its container runs /bin/app with --a --b, in /opt/app." in text


def test_explain_names_each_variable_and_no_secret_value(tmp_path: Path) -> None:
    """A8."""
    made = shop(
        secrets=[{"name": "key"}],
        environment={"A": "1", "KEY": {"secret": "key"}, "IP": {"pod": "address"}},
    )
    text = explained(made, tmp_path)
    assert "Environment: A=1, KEY (secret shop.key-g1), IP (the pod's address)." in text


def test_an_apps_options_of_the_jvm_stand_before_the_directory_of_dumps(tmp_path: Path) -> None:
    """H1: both hold; where one option is said twice, a JVM takes the last."""
    made = with_logs(
        environment={"HEAP": "75", "JAVA_TOOL_OPTIONS": "-XX:MaxRAMPercentage=$(HEAP)"}
    )
    found = {one["name"]: one.get("value") for one in container_of(made, tmp_path)["env"]}
    assert list(found) == [POD_NAME, "HEAP", "JAVA_TOOL_OPTIONS"]
    assert found["JAVA_TOOL_OPTIONS"] == (
        "-XX:MaxRAMPercentage=$(HEAP) -XX:+HeapDumpOnOutOfMemoryError "
        "-XX:HeapDumpPath=/var/log/dump"
    )


def test_what_the_platform_sets_itself_is_what_it_refuses(tmp_path: Path) -> None:
    """K1, K3: the names that are refused are those that are emitted."""
    plans = shipped(tmp_path).plans()
    found = {
        app.kind if not (app.stateful and app.stateful.preset) else "zookeeper": [
            one["name"] for one in pod["containers"][0]["env"]
        ]
        for app, pod in pods([plans["dmz"], plans["intranet"]])
    }
    assert found["rpc"] == [POD_NAME, *DUBBO]
    assert found["zookeeper"] == [POD_NAME, *ZOOKEEPER]
    assert found["service"] == [POD_NAME]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("DB_PASSWORD", "geheim", "secret-in-clear"),
        ("api-key", "x0815", "secret-in-clear"),
        ("DB_PASSWORD_FILE", "/etc/secrets/db/value", None),
        ("DB_PASSWORD", "/etc/secrets/db/value", None),
        ("TOKEN_URL", "https://login.example.org/token", None),
        ("PASSWORD", "$(OTHER)", None),
        ("DB", "postgres://app:geheim@db/app", "secret-in-clear"),
        ("DB", "postgres://app:$(PW)@db/app", None),
        ("DB", "http://db:5432/a@b", None),
        ("POD_NAME", "x", "variable-taken"),
        ("9LIVES", "x", "bad-variable"),
        ("A=B", "x", "bad-variable"),
        ("Logging__Level.x-y", "x", None),
        ("NAME", 4, "wrong-type"),
        ("NAME", True, "wrong-type"),
        ("NAME", ["a"], "wrong-type"),
        ("NAME", {}, "not-one-source"),
        ("NAME", {"pod": "name", "size": "cpu"}, "not-one-source"),
        ("NAME", {"pod": "ip"}, "not-a-choice"),
        ("NAME", {"secret": "none"}, "unknown-secret"),
        ("NAME", "$(NAME)", "variable-later"),
        ("NAME", "$$(NAME)", None),
    ],
)
def test_a_variable_is_accepted_or_refused(
    tmp_path: Path, name: str, value: object, code: str | None
) -> None:
    """A8, N1: a password in clear, a name of the platform's, a value of the wrong type."""
    found = codes(shop(environment={name: value}), tmp_path)
    assert found == ([code] if code else [])


def test_a_secret_is_no_option_of_the_jvm_beside_log_files(tmp_path: Path) -> None:
    """H1: what the platform adds takes a text; by another variable it can refer to the secret."""
    made = with_logs(
        secrets=[{"name": "options"}], environment={"JAVA_TOOL_OPTIONS": {"secret": "options"}}
    )
    assert codes(made, tmp_path) == ["variable-taken"]
    made = with_logs(
        secrets=[{"name": "options"}],
        environment={"OPTIONS": {"secret": "options"}, "JAVA_TOOL_OPTIONS": "$(OPTIONS)"},
    )
    assert codes(made, tmp_path / "more") == []
