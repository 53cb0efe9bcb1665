"""Secrets with several keys: files, variables, certificates, and groups of variables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.level0.apps.made_apps import codes, container_of, explained, objects, pod_of, shop

pytestmark = pytest.mark.level0

DATABASE: dict[str, Any] = {
    "name": "database",
    "from": "generated",
    "keys": [{"name": "DB_USER"}, {"name": "DB_PASSWORD"}],
}
KEYSTORE: dict[str, Any] = {
    "name": "trust",
    "from": "stack",
    "path": "/etc/shop/trust",
    "keys": [
        {"name": "keystore.p12", "form": "binary", "file": "store.p12", "mode": "0444"},
        {"name": "pin", "mounted": False},
    ],
}
PAIR: dict[str, Any] = {"name": "web", "from": "stack", "tls": True}


def secret_volume(made: Any, folder: Path) -> Any:
    (found,) = [one["secret"] for one in pod_of(made, folder)["volumes"] if "secret" in one]
    return found


def test_each_key_is_a_file_of_its_name_in_the_secrets_directory(tmp_path: Path) -> None:
    """F3: without further words, as the one value of a secret without keys is."""
    made = shop(secrets=[DATABASE])
    volume = secret_volume(made, tmp_path)
    assert volume["secretName"].startswith("shop.database-g1-")
    assert "items" not in volume
    mounts = container_of(made, tmp_path / "more")["volumeMounts"]
    assert {"name": "secret-0", "mountPath": "/etc/secrets/database", "readOnly": True} in mounts


def test_a_secret_of_one_value_keeps_its_name_and_file(tmp_path: Path) -> None:
    """F3: Secrets that run are not made anew."""
    volume = secret_volume(shop(secrets=[{"name": "key"}]), tmp_path)
    assert volume == {"secretName": "shop.key-g1", "defaultMode": 0o440}


def test_another_key_makes_another_secret_and_other_order_does_not(tmp_path: Path) -> None:
    """F3: a Secret is immutable, so pods get one that has the key, and restart."""
    turned = {**DATABASE, "keys": list(reversed(DATABASE["keys"]))}
    more = {**DATABASE, "keys": [*DATABASE["keys"], {"name": "url"}]}
    higher = {**DATABASE, "generation": 2}
    first, same, second, third = (
        secret_volume(shop(secrets=[one]), tmp_path / str(number))["secretName"]
        for number, one in enumerate((DATABASE, turned, more, higher))
    )
    assert first == same
    assert len({first, second, third}) == 3
    assert third.startswith("shop.database-g2-")


@pytest.mark.parametrize(
    ("secret", "missing"),
    [
        (DATABASE | {"from": "stack"}, ["DB_USER", "DB_PASSWORD"]),
        (KEYSTORE, ["keystore.p12", "pin"]),
        (PAIR, ["tls.crt", "tls.key"]),
    ],
)
def test_check_names_each_key_that_the_stacks_file_lacks(
    tmp_path: Path, secret: Any, missing: list[str]
) -> None:
    """F3, N1: with the command that stores it; a binary one passes base64 first."""
    found = shop(secrets=[secret]).written(tmp_path).problems()
    names = [f"estate-secrets:shop.{secret['name']}-g1.{key}" for key in missing]
    assert [one.code for one in found] == ["no-stack-secret"] * len(missing)
    for problem, name in zip(found, names, strict=True):
        assert f"Pulumi.dmz.yaml has no '{name}'" in problem.found
        command = f"pulumi config set --secret '{name}' --stack dmz"
        piped = "base64 < FILE | " if name.endswith(".p12") else ""
        assert problem.hint == f"{piped}{command}"


def test_files_have_the_declared_names_and_rights_and_other_keys_none(tmp_path: Path) -> None:
    """F3."""
    secret = KEYSTORE | {"from": "generated"}
    secret["keys"] = [{"name": "store", "file": "store.p12", "mode": "0444"}, KEYSTORE["keys"][1]]
    made = shop(secrets=[secret], environment={"PIN": {"secret": "trust", "key": "pin"}})
    volume = secret_volume(made, tmp_path)
    assert volume["items"] == [{"key": "store", "path": "store.p12", "mode": 0o444}]
    box = container_of(made, tmp_path / "more")
    (pin,) = [one for one in box["env"] if one["name"] == "PIN"]
    assert pin["valueFrom"]["secretKeyRef"] == {"name": volume["secretName"], "key": "pin"}
    assert "/etc/shop/trust" in [one["mountPath"] for one in box["volumeMounts"]]


def test_a_secret_that_is_not_mounted_has_no_volume(tmp_path: Path) -> None:
    """F3, B6: containers have of it what their variables name, and nothing else."""
    secret = {"name": "key", "mounted": False}
    made = shop(secrets=[secret], environment={"KEY": {"secret": "key"}})
    assert [one for one in pod_of(made, tmp_path)["volumes"] if "secret" in one] == []
    assert "Secret: no files, from shop.key-g1." in explained(made, tmp_path / "more")


def test_groups_of_variables_stand_in_the_declared_order(tmp_path: Path) -> None:
    """K6, A8: all keys of a secret and of settings, for each container that names them."""
    made = shop(
        secrets=[DATABASE],
        settings={"common": {"LOG_LEVEL": "info", "REGION": "north"}},
        environment_from=[{"settings": "common"}, {"secret": "database", "prefix": "SHOP_"}],
    )
    first, second = container_of(made, tmp_path)["envFrom"]
    (group,) = objects(made, tmp_path / "more", "ConfigMap")
    assert first == {"configMapRef": {"name": group["metadata"]["name"]}}
    assert (group["data"], group["immutable"]) == ({"LOG_LEVEL": "info", "REGION": "north"}, True)
    assert second["prefix"] == "SHOP_"
    assert second["secretRef"]["name"].startswith("shop.database-g1-")
    text = explained(made, tmp_path / "explained")
    assert "LOG_LEVEL, REGION." in text
    assert "SHOP_DB_USER, SHOP_DB_PASSWORD." in text


@pytest.mark.parametrize(
    ("changes", "code", "place"),
    [
        ({"environment": {"A": {"secret": "database"}}}, "no-key", "environment.A"),
        (
            {"environment": {"A": {"secret": "database", "key": "DB_USR"}}},
            "unknown-key-of-secret",
            "environment.A.key",
        ),
        (
            {"environment": {"A": {"pod": "name", "key": "x"}}},
            "key-without-secret",
            "environment.A",
        ),
        (
            {"environment_from": [{"secret": "database"}], "environment": {"DB_USER": "x"}},
            "variable-twice",
            "environment_from[0]",
        ),
        (
            {"environment_from": [{"secret": "database"}, {"secret": "database"}]},
            "variable-twice",
            "environment_from[1]",
        ),
        ({"environment_from": [{"settings": "none"}]}, "unknown-settings", None),
        ({"environment_from": [{"secret": "none"}]}, "unknown-secret", None),
        ({"environment_from": [{"prefix": "A_"}]}, "not-one-source", "environment_from[0]"),
        (
            {"environment_from": [{"secret": "database", "prefix": "4-"}]},
            "bad-variable",
            "environment_from[0].prefix",
        ),
        ({"environment_from": [{"secret": "plain"}]}, "no-keys", "environment_from[0].secret"),
        (
            {"settings": {"a": {"POD_NAME": "x"}}, "environment_from": [{"settings": "a"}]},
            "variable-taken",
            "environment_from[0]",
        ),
        ({"settings": {"a": {"DB_PASSWORD": "x"}}}, "secret-in-clear", "settings.a.DB_PASSWORD"),
    ],
)
def test_a_variable_of_a_key_or_a_group_is_refused(
    tmp_path: Path, changes: Any, code: str, place: str | None
) -> None:
    """A8, B6, N1: no name twice, no key that is not there, no password in settings."""
    secrets = [DATABASE, {"name": "plain"}]
    found = shop(secrets=secrets, **changes).written(tmp_path).problems()
    assert found[0].code == code
    if place:
        assert found[0].key_path == place


@pytest.mark.parametrize(
    ("secret", "code"),
    [
        ({"tls": True}, "not-generated"),
        ({"keys": [{"name": "a", "form": "binary"}]}, "not-generated"),
        ({"keys": [{"name": "a"}, {"name": "a"}]}, "name-taken"),
        ({"keys": [{"name": "a"}, {"name": "b", "file": "a"}]}, "name-taken"),
        ({"keys": [{"name": "a b"}]}, "bad-key"),
        ({"keys": [{"name": "../a"}]}, "bad-key"),
        ({"keys": [{"name": "a", "mode": "0400"}]}, "not-a-choice"),
        ({"path": "/etc/ssl"}, "mount-reserved"),
        ({"path": "/etc/secrets/other"}, "mount-reserved"),
    ],
)
def test_a_secret_whose_keys_cannot_be_is_refused(tmp_path: Path, secret: Any, code: str) -> None:
    """F3, N1."""
    assert codes(shop(secrets=[{"name": "one", **secret}]), tmp_path) == [code]


def test_a_binary_key_is_no_variable(tmp_path: Path) -> None:
    """A8: a variable ends at the first NUL, and holds text."""
    store = {"name": "trust", "from": "stack", "keys": [{"name": "store", "form": "binary"}]}
    made = shop(
        secrets=[store],
        environment={"STORE": {"secret": "trust", "key": "store"}},
        environment_from=[{"secret": "trust"}],
    )
    assert codes(made, tmp_path) == ["binary-variable", "binary-variable", "no-stack-secret"]
