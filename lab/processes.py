"""The processes of a cluster: which they are, and how they are ended.

`kwokctl` writes process ids into files and believes them for ever: after a reboot such an
id may be somebody else's. Here a process is the lab's only when it runs one of the
cluster's programs and its working directory is the cluster's folder. Found by that, a
process whose id was never written down (the start was interrupted) is ours as well.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil

PROGRAMS = frozenset(
    {"etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok"}
)


def running(folder: Path) -> dict[str, psutil.Process]:
    """The processes of the cluster in `folder`, by program."""
    return {Path(process.exe()).name: process for process in _own(folder)}


def forget_the_dead(folder: Path) -> None:
    """Removes the id files of processes that do not run, so that `kwokctl` starts them anew."""
    alive = {process.pid for process in _own(folder)}
    for file in folder.glob("pids/*.pid"):
        if not (text := file.read_text(encoding="ascii").strip()).isdigit() or (
            int(text) not in alive
        ):
            file.unlink(missing_ok=True)


def end(folder: Path, *, patience: float = 0) -> int:
    """Ends all processes of the cluster, or of all clusters below; returns how many there were.

    The store goes last.

    `patience`: how many seconds they get to put their affairs in order. None are needed
    when the cluster's files are thrown away anyway.
    """
    processes = list(_own(folder))
    etcd = [process for process in processes if _name(process) == "etcd"]
    for group in ([process for process in processes if process not in etcd], etcd):
        stubborn = group
        if patience:
            for process in group:
                _signal(process, signal.SIGTERM)
            _, stubborn = psutil.wait_procs(group, timeout=patience)
        for process in stubborn:
            _signal(process, signal.SIGKILL)
        psutil.wait_procs(stubborn, timeout=5)
    return len(processes)


def _own(folder: Path) -> Iterator[psutil.Process]:
    home = folder.resolve()
    for process in psutil.process_iter():
        try:
            # Somebody may have removed the folder under a running cluster.
            where = Path(process.cwd().removesuffix(" (deleted)"))
            if where.is_relative_to(home) and _name(process) in PROGRAMS:
                yield process
        except psutil.Error:
            continue


def _name(process: psutil.Process) -> str:
    try:
        return Path(process.exe()).name
    except psutil.Error:
        return ""


def _signal(process: psutil.Process, number: signal.Signals) -> None:
    # psutil makes sure that the id still is this process's.
    with suppress(psutil.NoSuchProcess):
        process.send_signal(number)
