"""The entry of the topic tenancy."""

from __future__ import annotations

from estate.topic import Kind, Stage, Topic
from estate.topics.tenancy.checks import check_tenants
from estate.topics.tenancy.documents import access_documents
from estate.topics.tenancy.flows import flows_of_tenants
from estate.topics.tenancy.manifests.tenant import tenant
from estate.topics.tenancy.plan import TenancyPlan
from estate.topics.tenancy.plan.model import TenantPlan
from estate.topics.tenancy.plan.tenants import plan_tenants

_TENANT = Kind[TenantPlan](
    family="tenants", stage=Stage.TENANTS, manifests=tenant, component="tenancy:tenant"
)

TOPIC = Topic(
    name="tenancy",
    checks=(lambda given: check_tenants(given.catalogue),),
    derive=lambda given, zone, plan: (TenancyPlan(tenants=plan_tenants(given.catalogue, zone)),),
    groups=lambda plan: (_TENANT.group(one.name, one) for one in plan.of(TenancyPlan).tenants),
    documents=(access_documents,),
    flows=flows_of_tenants,
)
