"""Names, labels and owners on the F5: whose a virtual server is, and no name a trap (E3)."""

from __future__ import annotations

from pathlib import Path

import pytest

from estate.topics.exposure.documents.as3_model import As3Name, Text
from tests.documents import as3
from tests.estates import shipped

pytestmark = pytest.mark.level2


def test_app_and_owner_are_named_on_the_device(tmp_path: Path) -> None:
    """Who looks at a virtual server at night sees whose it is, however long the mailbox."""
    long = f"{'p' * 70}@harbour.example"
    estate = shipped(tmp_path).edit(
        "apps/policy-portal-dmz.yaml", "policy-portal@harbour.example", long
    )
    declaration = as3(estate.plans()["dmz"])
    assert declaration["brokers"]["broker_gateway"]["label"] == "brokers/broker-gateway"
    assert declaration["brokers"]["broker_gateway"]["remark"] == "broker-gateway@harbour.example"
    assert "remark" not in declaration["life"]["policy_portal"]
    metadata = declaration["life"]["policy_portal"]["service"]["metadata"]
    assert metadata["owner"] == {"value": long}
    assert metadata["app"] == {"value": "policy-portal"}


def test_names_that_as3_uses_itself_are_no_trap(tmp_path: Path) -> None:
    """An app may be called `controls` and a tenant `label`: neither overwrites a property."""
    estate = shipped(tmp_path)
    tenant = (estate.root / "tenants/brokers.yaml").read_text()
    app = (estate.root / "apps/broker-gateway-dmz.yaml").read_text()
    estate.add(
        "tenants/label.yaml",
        tenant.replace("brokers", "label").replace("pool: label", "pool: shared"),
    )
    estate.add(
        "apps/controls-dmz.yaml",
        app.replace("app: broker-gateway", "app: controls")
        .replace("tenant: brokers", "tenant: label")
        .replace("30011", "30012")
        .replace("10.10.0.22", "10.10.0.23"),
    )
    estate.assign("dmz", "label/controls", 30012)
    declaration = as3(estate.plans()["dmz"])
    assert declaration["label"] == "estate"
    assert declaration["label_"]["controls_"]["class"] == "Application"


def test_different_names_stay_different() -> None:
    """E3: '-' becomes '_', which no declared name has."""
    names = ["a-b", "ab", "a-b-c", "class", "class-a", "common", "shared", "template"]
    assert len({str(As3Name(name)) for name in names}) == len(names)
    assert str(As3Name("policy-portal")) == "policy_portal"


@pytest.mark.parametrize("name", ["", "1a", "a.b", "a b", "a/b", "x" * 65])
def test_an_impossible_name_cannot_be_written(name: str) -> None:
    """E3: the model refuses what the device would."""
    with pytest.raises(ValueError, match="AS3 takes no object"):
        str(As3Name(name))


@pytest.mark.parametrize("text", ["x" * 65, 'a "b"', "a\nb", "<b>", "a\\b"])
def test_an_impossible_label_cannot_be_written(text: str) -> None:
    """E3: at most 64 characters, and none that BIG-IP trips over."""
    with pytest.raises(ValueError, match="AS3 takes no label"):
        Text(text)


def test_the_longest_names_fit(tmp_path: Path) -> None:
    """Labels take 64 characters and names 30 each; the declaration says nothing of a device."""
    estate = shipped(tmp_path)
    name = "x" * 30
    text = (estate.root / "tenants/brokers.yaml").read_text()
    estate.remove("tenants/brokers.yaml")
    estate.add(f"tenants/{name}.yaml", text.replace("tenant: brokers", f"tenant: {name}"))
    estate.edit("Pulumi.dmz.yaml", "tenant: brokers}", f"tenant: {name}}}")
    estate.edit("Pulumi.dmz.yaml", "name: f5-dmz", f"name: {name}")
    estate.edit("Pulumi.dmz.yaml", "\n    name: dmz\n", f"\n    name: {name}\n")
    estate.edit("apps/broker-gateway-dmz.yaml", "tenant: brokers", f"tenant: {name}")
    estate.edit("apps/broker-gateway-dmz.yaml", "app: broker-gateway", f"app: {'y' * 30}")
    estate.edit("apps/commission-intranet.yaml", "tenant: brokers", f"tenant: {name}")
    estate.remove("apps/broker-desk-dmz.yaml").remove("apps/broker-tariffs-intranet.yaml")
    estate.edit("Pulumi.dmz.yaml", "tenants: [brokers]", f"tenants: [{name}]")
    estate.edit("registers/node-ports.yaml", "brokers/broker-gateway", f"{name}/{'y' * 30}")
    for stack in ("Pulumi.dmz.yaml", "Pulumi.intranet.yaml"):
        estate.edit(stack, "    brokers:", f"    {name}:")
    declaration = as3(estate.plans()["dmz"])
    assert declaration[name]["y" * 30]["label"] == f"{name}/{'y' * 30}"
