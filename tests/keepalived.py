"""keepalived.conf, read by keepalived."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path


def keepalived(text: str, password: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """`keepalived -t` where the host's interface exists: in a network namespace of our own.

    As the first process of a PID namespace, too: 2.2 ends itself, thinking that its parent has
    died, where it checks a script that another user runs and is not.
    """
    secret, path = folder / "auth_pass.conf", folder / "keepalived.conf"
    secret.write_text(password, encoding="utf-8")
    path.write_text(text.replace("/etc/keepalived/auth_pass.conf", str(secret)), encoding="utf-8")
    script = (
        "ip link add eth0 type veth peer name other && ip link set eth0 up && "
        "ip address add 10.10.0.2/24 dev eth0 && exec keepalived -t -f $0"
    )
    root = [] if os.geteuid() == 0 else ["--map-root-user"]
    return subprocess.run(
        ["unshare", *root, "--net", "--pid", "--fork", "sh", "-c", script, str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
