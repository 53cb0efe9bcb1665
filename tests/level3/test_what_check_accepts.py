"""What `estate check` accepts, the API server accepts: generated estates, dry run by dry run."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, event, given, settings

from estate.cli.render import render_stack
from estate.composition import Composition, compose
from estate.declare import load
from estate.declare.models.values import ZONES, Zone
from estate.plan import Plan, derive
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


def _accepted(drawn: Drawn) -> Mapping[Zone, Plan]:
    """The plans, empty where capacity did not allow for the estate."""
    with tempfile.TemporaryDirectory() as folder:
        return derive(load(write(Path(folder), drawn.texts()))).plans


def _namespaces(lab: Lab, zone: Zone, composition: Composition, folder: Path) -> None:
    """Really made, once each: nothing can be tried in a namespace that is not there."""
    found = [one.body for one in composition.manifests if one.kind == "Namespace"]
    path = folder / f"{zone}-namespaces.yaml"
    path.write_text(yaml.safe_dump_all(found), encoding="utf-8")
    lab.kubectl(zone, "apply", "--server-side", "--force-conflicts", "-f", str(path))


def _every_object_is_accepted(lab: Lab, drawn: Drawn) -> None:
    plans = _accepted(drawn)
    event("accepted" if plans else "refused for capacity")
    for zone, plan in plans.items():
        composition = compose(plan)
        with tempfile.TemporaryDirectory() as folder:
            _namespaces(lab, zone, composition, Path(folder))
            render_stack(composition, Path(folder) / "out")
            where = str(Path(folder) / "out" / "manifests")
            ran = lab.kubectl(zone, "apply", *DRY, "--recursive", "-f", where, check=False)
        assert ran.returncode == 0, f"{ran.stderr}\n{drawn.texts()}"
        assert len(ran.stdout.splitlines()) == len(list(composition.manifests))


@sample
@given(estates(most_apps=8))
def test_what_check_accepts_the_api_server_accepts(lab: Lab, drawn: Drawn) -> None:
    """F20, N1: every field known, every value valid, as the real API server reads them."""
    _every_object_is_accepted(lab, drawn)


@pytest.mark.scale
@full
@given(estates(most_apps=12))
def test_what_check_accepts_the_api_server_accepts_at_scale(lab: Lab, drawn: Drawn) -> None:
    """F20, N1: as above, on many more estates."""
    _every_object_is_accepted(lab, drawn)


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
