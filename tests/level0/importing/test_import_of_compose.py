"""Apps from a compose file (N4): what is carried, what is listed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from estate.cli.main import main
from tests.estates import Estate
from tests.minimal import minimal

pytestmark = pytest.mark.level0

Json = dict[str, Any]

COMPOSE = Path(__file__).with_name("compose.yaml")


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    return minimal().written(tmp_path)


def run(estate: Estate, file: Path) -> tuple[int, str]:
    options = ("--root", str(estate.root), "--stack", "dmz", "--tenant", "team", "--json")
    ran = CliRunner().invoke(main, ["import", "compose", *options, str(file)])
    return ran.exit_code, ran.output


def imported(estate: Estate, name: str) -> tuple[Json, str]:
    """An app's file, read back, and the whole list."""
    code, output = run(estate, COMPOSE)
    assert code == 0, output
    text = (estate.root / f"apps/{name}-dmz.yaml").read_text(encoding="utf-8")
    lines = [f"{one['object']}: {one['field']}: {one['why']}" for one in json.loads(output)["left"]]
    return yaml.safe_load(text), "\n".join(lines)


def test_a_service_becomes_an_app(estate: Estate) -> None:
    web, _ = imported(estate, "web")
    assert web["kind"] == "service"
    assert web["image"] == f"team/web@sha256:{'4' * 64}"
    assert (web["replicas"], web["size"]) == (3, {"cpu": "500m", "memory": "512Mi"})
    assert (web["listen"], web["health"], web["ready_within"]) == ({"port": 3000}, "/healthz", 90)
    assert web["arguments"] == ["serve", "--url=https://shop.dmz.example.org"]
    assert web["needs"] == {"apps": ["db"]}
    assert web["config"] == [{"path": "/etc/web/settings.ini", "content": "[web]\ncolour=blue\n"}]


def test_a_service_with_a_named_volume_is_stateful(estate: Estate) -> None:
    """Size and backend stand in no compose file: `estate check` names both."""
    db, said = imported(estate, "db")
    assert db["kind"] == "stateful"
    assert db["volumes"] == [{"name": "db-data", "path": "/var/lib/db"}]
    assert (db["size"], db["listen"]) == ({"cpu": "1500m", "memory": "2Gi"}, {"port": 5432})
    assert "service db: : the key 'volumes[0].size' is missing" in said
    assert db["health"] == {"ready": {"command": ["/bin/sh", "-c", "pg_isready -U app"]}}


def test_passwords_in_clear_become_secrets(estate: Estate) -> None:
    """B6: the value stands neither in a file nor in the list."""
    web, said = imported(estate, "web")
    assert web["environment"] == {
        "LOG_LEVEL": "debug",
        "DB_PASSWORD": {"secret": "db-password"},
        "FLAGS": "",
    }
    assert {"name": "db-password", "from": "stack"} in web["secrets"]
    files = [path.read_text() for path in (estate.root / "apps").iterdir()]
    assert not any("hunter2" in text for text in [said, *files])


@pytest.mark.parametrize(
    "line",
    [
        "service web: ports: published: choose kind web",
        "service web: ports[9000]: UDP belongs to kind traditional",
        "service web: environment[REGION]: its value stands where the file is used",
        "service web: environment[FLAGS]: FLAGS has no default",
        "service web: env_file: its variables stand in another file",
        "service web: volumes[/srv/static]: ./static",
        "service web: secrets[session]: /run/secrets/session becomes /etc/secrets/session/value",
        "service web: depends_on[worker]: it has no port",
        "service worker: build: images are built elsewhere",
        "service worker: privileged: no pod has rights of root",
        "service worker: : the key 'size' is missing",
        "service worker: replicas: one pod: write 2 or more, or 1 beside 'alone'",
    ],
)
def test_what_has_no_key_is_listed(estate: Estate, line: str) -> None:
    _, said = imported(estate, "worker")
    assert line in said


@pytest.mark.parametrize(
    ("text", "said"), [("a: [", "it is no YAML"), ("version: '3'", "it has no services")]
)
def test_a_file_of_another_kind_is_refused(
    estate: Estate, tmp_path: Path, text: str, said: str
) -> None:
    file = tmp_path / "other.yaml"
    file.write_text(text, encoding="utf-8")
    code, output = run(estate, file)
    assert code == 1 and said in output and "Traceback" not in output
