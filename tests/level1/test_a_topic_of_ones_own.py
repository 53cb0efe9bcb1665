"""A new platform service is a folder and a line: here a topic that this test builds for itself."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import ModuleType

import pulumi
import pytest

from estate.composition import compose
from estate.declarations.load import load
from estate.derivation import derive
from estate.documents.document import Document
from estate.engine.handles import Handles, registers
from estate.engine.kubernetes_object import register
from estate.engine.window import Registers
from estate.flows.model import NameFlow
from estate.handover import documents
from estate.objects.manifest import Manifest, manifest
from estate.plan import Plan
from estate.proof.prove import claim_of
from estate.table import TOPICS
from estate.topic import Kind, Stage, Topic
from estate.topics.control_plane.plan import ControlPlanePlan
from tests.estates import REPOSITORY
from tests.harness import deploy

MODULE = "estate.topics.bulletin.component"


@dataclass(frozen=True)
class BulletinPlan:
    """A ConfigMap that says something."""

    text: str


class Bulletin(pulumi.ComponentResource):
    """The cluster gains a bulletin."""

    def __init__(self, name: str, plan: BulletinPlan, opts: pulumi.ResourceOptions) -> None:
        super().__init__("estate:services:Bulletin", name, None, opts)
        self.registered = (self, *register(_manifests(plan), self).resources)
        self.register_outputs({})


def _manifests(plan: BulletinPlan) -> tuple[Manifest, ...]:
    return (
        manifest("v1", "ConfigMap", "bulletin", {"data": {"text": plan.text}}, namespace="default"),
    )


def _documents(plan: Plan) -> tuple[Document, ...]:
    return (Document("bulletin.txt", f"{plan.of(BulletinPlan).text}\n"),)


_BULLETIN = Kind[BulletinPlan](
    family="services",
    stage=Stage.SERVICES,
    manifests=_manifests,
    component="bulletin:bulletin",
)

BULLETIN = Topic(
    name="bulletin",
    derive=lambda given, zone, plan: (
        BulletinPlan(text=f"{plan.of(ControlPlanePlan).cluster.name} stands"),
    ),
    groups=lambda plan: (_BULLETIN.group("bulletin", plan.of(BulletinPlan)),),
    documents=(_documents,),
    flows=lambda plan, loaded: (NameFlow(zone=plan.zone, subject="bulletin", namespace="default"),),
)


@pytest.fixture
def component() -> Iterator[None]:
    """The module that a folder of the topic would have."""
    module = ModuleType(MODULE)

    def bulletin(
        name: str, part: BulletinPlan, handles: Handles, opts: pulumi.ResourceOptions
    ) -> Registers:
        return Bulletin(name, part, opts)

    module.__dict__["bulletin"] = bulletin
    sys.modules[MODULE] = module
    yield
    del sys.modules[MODULE]


@pytest.mark.usefixtures("component")
def test_a_new_service_is_one_folder_and_one_line() -> None:
    """N1: planned, composed, handed over and registered, with no other line changed."""
    topics = (*TOPICS, BULLETIN)
    loaded = load(REPOSITORY)
    plan = derive(loaded, topics=topics).plans["dmz"]
    (group,) = (one for one in compose(plan, topics).groups if one.name == "bulletin")
    assert isinstance(group.part, BulletinPlan)
    texts = {document.name: document.text for document in documents(plan, topics)}
    assert texts["bulletin.txt"] == f"{group.part.text}\n"

    claim = claim_of({"dmz": plan}, loaded, topics)
    assert [flow.text for flow in claim.flows if flow.subject == "bulletin"] == [
        "default/(any pod) -> kube-system/kube-dns:53"
    ]

    def program() -> None:
        handles = Handles(joined=frozenset())
        registers(group.component)(group.name, group.part, handles, pulumi.ResourceOptions())

    recorder = deploy(program)
    made = recorder.one("ConfigMap", "bulletin")
    assert made.inputs["data"] == {"text": group.part.text}
    assert made.parent == recorder.one("Bulletin", "bulletin").urn


def test_services_stand_before_the_apps() -> None:
    """A group's stage orders it, wherever its topic stands in the table."""
    topics = (*TOPICS, BULLETIN)
    plan = derive(load(REPOSITORY), topics=topics).plans["dmz"]
    stages = [group.stage for group in compose(plan, topics).groups]
    assert stages == sorted(stages)
    late = replace(BULLETIN, name="late")
    groups = compose(plan, (late, *TOPICS)).groups
    families = [one.family for one in groups if one.name == "bulletin" or one.family == "apps"]
    assert families == ["services", *["apps"] * (len(families) - 1)]
