"""containerd's configuration on every node: registries and login (G1, G4).

Nodes log in by the one way that serves every client on them. A kubelet gives containerd a login
that it knows of (its own ``config.json``, a credential provider, a pod's pull secrets), but only
for images of pods: kubeadm asks for the control plane's before there is a kubelet, and containerd
itself for the sandbox's, both without one. ``hosts.toml`` is read for all of them, and what stands
below one address there is sent to that address alone.
"""

from __future__ import annotations

from estate.documents.document import Row
from estate.documents.secrets import reference
from estate.plan import Plan
from estate.topics.document_secrets.plan import BOOTSTRAP
from estate.topics.registry.plan.model import ExternalRegistryPlan
from estate.topics.registry.plan.registries import PORT as INTERNAL_PORT

CONTAINERD = "/etc/containerd"


def hosts_file(below: str, registry: ExternalRegistryPlan) -> str:
    """Where the file of the registry stands: in a folder called as images name it."""
    return f"{below}/certs.d/{registry.host}/hosts.toml"


def hosts(plan: Plan, registry: ExternalRegistryPlan) -> str:
    """The file: the registry inside first, then the one outside, with the nodes' login."""
    url = f"https://{registry.host}"
    return f"""\
# Where nodes of cluster '{plan.cluster.name}' pull the images of {registry.host} from.
# Install it on every node as {hosts_file(CONTAINERD, registry)} (root:root 0600).
server = "{url}"

{_inside(plan, registry)}[host."{url}"]
  capabilities = ["pull", "resolve"]
  ca = "{registry.tls.authority}"
  [host."{url}".header]
    authorization = "Basic {reference(registry.node_login.removeprefix(BOOTSTRAP))}"
"""


def _inside(plan: Plan, registry: ExternalRegistryPlan) -> str:
    """Asked first, by an address that needs no name; while the cluster starts, nobody answers."""
    if plan.internal_registry is None:
        return ""
    return f"""\
[host."https://{plan.internal_registry.address}:{INTERNAL_PORT}"]
  capabilities = ["pull", "resolve"]
  ca = "{registry.tls.authority}"
  dial_timeout = "3s"

"""


def login_of_nodes(registry: ExternalRegistryPlan) -> Row:
    """Where the login belongs, for the list of secrets."""
    return {
        "secret": registry.node_login,
        "place": "every node",
        "file": hosts_file(CONTAINERD, registry),
        "owner": "root:root",
        "mode": "0600",
        "form": f"name:password in base64; the name is one of {registry.users}",
    }
