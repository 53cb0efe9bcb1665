"""A container beside a program: it asks for a reload when the mounted file has changed (X5).

https://github.com/prometheus-operator/prometheus-operator/tree/v0.92.1/cmd/prometheus-config-reloader

It compares the hash of the files at every change of the volume and every three minutes, and repeats
a request that failed. After the first three minutes it asks in any case: a change that came before
it watched is not lost. It listens on no port.

The volume's directory is watched and not the file: the kubelet moves a link beside it, and the
inode of the file that was open at first stays what it was.
"""

from __future__ import annotations

from estate.objects.container import Container, Mount
from estate.topics.nodes.plan.amounts import cpu_quantity, memory_quantity
from estate.topics.nodes.plan.reloader import IMAGE, RELOADER

UNPROBED = {
    "checkov.io/skip8": "CKV_K8S_8=the container that asks for reloads listens on no port",
    "checkov.io/skip9": "CKV_K8S_9=the same",
}
"""What a scan finds and we keep, each with its reason."""


def reloader(image: str, url: str, mount: Mount) -> Container:
    """Watches what ``mount`` brings, and sends POST to ``url`` when it differs."""
    return Container(
        name=IMAGE,
        image=image,
        cpu=cpu_quantity(RELOADER.cpu),
        memory=memory_quantity(RELOADER.memory),
        arguments=(f"--watched-dir={mount.path}", f"--reload-url={url}", "--log-level=warn"),
        mounts=(mount,),
    )
