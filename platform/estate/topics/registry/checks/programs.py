"""Checks of programs of others: releases that do what the stack declares (A7)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from estate.declarations.catalogue import Catalogue
from estate.declarations.load import Loaded
from estate.reader.problems import KeyPath, Problem
from estate.topics.network.plan import NFTABLES_CALICO, data_plane
from estate.topics.registry.declare.images import Images

CALICO = "calico"


def check_programs(catalogue: Catalogue, loaded: Loaded) -> Iterator[Problem]:
    """A problem where the pinned Calico lacks the data plane that kube-proxy has."""
    program = loaded.images.value.programs.get(CALICO) if loaded.images else None
    if loaded.images is None or program is None:
        return
    release = re.match(r"v?([0-9]+)\.([0-9]+)\.", program.version)
    path: KeyPath = ("programs", CALICO, "version")
    if release is None:
        yield loaded.images.problem(
            "bad-release",
            path,
            f"'{program.version}' is not a release of Calico",
            "three numbers, as v3.32.1",
        )
        return
    old = (int(release[1]), int(release[2])) < NFTABLES_CALICO
    zones = [
        f"'{zone}'"
        for zone, stack in catalogue.stacks.items()
        if stack.value.network.cni == CALICO
        and data_plane(stack.value.network, stack.value.cluster.version) == "nftables"
    ]
    if old and zones:
        least = ".".join(str(number) for number in NFTABLES_CALICO)
        yield loaded.images.problem(
            "program-too-old",
            path,
            f"Calico {program.version} has no nftables data plane in general availability, and "
            f"kube-proxy uses nftables in {' and '.join(zones)}",
            f"v{least}.0 or later",
            "Or data_plane: iptables below estate:network",
        )
    yield from _own_paths(loaded.images.value, loaded)


def _own_paths(images: Images, loaded: Loaded) -> Iterator[Problem]:
    """Two images under one path of a registry would take each other's place."""
    assert loaded.images
    taken = {
        platform_image.image: f"images.{name}" for name, platform_image in images.images.items()
    }
    for name, program in images.programs.items():
        for image in program.images:
            if image in taken:
                yield loaded.images.problem(
                    "image-path-taken",
                    ("programs", name, "images", image),
                    f"'{image}' is the path of {taken[image]}, too",
                    "a path of its own",
                )
            taken.setdefault(image, f"programs.{name}")
