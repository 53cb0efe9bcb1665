"""The entry of the topic admission."""

from __future__ import annotations

from estate.topic import Kind, Stage, Topic
from estate.topics.admission.checks import check_exceptions, check_unruled
from estate.topics.admission.documents import exception_documents
from estate.topics.admission.manifests.admission import admission
from estate.topics.admission.manifests.probes import probes
from estate.topics.admission.plan import ExceptionsPlan
from estate.topics.admission.plan.admission import AdmissionPlan, plan_admission
from estate.topics.admission.plan.exceptions import excluded_namespaces, plan_exceptions

_ADMISSION = Kind[AdmissionPlan](
    family="cluster",
    stage=Stage.ADMISSION,
    manifests=admission,
    component="admission:admission",
    probes=probes,
)

TOPIC = Topic(
    name="admission",
    checks=(
        lambda given: check_exceptions(given.catalogue),
        lambda given: check_unruled(given.catalogue),
    ),
    derive=lambda given, zone, plan: (
        ExceptionsPlan(
            exceptions=plan_exceptions(given.catalogue.stack(zone)),
            excluded=excluded_namespaces(given.catalogue.stack(zone)),
        ),
    ),
    conclude=lambda given, zone, plan: (plan_admission(plan),),
    groups=lambda plan: (_ADMISSION.group("admission", plan.of(AdmissionPlan)),),
    documents=(exception_documents,),
)
