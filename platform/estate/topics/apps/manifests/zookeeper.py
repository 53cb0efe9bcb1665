"""A ZooKeeper ensemble: its servers' configuration, by which they find each other (K3).

For Apache's own image: its entry point writes `myid` from ``ZOO_MY_ID`` and takes `zoo.cfg` from
``ZOO_CONF_DIR`` where one stands there.
"""

from __future__ import annotations

from estate.objects.container import variable, variable_of
from estate.objects.manifest import JsonObject
from estate.topics.apps.plan.ensemble import ELECTION, QUORUM, peers_service
from estate.topics.apps.plan.model import AppPlan, ConfigPlan

_DIRECTORY = "/etc/zookeeper/estate"
_ORDINAL = "metadata.labels['apps.kubernetes.io/pod-index']"


def server_names(plan: AppPlan) -> list[str]:
    """Each server's own name in the cluster."""
    peers = f"{peers_service(plan)}.{plan.namespace}.svc"
    return [f"{plan.name}-{number}.{peers}" for number in range(1, plan.replicas + 1)]


def zoo_cfg(plan: AppPlan) -> ConfigPlan:
    """The configuration, the same for all servers."""
    assert plan.stateful
    lines = [
        "tickTime=2000",
        "initLimit=10",
        "syncLimit=5",
        f"dataDir={plan.stateful.volumes[0].path}",
        f"clientPort={plan.port}",
        "maxClientCnxns=200",
        "admin.enableServer=false",
        "4lw.commands.whitelist=ruok,srvr",
        "autopurge.snapRetainCount=3",
        "autopurge.purgeInterval=24",
        *(
            f"server.{number}={name}:{QUORUM.number}:{ELECTION.number}"
            for number, name in enumerate(server_names(plan), start=1)
        ),
    ]
    return ConfigPlan(path=f"{_DIRECTORY}/zoo.cfg", content="\n".join(lines) + "\n")


def ensemble_environment(plan: AppPlan) -> list[JsonObject]:
    """What the image's entry point reads."""
    assert plan.stateful
    return [
        variable_of("ZOO_MY_ID", _ORDINAL),
        variable("ZOO_CONF_DIR", _DIRECTORY),
        variable("ZOOCFGDIR", _DIRECTORY),
        variable("ZOO_DATA_DIR", plan.stateful.volumes[0].path),
        variable("ZOO_LOG_DIR", "/tmp"),  # noqa: S108 a path in the container
    ]
