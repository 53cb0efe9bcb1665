"""What pods of either controller have in common."""

from __future__ import annotations

from estate.objects.container import Container, ContainerPort, Mount, Probe, variable_of
from estate.topics.nodes.plan.amounts import cpu_quantity, memory_quantity
from estate.topics.routers.manifests.api_server import environment
from estate.topics.routers.plan.model import RouterPlan
from estate.topics.routers.plan.routers import HEALTH_PATH, METRICS_PORT

USER = 1000
"""Who both controllers run as: HAProxy's own chart has it so (haproxytech/helm-charts,
kubernetes-ingress); that the gateway's image runs so is not confirmed."""

RUN = Mount(name="run", path="/run", volume={"emptyDir": {"sizeLimit": "16Mi"}})


def container(
    plan: RouterPlan,
    arguments: list[str],
    mounts: tuple[Mount, ...],
    capabilities: tuple[str, ...] = (),
) -> Container:
    """The controller with its HAProxy: sized, probed and told where the API server is."""
    return Container(
        name="router",
        image=plan.image,
        cpu=cpu_quantity(plan.size.cpu),
        memory=memory_quantity(plan.size.memory),
        ports=(
            *(ContainerPort(name=port.name, number=port.number) for port in plan.ports),
            ContainerPort(name="metrics", number=METRICS_PORT),
        ),
        ready=Probe(path=HEALTH_PATH),
        arguments=tuple(arguments),
        environment=(
            variable_of("POD_NAMESPACE", "metadata.namespace"),
            variable_of("POD_IP", "status.podIP"),
            *environment(plan.api_server),
        ),
        mounts=mounts,
        capabilities=capabilities,
    )
