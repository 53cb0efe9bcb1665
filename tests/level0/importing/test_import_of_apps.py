"""Apps from objects of a cluster and from rendered charts (N4): what is carried, what is listed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from estate.cli.main import main
from estate.cli.render import render_stack
from estate.composition import compose
from estate.reader.values import ZONES
from estate.topics.apps.declare.common import AppBase
from tests.estates import Estate, shipped
from tests.minimal import minimal

pytestmark = pytest.mark.level0

Json = dict[str, Any]

CHART = Path(__file__).with_name("chart.yaml")
NOT_IN_OBJECTS = ("base", "firewall")
"""Keys that no object of a cluster says."""


def run(estate: Estate, *files: Path, stack: str = "dmz", tenant: str = "team") -> tuple[int, str]:
    options = ("--root", str(estate.root), "--stack", stack, "--tenant", tenant, "--json")
    command = ["import", "apps", *options, *map(str, files)]
    ran = CliRunner().invoke(main, command, catch_exceptions=False)
    return ran.exit_code, ran.output


def imported(estate: Estate, *files: Path, stack: str = "dmz", tenant: str = "team") -> Json:
    code, output = run(estate, *files, stack=stack, tenant=tenant)
    assert code == 0, output
    return json.loads(output)


def app(estate: Estate, name: str, zone: str = "dmz") -> Json:
    """The file of an app, read back."""
    return yaml.safe_load((estate.root / f"apps/{name}-{zone}.yaml").read_text(encoding="utf-8"))


def reasons(read: Json) -> dict[str, str]:
    """By object and field."""
    return {f"{one['object']}: {one['field']}": one["why"] for one in read["left"]}


def vips(estate: Estate, declaration: Path, zone: str) -> dict[str, Json]:
    """What `estate import f5` says of each app's vip."""
    command = ["import", "f5", "--root", str(estate.root), "--stack", zone, "--json"]
    ran = CliRunner().invoke(main, [*command, str(declaration)], catch_exceptions=False)
    return {one["file"]: one["keys"]["vip"] for one in json.loads(ran.output)["apps"]}


def normal(keys: Json) -> Json:
    """An app as a file may say it in several ways."""
    found = {key: value for key, value in keys.items() if key not in NOT_IN_OBJECTS}
    if found.pop("serves_zones", None):
        found.pop("serves", None)  # callers come as users do, so no policy names their tenant
    found["listen"] = {k: v for k, v in keys.get("listen", {}).items() if k != "node_port"}
    if "paths" in found:
        found["paths"] = sorted(found["paths"])
    if found.get("needs", {}).get("within") == 120:
        found["needs"] = {k: v for k, v in found["needs"].items() if k != "within"}
    return found


def test_what_the_estate_renders_comes_back_as_declared(tmp_path: Path) -> None:
    """N4: every app of the shipped estate, its vip by the device; nothing else stays behind."""
    estate = shipped(tmp_path)
    declared = {path.name: yaml.safe_load(path.read_text()) for path in estate.root.glob("apps/*")}
    for zone, plan in estate.plans().items():
        render_stack(compose(plan), tmp_path / zone)
    for path in estate.root.glob("apps/*.yaml"):
        path.unlink()
    left: list[Json] = []
    for zone in ZONES:
        by_tenant: dict[str, list[Path]] = {}
        for path in sorted((tmp_path / zone / "manifests/apps").glob("*.yaml")):
            match = re.search(r"estate/tenant: (\S+)", path.read_text(encoding="utf-8"))
            assert match
            by_tenant.setdefault(match[1], []).append(path)
        for tenant, files in by_tenant.items():
            left += imported(estate, *files, stack=zone, tenant=tenant)["left"]
        found = vips(estate, tmp_path / zone / "documents/f5/as3.json", zone)
        for file, vip in found.items():
            path = estate.root / file
            path.write_text(f"{path.read_text(encoding='utf-8')}vip: {json.dumps(vip)}\n")
    now = {path.name: yaml.safe_load(path.read_text()) for path in estate.root.glob("apps/*")}
    assert now.keys() == declared.keys()
    for name, keys in declared.items():
        assert normal(now[name]) == normal(keys), name
    assert {one["why"] for one in left if "'vip'" not in one["why"]} == set()


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    """A zone with a database, and no app."""
    database = {"name": "shopdb", "address": "10.29.0.10", "port": 5432, "tenants": ["team"]}
    return minimal().with_stack("dmz", databases=[database]).written(tmp_path)


def test_a_chart_becomes_an_app_for_each_workload(estate: Estate) -> None:
    """Kinds by what publishes them and what they keep."""
    read = imported(estate, CHART)
    assert read["written"] == [
        f"apps/{name}-dmz.yaml" for name in ("shop", "pricing", "queue", "settle")
    ]
    kinds = {name: app(estate, name)["kind"] for name in ("shop", "pricing", "queue", "settle")}
    assert kinds == {
        "shop": "web",
        "pricing": "traditional",
        "queue": "stateful",
        "settle": "batch",
    }


def test_a_web_app_keeps_hosts_paths_scale_metrics_files_and_databases(estate: Estate) -> None:
    imported(estate, CHART)
    shop = app(estate, "shop")
    assert {key: shop[key] for key in ("image", "replicas", "scale", "size", "health")} == {
        "image": f"team/shop@sha256:{'1' * 64}",
        "replicas": 3,
        "scale": {"max": 8, "cpu": 60},
        "size": {"cpu": "250m", "memory": "512Mi"},
        "health": {"ready": "/ready", "alive": {"command": ["alive"]}},
    }
    assert (shop["hosts"], shop["paths"]) == (["shop.dmz.example.org"], ["/basket", "/legal"])
    assert (shop["listen"], shop["ready_within"]) == ({"port": 8080}, 120)
    assert shop["metrics"] == {"port": 9102, "path": "/stats"}
    assert shop["databases"] == [{"name": "shopdb"}]
    assert shop["config"] == [
        {"path": "/etc/shop/shop.properties", "content": "currency=EUR\nbranch=north\n"}
    ]


def test_further_containers_keep_what_they_run(estate: Estate) -> None:
    """Sidecars and those that run before the app's container."""
    imported(estate, CHART)
    shop = app(estate, "shop")
    assert shop["before"] == [{"name": "migrate", "command": ["migrate"]}]
    assert shop["sidecars"] == [{"name": "proxy"}]


def test_a_process_keeps_its_arguments_and_environment(estate: Estate) -> None:
    """Texts, keys of ConfigMaps, secrets by name, facts of the pod."""
    read = imported(estate, CHART)
    shop = app(estate, "shop")
    assert shop["arguments"] == ["--port=8080"]
    assert shop["environment"] == {
        "SHOP_shop.properties": "currency=EUR\nbranch=north\n",
        "SHOP_LOG_LEVEL": "info",
        "REGION": "north",
        "DB_PASSWORD": {"secret": "db-password"},
        "SESSION_KEY": {"secret": "shop-session", "key": "key"},
        "NODE": {"pod": "node"},
    }
    assert "env[QUOTA]" in " ".join(reasons(read))


def test_values_of_secrets_stay_behind(estate: Estate) -> None:
    """B6: neither in files nor in the list, also of passwords that stand in clear."""
    code, output = run(estate, CHART)
    assert code == 0
    texts = [output, *(path.read_text() for path in (estate.root / "apps").glob("*.yaml"))]
    assert not any("very-secret" in text or "hunter2" in text for text in texts)
    assert app(estate, "shop")["secrets"] == [
        {"name": "db-password", "from": "stack"},
        {"name": "shop-session", "from": "stack", "keys": [{"name": "key"}]},
    ]
    assert "estate-secrets:shop.shop-session-g1.key" in output


def test_the_keys_of_a_secret_stay_together_where_they_were(estate: Estate, tmp_path: Path) -> None:
    """F3: files, names and variables; a key that only a variable has is no file."""
    chart = tmp_path / "chart.yaml"
    text = CHART.read_text(encoding="utf-8")
    text = text.replace("{key: very-secret-value}", "{key: very-secret-value, salt: very-secret}")
    old = "{secretName: shop-session}"
    assert old in text
    new = "{secretName: shop-session, items: [{key: salt, path: salt.txt}]}"
    text = text.replace(old, new).replace("/run/session", "/etc/shop/session")
    chart.write_text(text, encoding="utf-8")
    imported(estate, chart)
    (found,) = [one for one in app(estate, "shop")["secrets"] if one["name"] == "shop-session"]
    assert found == {
        "name": "shop-session",
        "from": "stack",
        "keys": [{"name": "key", "mounted": False}, {"name": "salt", "file": "salt.txt"}],
        "path": "/etc/shop/session",
    }


def test_stateful_and_batch_apps_keep_volumes_and_schedules(estate: Estate) -> None:
    imported(estate, CHART)
    queue, settle = app(estate, "queue"), app(estate, "settle")
    assert queue["volumes"] == [
        {"name": "data", "size": "20Gi", "backend": "fast", "path": "/data"}
    ]
    assert (queue["start"], queue["listen"]) == ("parallel", {"port": 5672, "protocol": "amqp"})
    assert {key: settle[key] for key in ("schedule", "time_zone", "time_limit", "retries")} == {
        "schedule": "30 2 * * 1-5",
        "time_zone": "Europe/Berlin",
        "time_limit": 7200,
        "retries": 6,
    }


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("Service shop-http: ", "callers find the app as 'shop'"),
        ("Ingress shop: spec.tls", "certificates belong to the shard"),
        ("Deployment shop: containers[shop].securityContext.capabilities", "NET_RAW"),
        ("Deployment shop: spec.nodeSelector[disk]", "estate:pools"),
        ("Deployment shop: spec.strategy", "two versions run"),
        ("Deployment shop: volumes[cache]", "/var/cache/shop"),
        ("Deployment shop: volumes[docker]", "admission refuses it"),
        ("Deployment shop: volumes[session]", "/etc/secrets/shop-session/key"),
        ("Deployment shop: initContainers[migrate].image", "has no digest"),
        ("Deployment shop: containers[proxy].resources", "measure what it uses"),
        ("NetworkPolicy shop: egress to 192.0.2.0/24", "no database"),
        ("Deployment pricing: containers[pricing].image", "has no digest"),
        ("CronJob settle: spec.concurrencyPolicy", "one run at a time"),
        ("DaemonSet agent: ", "not a pod on each node"),
        ("Secret shop-tls: ", "no app of these files reads it"),
    ],
)
def test_what_has_no_key_is_listed_with_object_and_field(
    estate: Estate, place: str, why: str
) -> None:
    assert why in reasons(imported(estate, CHART))[place]


def test_keys_that_are_missing_stand_in_the_file_as_comments(estate: Estate) -> None:
    """`estate check` names each: nothing is guessed."""
    imported(estate, CHART)
    text = (estate.root / "apps/pricing-dmz.yaml").read_text(encoding="utf-8")
    assert re.findall(r"(?m)^# (\w+): missing", text) == ["image", "size", "health"]
    assert app(estate, "pricing")["vip"] == {
        "address": "10.13.0.20",
        "port": 8443,
        "clients": ["10.99.0.0/16"],
    }
    named = {
        one.key_path for one in estate.problems() if one.source.file == "apps/pricing-dmz.yaml"
    }
    assert {"image", "size", "health"} <= named


def test_a_key_that_apps_lack_is_listed(estate: Estate) -> None:
    """Of a workload that says more than declarations can."""
    read = imported(estate, CHART)
    listed = " ".join(one["why"] for one in read["left"])
    for key in ("limits", "user", "stop_within"):
        assert (f"no key '{key}'" in listed) == (key not in AppBase.model_fields)


def test_lists_of_kubectl_are_read(estate: Estate, tmp_path: Path) -> None:
    """YAML or JSON, of one kind or of several, with what an API server adds."""
    items = [*yaml.safe_load_all(CHART.read_text(encoding="utf-8"))]
    for one in items:
        one["metadata"] |= {"uid": "1", "managedFields": [{}], "resourceVersion": "7"}
    file = tmp_path / "list.json"
    file.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
    assert len(imported(estate, file)["written"]) == 4


def test_an_existing_file_stays(estate: Estate) -> None:
    estate.add("apps/shop-dmz.yaml", "# mine\n")
    read = imported(estate, CHART)
    assert reasons(read)["apps/shop-dmz.yaml: "] == "the file exists, and stays as it is"
    assert (estate.root / "apps/shop-dmz.yaml").read_text() == "# mine\n"
    assert len(read["written"]) == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [", "it is no YAML"),
        ("just: a mapping", "no Kubernetes objects"),
        ("", "no Kubernetes objects"),
    ],
)
def test_a_file_of_another_kind_is_refused(
    estate: Estate, tmp_path: Path, text: str, said: str
) -> None:
    file = tmp_path / "other.yaml"
    file.write_text(text, encoding="utf-8")
    code, output = run(estate, file)
    assert code == 1 and said in output and "Traceback" not in output
    assert not (estate.root / "apps").exists()


def test_an_unknown_tenant_is_refused(estate: Estate) -> None:
    code, output = run(estate, CHART, tenant="tema")
    assert code == 1 and "Did you mean 'team'?" in output
