"""Programs of monitoring read files again that have changed, without a restart."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from estate.composition import compose
from estate.plan import Plan
from lab.ports import free
from tests.estates import Estate, shipped
from tests.programs import asked, asked_text, until
from toolchain import build

pytestmark = pytest.mark.level2

Json = dict[str, Any]


@contextmanager
def program(folder: Path, *command: str) -> Generator[subprocess.Popen[bytes]]:
    """The program, until the block ends."""
    with (folder / "said.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
        try:
            yield process
        finally:
            process.terminate()
            process.wait(30)


def data(plan: Plan, name: str) -> dict[str, str]:
    """The files of one of monitoring's config maps."""
    (found,) = (
        dict(manifest.body)["data"]
        for manifest in compose(plan).manifests
        if (manifest.kind, manifest.namespace, manifest.physical_name)
        == ("ConfigMap", "estate-monitoring", name)
    )
    assert isinstance(found, dict)
    return {str(key): str(text) for key, text in found.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


def mount(files: dict[str, str], folder: Path) -> None:
    """As the kubelet does it: a new directory, and a link ``..data`` that is moved to it at once.

    https://github.com/kubernetes/kubernetes/blob/master/pkg/volume/util/atomic_writer.go
    """
    folder.mkdir(exist_ok=True)
    real = folder / f"..{time.monotonic_ns()}"
    real.mkdir()
    for name, text in files.items():
        (real / name).write_text(text, encoding="utf-8")
    fresh = folder / "..data_tmp"
    fresh.symlink_to(real.name)
    fresh.replace(folder / "..data")
    for name in files:
        if not (folder / name).is_symlink():
            (folder / name).symlink_to(f"..data/{name}")
    for old in folder.glob("..[0-9]*"):
        if old != real:
            shutil.rmtree(old)


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    return shipped(tmp_path)


def test_prometheus_takes_the_rules_of_a_changed_register_without_a_restart(
    estate: Estate, tmp_path: Path
) -> None:
    """X5, A9. A signal stands for its own timer, which releases before 3.0 do not have."""
    rules, (port,) = tmp_path / "rules", free(1)
    mount(data(estate.plans()["dmz"], "prometheus-rules"), rules)
    config = tmp_path / "prometheus.yaml"
    config.write_text(yaml.safe_dump({"rule_files": [f"{rules}/*.yaml"]}), encoding="utf-8")
    url = f"http://127.0.0.1:{port}"

    def declared() -> set[str]:
        groups = asked(f"{url}/api/v1/rules").get("data", {}).get("groups", [])
        return {
            rule["labels"]["node_port"]
            for group in groups
            for rule in group["rules"]
            if rule["name"] == "estate_declared_node_port"
        }

    with program(
        tmp_path,
        "prometheus",
        f"--config.file={config}",
        f"--storage.tsdb.path={tmp_path}/data",
        "--enable-feature=auto-reload-config",
        f"--web.listen-address=127.0.0.1:{port}",
    ) as running:
        until(lambda: "30011" in declared())
        estate.port("dmz", "brokers/broker-gateway", 30013)
        mount(data(estate.plans()["dmz"], "prometheus-rules"), rules)
        running.send_signal(signal.SIGHUP)
        until(lambda: "30013" in declared())
        assert "30011" not in declared()
        assert running.poll() is None
        assert "prometheus_config_last_reload_successful 1" in asked_text(f"{url}/metrics")


def test_alertmanager_takes_a_new_receiver_when_the_container_beside_it_asks(
    estate: Estate, tmp_path: Path
) -> None:
    """X5, I8: with both containers' emitted flags, at other ports; silences and all else stay."""
    files, (port, gossip) = tmp_path / "config", free(2)
    mount(data(estate.plans()["dmz"], "alertmanager"), files)
    (stateful,) = (
        dict(manifest.body)
        for manifest in compose(estate.plans()["dmz"]).manifests
        if (manifest.kind, manifest.physical_name) == ("StatefulSet", "alertmanager")
    )
    spec: Any = stateful["spec"]
    main, beside = spec["template"]["spec"]["containers"]
    url = f"http://127.0.0.1:{port}"

    def here(argument: str) -> str:
        moved = argument.replace("/etc/alertmanager/config", str(files))
        return moved.replace("127.0.0.1:9093", f"127.0.0.1:{port}")

    def receivers() -> set[str]:
        said = asked(f"{url}/api/v2/status").get("config", {}).get("original", "{}")
        return {
            mail["to"]
            for one in yaml.safe_load(said).get("receivers", ())
            for mail in one.get("email_configs", ())
        }

    with (
        program(
            tmp_path,
            "prometheus-alertmanager",
            *(here(one) for one in main["args"] if one.startswith("--config.file=")),
            f"--storage.path={tmp_path}/data",
            f"--web.listen-address=127.0.0.1:{port}",
            f"--cluster.listen-address=127.0.0.1:{gossip}",
        ) as running,
        program(
            tmp_path,
            str(build.binary("prometheus-config-reloader")),
            *(here(one) for one in beside["args"]),
        ),
    ):
        until(lambda: "motor-platform@harbour.example" in receivers())
        text = (estate.root / "tenants/motor.yaml").read_text(encoding="utf-8")
        estate.add("tenants/motor.yaml", f"{text}alerts: {{email: on-call@harbour.example}}\n")
        mount(data(estate.plans()["dmz"], "alertmanager"), files)
        until(lambda: "on-call@harbour.example" in receivers())
        mount({"alertmanager.yaml": "route: [no mapping]"}, files)
        failed = "alertmanager_config_last_reload_successful 0"
        until(lambda: failed in asked_text(f"{url}/metrics"))
        assert "on-call@harbour.example" in receivers(), "what it cannot read leaves it as it was"
        assert running.poll() is None


def test_the_blackbox_exporter_takes_a_new_module_by_itself(estate: Estate, tmp_path: Path) -> None:
    """X5, I2: with the emitted flag, and a shorter interval."""
    files, (port,) = tmp_path / "config", free(1)
    before = data(estate.plans()["dmz"], "blackbox-exporter")
    only = {"modules": {"tcp": {"prober": "tcp", "timeout": "5s"}}}
    mount({"blackbox.yaml": yaml.safe_dump(only)}, files)
    (deployment,) = (
        dict(manifest.body)
        for manifest in compose(estate.plans()["dmz"]).manifests
        if (manifest.kind, manifest.physical_name) == ("Deployment", "blackbox-exporter")
    )
    spec: Any = deployment["spec"]
    arguments = spec["template"]["spec"]["containers"][0]["args"]
    url = f"http://127.0.0.1:{port}"
    wanted = set(yaml.safe_load(before["blackbox.yaml"])["modules"])
    assert wanted - {"tcp"}

    def modules() -> set[str]:
        said: Json = yaml.safe_load(asked_text(f"{url}/config")) or {}
        return set(said.get("modules", {}))

    with program(
        tmp_path,
        str(build.binary("blackbox_exporter")),
        *(argument.replace("/etc/blackbox", str(files)) for argument in arguments),
        "--config.auto-reload-interval=1",
        f"--web.listen-address=127.0.0.1:{port}",
    ) as running:
        until(lambda: modules() == {"tcp"})
        mount(before, files)
        until(lambda: modules() == wanted)
        mount({"blackbox.yaml": "modules: [no mapping]"}, files)
        failed = "blackbox_exporter_config_last_reload_successful 0"
        until(lambda: failed in asked_text(f"{url}/metrics"))
        assert modules() == wanted, "what it cannot read leaves it as it was"
        assert running.poll() is None
