"""What no identity may do in a namespace with rules, and no exception opens (B2, B3, C6)."""

from __future__ import annotations

from estate.objects.deployers import DEPLOYER
from estate.objects.limit import Demand, Limit, rule
from estate.plan import Plan
from estate.topics.admission.manifests.pods import POD, PODS
from estate.topics.admission.manifests.policy import UNCHANGED
from estate.topics.admission.plan import ExceptionsPlan
from estate.topics.dns.plan.domains import CLUSTER_DOMAIN

HOUR = 3600
KUBELETS_HOUR = 3607
"""What kubelets ask for, in seconds: a projected token's ``expirationSeconds``, as the admission
plugin ServiceAccount sets it (kubernetes/plugin/pkg/admission/serviceaccount/admission.go)."""

AUDIENCE = f"https://kubernetes.default.svc.{CLUSTER_DOMAIN}"
"""The API server's own: its issuer, as kubeadm sets it (``--service-account-issuer``)."""

_NODE = "'system:nodes' in request.userInfo.groups"


def identity_limits(plan: Plan) -> tuple[Limit, ...]:
    """Each holds in every namespace but those in which no rule holds."""
    excluded = plan.of(ExceptionsPlan).excluded
    return (
        Limit(
            name="estate-tokens",
            resources=(rule("", ("serviceaccounts/token",), ("CREATE",)),),
            judged="true",
            demands=(
                Demand(
                    holds=f"{_NODE} || request.name == '{DEPLOYER}'",
                    says="Only a deployer's tokens are given out. A pod gets those of its account "
                    "from its node.",
                ),
                Demand(
                    holds=f"object.spec.expirationSeconds <= ({_NODE} ? {KUBELETS_HOUR} : {HOUR})",
                    says="A token lives for an hour at most.",
                ),
                Demand(
                    holds=f"{_NODE} || object.spec.audiences == ['{AUDIENCE}']",
                    says="A deployer's token is for this cluster's API servers alone.",
                ),
            ),
            excluded=excluded,
        ),
        Limit(
            name="estate-mirror-pods",
            resources=(rule("", ("pods",), ("CREATE",)),),
            judged=_NODE,
            demands=(
                Demand(
                    holds="false",
                    says="A node makes no pod here: with a Service's labels, a mirror pod would "
                    "be one of the Service's endpoints.",
                ),
            ),
            excluded=excluded,
        ),
        Limit(
            name="estate-bindings",
            resources=(rule("", ("pods/binding", "bindings"), ("CREATE",)),),
            judged="!(request.userInfo.username == 'system:kube-scheduler' || "
            "'system:masters' in request.userInfo.groups)",
            demands=(
                Demand(
                    holds="false",
                    says="Only the scheduler puts pods on nodes: others could choose a node of "
                    "another pool.",
                ),
            ),
            excluded=excluded,
        ),
        Limit(
            name="estate-pods",
            resources=tuple(resources.body() for resources in PODS),
            judged=UNCHANGED,
            variables=(POD,),
            demands=(
                Demand(
                    holds="!variables.pod.?priorityClassName.orValue('').startsWith('system-')",
                    says="The priority classes system-* are the cluster's own: such a pod would "
                    "displace any other.",
                ),
                Demand(
                    holds=f"variables.pod.?serviceAccountName.orValue('') != '{DEPLOYER}'",
                    says=f"No pod runs as '{DEPLOYER}': that account is a pipeline's.",
                ),
            ),
            excluded=excluded,
        ),
    )
