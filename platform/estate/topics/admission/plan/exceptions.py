"""The exception register: what is open where, and whether it still may be (B3).

The plan has no clock: who knows the day passes it in.
"""

from __future__ import annotations

from datetime import date, timedelta

from estate.declarations.stack import Stack
from estate.topics.admission.declare.exceptions import RuleException

SOON = timedelta(days=30)
"""How long before its end an exception is shown as about to expire."""


def plan_exceptions(stack: Stack) -> tuple[RuleException, ...]:
    """The zone's exceptions, by namespace and rule."""
    return tuple(sorted(stack.exceptions, key=_place))


CLUSTER_NAMESPACES = ("kube-node-lease", "kube-public", "kube-system")
"""Kubernetes' own: what runs there carries the cluster."""

_OF_CNI = {
    "calico": ("calico-apiserver", "calico-system", "tigera-operator"),
    "flannel": ("kube-flannel",),
    "ovn-kubernetes": ("ovn-kubernetes",),
}
"""Where the pods of a network plugin run, by their projects' own manifests."""


def excluded_namespaces(stack: Stack) -> tuple[str, ...]:
    """Namespaces in which no rule holds, of programs that the stack has.

    Every other one has the rules, whatever its labels are.
    """
    balancer = stack.load_balancer
    return tuple(
        sorted(
            {
                *CLUSTER_NAMESPACES,
                *_OF_CNI.get(stack.network.cni, ()),
                *([balancer.namespace] if balancer and balancer.kind == "metallb" else []),
                *(["istio-system"] if stack.mesh == "istio" else []),
                *(namespace.namespace for namespace in stack.unruled_namespaces),
            }
        )
    )


def expiring(exceptions: tuple[RuleException, ...], today: date) -> tuple[RuleException, ...]:
    """Those that end within :data:`SOON`, by day."""
    soon = (exception for exception in exceptions if today <= exception.expires <= today + SOON)
    return tuple(
        sorted(soon, key=lambda rule_exception: (rule_exception.expires, *_place(rule_exception)))
    )


def _place(one: RuleException) -> tuple[str, str, str]:
    return one.namespace, one.rule, one.account or ""
