"""One alert, two worlds: in one it fires; in its nearest neighbour it does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Series = Mapping[str, str]
"""Series by name and labels, with their values as promtool writes them."""

ALWAYS = 600
"""Minutes for which a constant series goes on."""


def constant(value: float) -> str:
    """The same value all the time."""
    return f"{value:.15g}+0x{ALWAYS}"


def growing(per_minute: float, start: float = 0) -> str:
    """More every minute, or less."""
    return f"{start:.15g}{per_minute:+.15g}x{ALWAYS}"


def series(metric: str, value: float | str = 1, /, **labels: str) -> dict[str, str]:
    """One series."""
    written = ",".join(f'{label}="{text}"' for label, text in labels.items())
    return {f"{metric}{{{written}}}": value if isinstance(value, str) else constant(value)}


def together(*parts: Series) -> dict[str, str]:
    """All of them; none may stand twice."""
    found: dict[str, str] = {}
    for part in parts:
        assert not found.keys() & part.keys()
        found |= part
    return found


POOL = "label_node_restriction_kubernetes_io_pool"


def node(
    name: str, pool: str, *, ready: float = 1, cordoned: float = 0, taint: str = ""
) -> dict[str, str]:
    """What kube-state-metrics says of a node."""
    return together(
        series("kube_node_labels", node=name, **{POOL: pool}),
        series("kube_node_info", node=name),
        series("kube_node_status_condition", ready, node=name, condition="Ready", status="true"),
        series("kube_node_spec_unschedulable", cordoned, node=name),
        series("kube_node_spec_taint", node=name, key="dedicated", effect="NoSchedule"),
        series("kube_node_spec_taint", node=name, key=taint, effect="NoExecute") if taint else {},
    )


def namespace(name: str, tenant: str = "") -> dict[str, str]:
    """What kube-state-metrics says of a namespace."""
    labels = {"label_estate_tenant": tenant} if tenant else {}
    return series("kube_namespace_labels", namespace=name, **labels)


def histogram(name: str, below: Mapping[str, float], **labels: str) -> dict[str, str]:
    """A histogram's buckets, each of which grows by so much a minute."""
    return together(
        *(series(f"{name}_bucket", growing(rate), le=le, **labels) for le, rate in below.items())
    )


@dataclass(frozen=True, kw_only=True)
class Case:
    """An alert and its two worlds."""

    alert: str
    where: str = ""
    """Label matchers by which the one that is meant is told from others of its name."""
    fires: Series
    silent: Series
    after: str = "20m"
    """When it is looked at."""
    tenant: str = ""
    """Whose it has to be; empty for the platform's."""
