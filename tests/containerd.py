"""A containerd on a socket of the test's own, which pulls as a node's does.

It runs no container: only the part is started by which kubelets and kubeadm ask for images.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from toolchain import build

CONFIGURATION = """\
version = 3
root = '{folder}/root'
state = '{folder}/state'
disabled_plugins = ['io.containerd.nri.v1.nri', 'io.containerd.internal.v1.restart']
[grpc]
  address = '{folder}/socket'
  uid = {user}
  gid = {group}
[ttrpc]
  address = '{folder}/ttrpc'
  uid = {user}
  gid = {group}
[plugins.'io.containerd.cri.v1.images']
  snapshotter = 'native'
[[plugins.'io.containerd.transfer.v1.local'.unpack_config]]
  platform = 'linux'
  snapshotter = 'native'
[plugins.'io.containerd.cri.v1.images'.registry]
  config_path = '{folder}/certs.d'
[plugins.'io.containerd.cri.v1.runtime'.cni]
  bin_dirs = ['{folder}/cni']
  conf_dir = '{folder}/cni'
[plugins.'io.containerd.grpc.v1.cri']
  disable_tcp_service = true
"""
"""``config_path`` is what a node's says; the rest are places."""


@dataclass(frozen=True)
class Containerd:
    """One that runs."""

    folder: Path
    running: subprocess.Popen[bytes]

    @property
    def socket(self) -> str:
        return f"unix://{self.folder}/socket"

    def said(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")


@contextmanager
def containerd(folder: Path, hosts: Mapping[str, str]) -> Generator[Containerd]:
    """Ends with the test; ``hosts`` are its files below ``certs.d`` by the registry's name."""
    folder.mkdir()
    (folder / "cni").mkdir()
    for name, text in hosts.items():
        place = folder / "certs.d" / name / "hosts.toml"
        place.parent.mkdir(parents=True)
        place.write_text(text, encoding="utf-8")
        place.chmod(0o600)
    configuration = folder / "config.toml"
    configuration.write_text(
        CONFIGURATION.format(folder=folder, user=os.getuid(), group=os.getgid()), encoding="utf-8"
    )
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen(
            [str(build.binary("containerd")), "--config", str(configuration)],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    found = Containerd(folder, running)
    try:
        end = time.monotonic() + 60
        while not (folder / "socket").exists():
            assert running.poll() is None and time.monotonic() < end, found.said()
            time.sleep(0.05)
        yield found
    finally:
        running.terminate()
        running.wait(30)
