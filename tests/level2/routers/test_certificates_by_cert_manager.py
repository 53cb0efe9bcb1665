"""Certificates that cert-manager comes by: held against its own definition (C7, X11)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from estate.composition import compose
from estate.objects.definitions import Definition
from estate.plan import Plan
from tests.cert_managers import with_cert_manager
from tests.documents import table, texts
from tests.estates import shipped
from toolchain import sources

pytestmark = pytest.mark.level2

Json = dict[str, Any]


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return with_cert_manager(shipped(tmp_path)).plans()["intranet"]


def _certificates(plan: Plan) -> dict[str, Json]:
    made: list[Any] = [
        manifest.body for manifest in compose(plan).manifests if manifest.kind == "Certificate"
    ]
    return {one["metadata"]["name"]: one for one in made}


def test_each_secret_of_logging_has_a_certificate_as_cert_manager_defines_it(plan: Plan) -> None:
    """C7: of its own release; a cluster that does not know it is told before anything else."""
    path = sources.folder("cert-manager") / "cert-manager.io_certificates.yaml"
    definition: Json = yaml.safe_load(path.read_text(encoding="utf-8"))
    (schema,) = (
        version["schema"]["openAPIV3Schema"]
        for version in definition["spec"]["versions"]
        if version["name"] == "v1"
    )
    validator = Draft202012Validator(schema)
    found = _certificates(plan)
    assert found.keys() == {"elasticsearch-http-tls", "elasticsearch-transport-tls", "kibana-tls"}
    for name, one in found.items():
        assert not list(validator.iter_errors(one))  # pyright: ignore[reportUnknownMemberType]
        assert one["spec"].keys() <= schema["properties"]["spec"]["properties"].keys()
        assert one["spec"]["secretName"] == name
    found["kibana-tls"]["spec"]["usages"] = ["whatever"]
    assert list(validator.iter_errors(found["kibana-tls"]))  # pyright: ignore[reportUnknownMemberType]
    wanted = Definition(api_version="cert-manager.io/v1", kind="Certificate")
    assert wanted in compose(plan).definitions


def test_they_have_the_names_and_uses_that_people_would_ask_for(plan: Plan, tmp_path: Path) -> None:
    """C7, X11: the one or the other way, never both; nodes trust an issuer of their own."""
    assert "logging/certificates.csv" not in texts(plan)
    (tmp_path / "asked").mkdir()
    asked = shipped(tmp_path / "asked").plans()["intranet"]
    assert _certificates(asked) == {}
    for row in table(asked, "logging/certificates.csv"):
        spec = _certificates(plan)[row["secret"]]["spec"]
        assert spec["dnsNames"] == row["names"].split()
        assert ("client auth" in spec["usages"]) == (row["usage"] == "server and client")
        between_nodes = "signs nothing else" in row["signed_by"]
        issuer = "elasticsearch-ca" if between_nodes else "company-ca"
        assert spec["issuerRef"]["name"] == issuer
