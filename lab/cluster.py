"""One control plane: made, started again, ended. Its files are under one folder."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import psutil
import yaml

from lab import control_plane, processes
from lab.api import Api
from lab.api_server import ApiServer
from lab.inventory import SimulatedCluster
from lab.issuer import Issuer
from lab.ports import taken
from toolchain.trouble import Trouble

_READY_SECONDS = 120

_GIVEN_UP = re.compile(r'"command failed" err="(.*)"$', re.MULTILINE)
"""An API server's last words."""


class Cluster:
    """A cluster of the lab. Knows nothing of nodes' contents or of the estate."""

    def __init__(
        self, declared: SimulatedCluster, home: Path, binaries: Mapping[str, Path]
    ) -> None:
        self.declared = declared
        self._home = home
        self._binaries = binaries
        self.folder = home / "clusters" / declared.name
        """Where kwokctl keeps it; also the working directory of its processes."""
        self.issuer = Issuer(home / "issuer")
        """Where its API server looks for the keys of every identity provider."""
        self._api_server = ApiServer(
            declared.api_server, home / "api-servers" / declared.name, self.issuer
        )
        self._config = home / f"{declared.name}.yaml"
        # Written last: a cluster without it was interrupted while it was made.
        self._made = home / f"{declared.name}.made"

    @property
    def name(self) -> str:
        """Its name, and its context's."""
        return self.declared.name

    @property
    def pki(self) -> Path:
        """Certificate authority and the administrator's key."""
        return self.folder / "pki"

    @property
    def audit_log(self) -> Path:
        """What its API server writes down."""
        return self._api_server.audit_log

    @cached_property
    def server(self) -> str:
        """The API server's address."""
        kubeconfig = yaml.safe_load((self.folder / "kubeconfig.yaml").read_text(encoding="utf-8"))
        return str(kubeconfig["clusters"][0]["cluster"]["server"])

    @cached_property
    def api(self) -> Api:
        """A client of its API server."""
        return Api(self.server, self.pki)

    @property
    def exists(self) -> bool:
        """Whether it was made completely (it may be stopped)."""
        return self._made.exists() and self.pki.exists()

    def running(self) -> dict[str, psutil.Process]:
        """Its processes, by program."""
        return processes.running(self.folder)

    @property
    def healthy(self) -> bool:
        """Whether all of it runs and it serves."""
        return self.exists and self.running().keys() == processes.PROGRAMS and self.api.ready()

    def up(self) -> str:
        """Makes or starts it if necessary; what was done, in a word."""
        if self.exists:
            if self._made.read_text(encoding="utf-8") != control_plane.fingerprint(self.declared):
                raise Trouble(
                    f"the addresses, ports or flags of cluster {self.name} were declared anew, and "
                    "a cluster cannot change them: `make down`, then `make up`"
                )
            word = "restarted"
            if self._api_server.outdated:
                # Stopped first: interrupted here, the next run finds it outdated again.
                self.stop()
                self._api_server.write()
                word = "restarted with another configuration"
            if self.healthy:
                return "running"
            self._start()
        else:
            self.remove()
            self._create()
            word = "created"
        self._identify()
        return word

    def stop(self) -> int:
        """Ends its processes and keeps its files; returns how many there were."""
        return processes.end(self.folder, patience=5)

    def remove(self) -> None:
        """Ends its processes and removes its files."""
        processes.end(self.folder)
        self._made.unlink(missing_ok=True)
        self._config.unlink(missing_ok=True)
        self._api_server.remove()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _create(self) -> None:
        self._home.mkdir(parents=True, exist_ok=True)
        self._api_server.write()
        self._config.write_text(
            control_plane.configuration(
                self.declared, self._binaries, self._api_server.flags, self.pki
            ),
            encoding="utf-8",
        )
        self._kwokctl("create", "cluster", "--config", str(self._config), "--kubeconfig", "")
        self._wait()
        self._made.write_text(control_plane.fingerprint(self.declared), encoding="utf-8")

    def _start(self) -> None:
        processes.forget_the_dead(self.folder)
        self._check_ports()
        self._kwokctl("start", "cluster")
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + _READY_SECONDS
        while not self.api.ready():
            self._check_that_it_starts()
            if time.monotonic() > deadline:
                raise Trouble(
                    f"cluster {self.name} does not answer after {_READY_SECONDS} s; "
                    f"its logs are in {self.folder / 'logs'}"
                )
            time.sleep(0.1)

    @property
    def _log(self) -> Path:
        return self.folder / "logs" / "kube-apiserver.log"

    def _check_that_it_starts(self) -> None:
        said = self._log.read_text(encoding="utf-8", errors="replace") if self._log.exists() else ""
        if given_up := _GIVEN_UP.search(said):
            reason = given_up[1].replace('\\"', '"')
            raise Trouble(f"the API server of cluster {self.name} does not start: {reason}")

    def _identify(self) -> None:
        """A step of the bootstrap of a real cluster: the program refuses one without it."""
        name = "kube-system"
        self.api.apply(
            f"/api/v1/namespaces/{name}",
            {
                "apiVersion": "v1",
                "kind": "Namespace",
                "metadata": {"name": name, "labels": {"estate/cluster": self.name}},
            },
            "lab-bootstrap",
        )

    def _check_ports(self) -> None:
        """A stopped cluster comes back on its former ports: somebody may have taken one."""
        standing = set(self.running())
        with (self.folder / "kwok.yaml").open(encoding="utf-8") as file:
            components = next(iter(yaml.safe_load_all(file)))["components"]
        for component in components:
            program = Path(component["binary"]).resolve().name
            for port in component.get("ports", []):
                if program not in standing and taken(port["port"]):
                    raise Trouble(
                        f"port {port['port']}, which {program} of cluster {self.name} had, is "
                        "in use by another program: end that, or `make down` and `make up`"
                    )

    def _kwokctl(self, *arguments: str) -> None:
        """Runs it, and ends it where the API server has given up: it would wait two minutes."""
        command = [str(self._binaries["kwokctl"]), *arguments, f"--name={self.name}"]
        env = {k: v for k, v in os.environ.items() if not k.startswith("KWOK_")}
        # Of this start alone: what an earlier one said is no reason to end this one.
        self._log.unlink(missing_ok=True)
        env |= {"KWOK_WORKDIR": str(self._home), "KUBECACHEDIR": str(self._home / "kube-cache")}
        with subprocess.Popen(
            command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        ) as ran:
            while ran.poll() is None:
                try:
                    self._check_that_it_starts()
                except Trouble:
                    ran.terminate()
                    raise
                time.sleep(0.1)
            _, errors = ran.communicate()
        if ran.returncode:
            said = [line for line in errors.splitlines() if line.strip()] or ["no reason given"]
            reason = re.sub(r"\x1b\[[0-9;]*m", "", said[-1])
            raise Trouble(f"kwokctl could not {arguments[0]} cluster {self.name}: {reason}")
