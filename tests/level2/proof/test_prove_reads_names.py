"""Every name that is emitted leads to its owner and to nobody else: the proof notices (J4, F6)."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from estate.proof.emitted import Emitted
from estate.proof.prove import Claim, prove
from estate.reader.values import Zone
from tests.estates import shipped
from tests.proving import claimed

pytestmark = pytest.mark.level2

ZONE_FILE = "dns/zones/dmz.harbour.example.zone"
ADDED = "dns/records/harbour.example.zone"
Found = tuple[Claim, Mapping[Zone, Emitted]]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Found:
    """What is claimed of the shipped estate, and what is emitted."""
    return claimed(shipped(tmp_path_factory.mktemp("names")))


def found_in(both: Found, zone: Zone, changed: Emitted) -> list[str]:
    """The problems of names, with their places, once one zone emits something else."""
    claim, found = both
    problems = prove(claim, {**found, zone: changed}).problems
    return [str(problem) for problem in problems if problem.code.startswith("name-leads")]


def with_text(both: Found, zone: Zone, name: str, change: Callable[[str], str]) -> list[str]:
    """The same, once one document is another."""
    emitted = both[1][zone]
    text = change(emitted.texts[name])
    assert text != emitted.texts[name]
    return found_in(both, zone, replace(emitted, texts={**emitted.texts, name: text}))


def test_the_shipped_names_lead_to_their_owners(both: Found) -> None:
    assert prove(*both).problems == ()


def test_a_record_of_the_sign_in_is_noticed(both: Found) -> None:
    """A tenant's address behind the company's sign-in would take its passwords."""
    (problem,) = with_text(
        both, "dmz", ADDED, lambda text: text + "login.harbour.example. A 10.10.0.25\n"
    )
    assert problem.startswith("dmz/documents/dns/records/harbour.example.zone")
    assert "login.harbour.example is a name of the platform's 'outside'" in problem


def test_a_second_address_of_a_name_is_noticed(both: Found) -> None:
    (problem,) = with_text(
        both, "dmz", ZONE_FILE, lambda text: text + "API.dmz.harbour.example. A 10.10.0.21\n"
    )
    assert "api.dmz.harbour.example -> 10.10.0.21 has no declaration" in problem


def test_a_name_without_a_record_is_noticed(both: Found) -> None:
    (problem,) = with_text(
        both,
        "intranet",
        ADDED,
        lambda text: text.replace("portal.harbour.example. 300 A 10.20.0.21\n", ""),
    )
    assert "portal.harbour.example, a name of 'life/policy-portal', has no record" in problem


def test_a_record_back_to_another_name_is_noticed(both: Found) -> None:
    (problem,) = with_text(
        both,
        "dmz",
        "dns/zones/0.10.10.in-addr.arpa.zone",
        lambda text: text.replace("PTR portal.harbour", "PTR registry.dmz.harbour"),
    )
    assert "10.10.0.21 -> registry.dmz.harbour.example has no declaration" in problem


def test_a_host_that_another_tenant_publishes_is_noticed(both: Found) -> None:
    emitted = both[1]["dmz"]
    objects = copy.deepcopy(emitted.objects)
    ingresses: list[Any] = [body for _, body in objects if body["kind"] == "Ingress"]
    (brokers,) = [ingress for ingress in ingresses if ingress["metadata"]["namespace"] == "brokers"]
    brokers["spec"]["rules"][0]["host"] = "Quote.harbour.example"
    problems = found_in(both, "dmz", replace(emitted, objects=objects))
    assert any(
        "quote.harbour.example is published to 'brokers/broker-desk', and is a name of" in problem
        for problem in problems
    )


def test_a_virtual_server_at_an_address_of_another_is_noticed(both: Found) -> None:
    def moved(text: str) -> str:
        declaration = json.loads(text)
        service = declaration["brokers"]["broker_gateway"]["service"]
        service["virtualAddresses"] = ["10.10.0.21"]
        return json.dumps(declaration)

    problems = with_text(both, "dmz", "f5/as3.json", moved)
    assert any(
        "'brokers/broker-gateway' answers at 10.10.0.21, the address of portal." in problem
        for problem in problems
    )


@pytest.mark.parametrize(
    ("document", "own"),
    [
        ("api-server/certificates.csv", "kubernetes.default "),
        ("logging/certificates.csv", "kibana.estate-logging.svc "),
    ],
)
@pytest.mark.parametrize("name", ["login.harbour.example", "portal.harbour.example"])
def test_a_certificate_for_a_name_of_others_is_noticed(
    both: Found, document: str, own: str, name: str
) -> None:
    (problem,) = with_text(
        both, "dmz", document, lambda text: text.replace(own, f"{own}{name} ", 1)
    )
    assert f"a certificate of the platform has the name {name}" in problem


def test_two_apps_of_a_tenant_behind_one_host_are_proved(tmp_path: Path) -> None:
    """E13: front end and API of one host, each in an app of its own; one record for both."""
    estate = shipped(tmp_path)
    text = (estate.root / "apps/quote-dmz.yaml").read_text(encoding="utf-8")
    estate.add(
        "apps/quoter-dmz.yaml", f"{text.replace('app: quote', 'app: quoter')}paths: [/api]\n"
    )
    claim, found = claimed(estate)
    assert prove(claim, found).problems == ()
    zone = found["dmz"].texts[ADDED]
    assert zone.count("quote.harbour.example. 300 A 10.10.0.25") == 1
