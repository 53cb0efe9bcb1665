"""What runs pods and keeps enough of them: the same for apps and for the platform's services."""

from __future__ import annotations

from collections.abc import Mapping

from estate.objects.manifest import JsonObject
from estate.objects.pod import STOP_SECONDS

NODES_AT_ONCE = 10
"""Per cent of the nodes on which an update replaces pods of a DaemonSet at the same time."""


def rollout_within(turns: int, ready_within: int, stop_within: int = STOP_SECONDS) -> int:
    """Seconds that a whole rollout may take: ``turns`` replacements, one after the other.

    In each, the new pod becomes ready within ``ready_within`` seconds, and an old one stops within
    ``stop_within``.
    """
    return max(1, turns) * (ready_within + stop_within)


def rollout_of_nodes_within(ready_within: int) -> int:
    """Seconds that the rollout of a DaemonSet may take, on any number of nodes."""
    return rollout_within(-(-100 // NODES_AT_ONCE), ready_within)


def deployment_spec(
    selector: dict[str, str],
    template: JsonObject,
    replicas: int | None,
    ready_within: int,
    *,
    overlap: bool = True,
) -> JsonObject:
    """Pods that are alike; a new revision comes one by one and none goes before (X5).

    ``replicas`` is None where an autoscaler writes it: nobody else may own it then (trap 15).
    ``ready_within``: seconds that one pod has to become ready. When none has within them, the
    revision counts as failed; each pod that does becomes ready gives the next one the same time.
    Without ``overlap``, old pods end before new ones start.
    """
    one_by_one: JsonObject = {
        "type": "RollingUpdate",
        "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1},
    }
    return {
        **({} if replicas is None else {"replicas": replicas}),
        "revisionHistoryLimit": 5,
        "progressDeadlineSeconds": ready_within,
        "selector": {"matchLabels": selector},
        "strategy": one_by_one if overlap else {"type": "Recreate"},
        "template": template,
    }


def daemon_set_spec(selector: dict[str, str], template: JsonObject) -> JsonObject:
    """One pod on every node that the template may stand on.

    An update takes ``NODES_AT_ONCE`` per cent of the nodes at a time, and at least one: its time
    does not grow with the cluster.
    """
    return {
        "revisionHistoryLimit": 5,
        "selector": {"matchLabels": selector},
        "updateStrategy": {
            "type": "RollingUpdate",
            "rollingUpdate": {"maxUnavailable": f"{NODES_AT_ONCE}%"},
        },
        "template": template,
    }


def stateful_set_spec(
    selector: dict[str, str],
    template: JsonObject,
    replicas: int,
    *,
    service: str,
    parallel: bool = False,
    claims: Mapping[str, JsonObject] | None = None,
) -> JsonObject:
    """Pods with names, counted from 1 like disks in the inventory; ``service`` names each (K3).

    ``claims``: by volume, what each pod asks for. Claims that exist
    beforehand are used, not created.
    """
    return {
        "serviceName": service,
        "replicas": replicas,
        "revisionHistoryLimit": 5,
        "podManagementPolicy": "Parallel" if parallel else "OrderedReady",
        "ordinals": {"start": 1},
        "updateStrategy": {"type": "RollingUpdate"},
        "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"},
        "selector": {"matchLabels": selector},
        "template": template,
        "volumeClaimTemplates": [
            {
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                "metadata": {"name": volume},
                "spec": claim,
            }
            for volume, claim in (claims or {}).items()
        ],
    }


def disruption_budget_spec(selector: dict[str, str], *, quorum: bool = False) -> JsonObject:
    """One replica at a time may go: less than there are, so that a drain gets through (X6).

    Of a ``quorum`` one that is not ready counts as gone: it may be what the others wait for.
    """
    return {
        "maxUnavailable": 1,
        "unhealthyPodEvictionPolicy": "IfHealthyBudget" if quorum else "AlwaysAllow",
        "selector": {"matchLabels": selector},
    }


def cron_job_spec(
    template: JsonObject,
    labels: dict[str, str],
    *,
    cron: str,
    time_zone: str,
    start_within: int,
    retries: int,
    time_limit: int,
    suspended: bool = False,
) -> JsonObject:
    """One run at a time, each with an end; a run that did not start in time is left out (K6).

    ``start_within`` and ``time_limit``: seconds.
    """
    return {
        "schedule": cron,
        "timeZone": time_zone,
        "concurrencyPolicy": "Forbid",
        "startingDeadlineSeconds": start_within,
        **({"suspend": True} if suspended else {}),
        "successfulJobsHistoryLimit": 3,
        "failedJobsHistoryLimit": 3,
        "jobTemplate": {
            "metadata": {"labels": labels},
            "spec": {
                "backoffLimit": retries,
                "activeDeadlineSeconds": time_limit,
                "template": template,
            },
        },
    }
