"""What `estate check` accepts, the API server accepts: generated estates, dry run by dry run.

The API server holds each estate's own rules of admission: they are made really, and seen to be
enforced, before anything is tried under them.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import urllib3
import yaml
from hypothesis import HealthCheck, event, given, settings

from estate.cli.render import render_stack
from estate.composition import Composition, compose
from estate.declarations.load import load
from estate.derivation import derive
from estate.objects.manifest import Manifest
from estate.plan import Plan
from estate.reader.values import ZONES, Zone
from estate.topics.admission.manifests.probes import probes
from estate.topics.admission.plan.admission import AdmissionPlan
from estate.topics.apps.plan import AppsPlan
from lab.cluster import Cluster
from lab.lab import Lab
from tests.level0.generated import Drawn, estates, write

pytestmark = pytest.mark.level3

sample = settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
full = settings(sample, max_examples=100)

DRY = ("--dry-run=server", "--validate=strict", "--server-side", "--force-conflicts")
REALLY = ("--server-side", "--force-conflicts")
RULES = "validatingadmissionpolicy,mutatingadmissionpolicy"
BINDINGS = "validatingadmissionpolicybinding,mutatingadmissionpolicybinding"
OURS = ("-l", "app.kubernetes.io/managed-by=estate")
PATIENCE = 60.0  # seconds


@pytest.fixture(scope="module")
def judging(lab: Lab) -> Iterator[Lab]:
    """The lab, rid of the rules again when the tests of this file are through."""
    yield lab
    for zone in ZONES:
        for kinds in (BINDINGS, RULES):
            lab.kubectl(zone, "delete", kinds, *OURS)


def _accepted(drawn: Drawn) -> Mapping[Zone, Plan]:
    """The plans, empty where capacity did not allow for the estate."""
    with tempfile.TemporaryDirectory() as folder:
        return derive(load(write(Path(folder), drawn.texts()))).plans


def _ground(composition: Composition) -> list[Manifest]:
    """What must really be there: nothing can be tried in a namespace, or as an account, that is
    not, nor under a rule that nobody enforces.
    """
    rules = next(group for group in composition.groups if group.name == "admission").manifests
    found = list(composition.manifests)
    return [
        *(manifest for manifest in found if manifest.kind == "Namespace"),
        *(manifest for manifest in found if manifest.kind == "ServiceAccount"),
        *(rule for rule in rules if rule.kind != "Namespace"),
    ]


def _until_enforced(cluster: Cluster, plan: Plan) -> None:
    """Until each rule refuses what breaks it, by the parameters of this very estate."""
    http = urllib3.PoolManager(
        ca_certs=str(cluster.pki / "ca.crt"),
        cert_file=str(cluster.pki / "admin.crt"),
        key_file=str(cluster.pki / "admin.key"),
    )
    end = time.monotonic() + PATIENCE
    for probe in probes(plan.of(AdmissionPlan)):
        url = f"{cluster.server}{probe.path}?dryRun=All"
        while (answer := http.request("POST", url, json=probe.body).data.decode()) and (
            probe.says not in answer
        ):
            assert time.monotonic() < end, f"{probe.name} is not enforced: {answer}"
            time.sleep(0.05)


def _pods(composition: Composition) -> list[dict[str, Any]]:
    """A pod of everything that makes pods: a Deployment is accepted whose pods are not."""
    found: list[dict[str, Any]] = []
    for manifest in composition.manifests:
        body: Any = manifest.body
        spec = body.get("spec", {})
        template = spec.get("jobTemplate", {}).get("spec", spec).get("template")
        if template:
            metadata = {
                "name": f"{manifest.kind.lower()}-{manifest.physical_name}",
                "namespace": manifest.namespace,
                "labels": template["metadata"]["labels"],
            }
            own = [
                {
                    "name": name,
                    "persistentVolumeClaim": {"claimName": f"{name}-{manifest.physical_name}-1"},
                }
                for claim in spec.get("volumeClaimTemplates", ())
                for name in [claim["metadata"]["name"]]
            ]
            pod = {**template["spec"], "volumes": [*template["spec"].get("volumes", ()), *own]}
            found.append({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": pod})
    return found


def _every_object_is_accepted(lab: Lab, drawn: Drawn) -> None:
    plans = _accepted(drawn)
    event("accepted" if plans else "refused for capacity")
    for cluster in lab.clusters() if plans else ():
        plan = plans["dmz" if cluster.name == "dmz" else "intranet"]
        composition, pods = compose(plan), _pods(compose(plan))
        for app in plan.of(AppsPlan).apps:
            event(f"{app.kind} {app.rpc.exposure if app.rpc else ''}")
        with tempfile.TemporaryDirectory() as folder:
            ground, out = Path(folder) / "ground.json", Path(folder) / "out"
            items = [manifest.body for manifest in _ground(composition)]
            ground.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
            lab.kubectl(plan.zone, "apply", *REALLY, f"-f={ground}")
            _until_enforced(cluster, plan)
            render_stack(composition, out)
            (out / "manifests" / "pods.yaml").write_text(yaml.safe_dump_all(pods))
            where = ("--recursive", f"-f={out / 'manifests'}")
            ran = lab.kubectl(plan.zone, "apply", *DRY, *where, check=False)
        assert ran.returncode == 0, f"{ran.stderr}\n{drawn.texts()}"
        assert len(ran.stdout.splitlines()) == len(list(composition.manifests)) + len(pods)


@sample
@given(estates(most_apps=8))
def test_what_check_accepts_the_api_server_accepts(judging: Lab, drawn: Drawn) -> None:
    """fault 20, N1, B3, K1: every field known, value valid, pod admitted, as the real API
    server reads and judges them.
    """
    _every_object_is_accepted(judging, drawn)


@pytest.mark.scale
@full
@given(estates(most_apps=12))
def test_what_check_accepts_the_api_server_accepts_at_scale(judging: Lab, drawn: Drawn) -> None:
    """fault 20, N1, B3, K1: as above, on many more estates."""
    _every_object_is_accepted(judging, drawn)


@pytest.mark.parametrize("zone", ZONES)
def test_an_unknown_field_would_be_refused(lab: Lab, zone: Zone, tmp_path: Path) -> None:
    """The check above can fail: a field that Kubernetes does not know."""
    path = tmp_path / "wrong.yaml"
    metadata = {"name": "wrong", "namespace": "default"}
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "dataa": {}}
    path.write_text(yaml.safe_dump(body), encoding="utf-8")
    ran = lab.kubectl(zone, "apply", *DRY, "-f", str(path), check=False)
    assert ran.returncode != 0
    assert "dataa" in ran.stderr
