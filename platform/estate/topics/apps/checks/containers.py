"""Inside the container: ports and mount points do not get in each other's way (A8, B3)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from estate.declarations.catalogue import Catalogue
from estate.reader.problems import Declared, KeyPath, Problem
from estate.topics.apps.declare.common import ServingApp
from estate.topics.apps.declare.kinds import App
from estate.topics.apps.declare.reached import TraditionalApp
from estate.topics.apps.declare.stateful import StatefulApp
from estate.topics.apps.plan.reserved_directories import RESERVED, reserved_for
from estate.topics.nodes.plan.amounts import cpu_quantity, memory_quantity


def check_containers(catalogue: Catalogue) -> list[Problem]:
    """A problem for each port, file or mount point that stands in another's way."""
    problems: list[Problem] = []
    for declared in catalogue.apps:
        problems += _ports(declared)
        problems += _limits(declared)
        problems += _files(declared)
        problems += _mounts(declared)
    return problems


def _ports(declared: Declared[App]) -> Iterator[Problem]:
    app = declared.value
    if isinstance(app, ServingApp) and app.metrics and app.metrics.port == app.listen.port:
        yield declared.problem(
            "port-taken",
            ("metrics", "port"),
            f"the app itself listens on {app.listen.port}",
            "a port of its own: users of the app must not read its metrics",
        )


def _limits(declared: Declared[App]) -> Iterator[Problem]:
    app = declared.value
    cpu, memory = app.limits.cpu, app.limits.memory
    for key, most, least, said in (
        ("cpu", None if cpu == "none" else cpu, app.size.cpu, cpu_quantity),
        ("memory", memory, app.size.memory, memory_quantity),
    ):
        if most is not None and most < least:
            yield declared.problem(
                "limit-below-size",
                ("limits", key),
                f"{said(most)} is less than the {said(least)} of 'size', which each pod requests",
                f"{said(least)} or more",
                "Leave it out: then a pod may use as much as its size",
            )


def _files(declared: Declared[App]) -> Iterator[Problem]:
    paths = [config_file.path for config_file in declared.value.config]
    for index, path in enumerate(paths):
        if path in paths[:index]:
            line = declared.place(("config", paths.index(path), "path")).line
            found = f"the file '{path}' stands here again (first in line {line})"
            yield declared.problem("name-taken", ("config", index, "path"), found, "each file once")


def _mounts(declared: Declared[App]) -> Iterator[Problem]:
    """One volume inside another hides it, and below a read-only one nothing can be mounted."""
    seen: dict[PurePosixPath, str] = {}
    for path, what, mount in mount_points(declared.value):
        point = PurePosixPath(mount)
        others = (
            posix_path
            for posix_path in seen
            if posix_path in (point, *point.parents) or point in posix_path.parents
        )
        if other := next(others, None):
            yield declared.problem(
                "mount-taken",
                path,
                f"'{point}' of {what} lies in the way of '{other}' of {seen[other]}",
                "directories of which none is in another",
            )
        elif (path[0], path[-1]) != ("secrets", "name") and (
            held := reserved_for(point, data=path[0] in ("logs", "volumes", "writable"))
        ):
            yield declared.problem(
                "mount-reserved",
                path,
                f"'{point}' of {what} lies in the way of '{held}', {RESERVED[held]}",
                "directories of the app's own, like /etc/<app>, /opt/<app> or /var/lib/<app>",
                "Move it to a directory of the app's own",
            )
        seen.setdefault(point, what)


def mount_points(app: App) -> Iterator[tuple[KeyPath, str, str]]:
    """Where the container sees volumes: the key that says so, what it is, the directory."""
    yield from _secrets(app)
    directories: set[str] = set()
    for index, file in enumerate(app.config):
        directory = str(PurePosixPath(file.path).parent)
        if directory not in directories:  # files of one directory share a volume
            yield ("config", index, "path"), f"file '{file.path}'", directory
        directories.add(directory)
    for index, one in enumerate(app.writable):
        yield ("writable", index, "path"), "'writable'", one.path
    if isinstance(app, StatefulApp):
        for index, volume in enumerate(app.volumes):
            yield ("volumes", index, "path"), f"volume '{volume.name}'", volume.path
        if app.preset == "zookeeper":
            yield ("preset",), "the preset 'zookeeper'", "/etc/zookeeper/estate"
    if isinstance(app, TraditionalApp) and app.logs:
        for kind in ("middleware", "dump", "application"):
            path: str = getattr(app.logs, kind)
            yield ("logs", kind), f"the logs of kind '{kind}'", path


def _secrets(app: App) -> Iterator[tuple[KeyPath, str, str]]:
    for index, secret in enumerate(app.secrets):
        if secret.mounted and any(one.mounted for one in secret.all_keys):
            key = "path" if secret.path else "name"
            yield ("secrets", index, key), f"secret '{secret.name}'", secret.directory
