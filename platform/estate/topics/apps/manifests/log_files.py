"""The container that says what an app writes into files (H1)."""

from __future__ import annotations

from collections.abc import Iterator

from estate.objects.container import Container, Mount
from estate.objects.manifest import JsonObject
from estate.topics.apps.plan.log_files import CONTAINER
from estate.topics.apps.plan.model import AppPlan
from estate.topics.nodes.plan.amounts import cpu_quantity, memory_quantity

FOLDER = "/var/log/files"


def readers(plan: AppPlan) -> Iterator[Container]:
    """It sees the files read-only, and remembers how far it has read as long as the pod lives.

    All of it stands in its arguments: a file of settings in each namespace would say no more. An
    exception of Java is one event; a file is looked at again and again, since a network file
    system tells nobody of changes.
    """
    if plan.logs is None or plan.logs.collected is None:
        return
    files = plan.logs.collected
    claim: JsonObject = {"persistentVolumeClaim": {"claimName": f"{plan.name}-logs"}}
    paths = ",".join(f"{FOLDER}/{kind}/{files.pattern}" for kind in files.kinds)
    settings = (
        f"path={paths}",
        "path_key=log_file",
        "multiline.parser=java",
        "read_from_head=true",
        "inotify_watcher=false",
        "db=/tmp/positions.db",
        "skip_long_lines=true",
        "buffer_max_size=256K",
        "mem_buf_limit=16M",
    )
    yield Container(
        name=CONTAINER,
        stays=True,
        image=files.image,
        cpu=cpu_quantity(files.size.cpu),
        memory=memory_quantity(files.size.memory),
        command=("/fluent-bit/bin/fluent-bit",),
        arguments=(
            "--quiet",
            "--flush=1",
            "--input=tail",
            *(f"--prop={setting}" for setting in settings),
            "--output=stdout",
            "--match=*",
            "--prop=format=json_lines",
            "--prop=json_date_key=false",
        ),
        mounts=tuple(
            Mount(
                name="logs",
                path=f"{FOLDER}/{kind}",
                volume=claim,
                sub_path=f"$(POD_NAME)/{kind}",
                read_only=True,
            )
            for kind in files.kinds
        ),
    )
