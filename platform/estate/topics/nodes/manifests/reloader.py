"""A container beside a program: it asks for a reload when the mounted file has changed (X5).

https://github.com/prometheus-operator/prometheus-operator/tree/v0.92.1/cmd/prometheus-config-reloader

It compares the file's hash at every change of the volume and every three minutes, and repeats a
request that failed. It also asks once when it starts: a change that came in between is not lost.
It listens on no port.
"""

from __future__ import annotations

from estate.objects.container import Container, Mount
from estate.topics.nodes.plan.amounts import cpu_quantity, memory_quantity
from estate.topics.nodes.plan.reloader import IMAGE, RELOADER


def reloader(image: str, file: str, url: str, mount: Mount) -> Container:
    """Watches ``file``, which ``mount`` brings, and sends POST to ``url`` when it differs."""
    return Container(
        name=IMAGE,
        image=image,
        cpu=cpu_quantity(RELOADER.cpu),
        memory=memory_quantity(RELOADER.memory),
        arguments=(f"--config-file={file}", f"--reload-url={url}", "--log-level=warn"),
        mounts=(mount,),
    )
