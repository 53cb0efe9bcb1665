"""API servers: how the masters' team starts them (B1, B3, B6).

The lab starts its API servers with these very files: one that an API server does not take fails
there and not on a master.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import yaml

from estate.documents.document import Document
from estate.documents.secrets import reference
from estate.objects.pod_security import pod_security_defaults
from estate.plan import Plan
from estate.topics.control_plane.declare.masters import Audit
from estate.topics.control_plane.documents.audit import audit_policy
from estate.topics.control_plane.documents.authentication import authentication, limits_anonymous
from estate.topics.control_plane.documents.kubeadm import cluster_configuration
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.control_plane.plan.model import AUDIT_FILE_MB, audit_files
from estate.topics.document_secrets.plan import ENCRYPTION_KEY, BootstrapPlan
from estate.topics.identity.plan import IdentityPlan
from estate.topics.network.plan import minor_of

FOLDER = "api-server"
INSTALLED = "/etc/kubernetes/estate"
"""Where the files stand on a master."""
AUDIT_LOGS = "/var/log/kubernetes/audit"

_EXEMPT = ("kube-system",)
"""Pods of the control plane and of the network need the node's own namespaces."""

_HEADER = """\
# {what} cluster '{cluster}'.
#
# The masters' team installs it on each master as {installed}/{name}
# (root:root 0600). docs/api-server.md has the steps before and after.
"""

_KUBEADM = """\
# How kubeadm starts the API servers of cluster '{cluster}': {use}.
# The files that it names stand beside it and belong into {installed} on every
# master; encryption.yaml holds a secret, which `estate handover` puts in. See docs/api-server.md.
"""


class _Dumper(yaml.SafeDumper):
    """Text of several lines as a block, so that people can compare a certificate."""


def _text(_: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = "|" if "\n" in value else None
    return yaml.ScalarNode("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def api_server_documents(plan: Plan) -> tuple[Document, ...]:
    """Every file that an API server is started with, and the flags that name them."""
    minor = minor_of(plan.of(ControlPlanePlan).cluster.version)
    found: dict[str, tuple[str, Mapping[str, object]]] = {
        "authentication": (
            "Who may log in to",
            authentication(plan.of(IdentityPlan).identity, minor),
        ),
        "authorization": ("Who decides about requests to", _authorization(minor)),
        "admission": (
            "What admission assumes in",
            _admission(plan.of(ControlPlanePlan).cluster.version),
        ),
        "audit-policy": ("What is written down about requests to", audit_policy()),
    }
    if plan.of(BootstrapPlan).bootstrap:
        found["encryption"] = ("What the store holds only encrypted in", encryption())
    files = [
        Document(
            f"{FOLDER}/{name}.yaml",
            _HEADER.format(
                what=what,
                cluster=plan.of(ControlPlanePlan).cluster.name,
                installed=INSTALLED,
                name=f"{name}.yaml",
            )
            + _yaml(content),
        )
        for name, (what, content) in found.items()
    ]
    header = _KUBEADM.format(
        cluster=plan.of(ControlPlanePlan).cluster.name,
        installed=INSTALLED,
        use="the same stands in masters/*/kubeadm.yaml"
        if plan.of(ControlPlanePlan).masters
        else "merge it into the file that `kubeadm init` reads",
    )
    return *files, Document(f"{FOLDER}/kubeadm.yaml", header + _yaml(cluster(plan)))


def _yaml(content: Mapping[str, object]) -> str:
    return yaml.dump(content, Dumper=_Dumper, sort_keys=False)


def encryption() -> dict[str, object]:
    """Secrets are written encrypted; what stands there in clear is still read (X11).

    The key exists before the cluster does: it comes from ``estate:bootstrap``, never from a stack.
    """
    key = {"name": "key1", "secret": reference(ENCRYPTION_KEY)}
    clear: dict[str, object] = {}
    return {
        "apiVersion": "apiserver.config.k8s.io/v1",
        "kind": "EncryptionConfiguration",
        "resources": [
            {
                "resources": ["secrets"],
                "providers": [{"secretbox": {"keys": [key]}}, {"identity": clear}],
            }
        ],
    }


def _authorization(minor: int) -> dict[str, object]:
    """A kubelet sees what its own pods need; everybody else what a binding says; no webhook."""
    version = "v1" if minor >= 32 else "v1beta1"
    return {
        "apiVersion": f"apiserver.config.k8s.io/{version}",
        "kind": "AuthorizationConfiguration",
        "authorizers": [{"type": "Node", "name": "node"}, {"type": "RBAC", "name": "rbac"}],
    }


def _admission(version: str) -> dict[str, object]:
    """A namespace that says nothing is held to the restricted standard (B3)."""
    return {
        "apiVersion": "apiserver.config.k8s.io/v1",
        "kind": "AdmissionConfiguration",
        "plugins": [
            {
                "name": "PodSecurity",
                "configuration": {
                    "apiVersion": "pod-security.admission.config.k8s.io/v1",
                    "kind": "PodSecurityConfiguration",
                    "defaults": pod_security_defaults(version),
                    "exemptions": {
                        "usernames": [],
                        "runtimeClasses": [],
                        "namespaces": list(_EXEMPT),
                    },
                },
            }
        ],
    }


def flags(minor: int, audit: Audit) -> dict[str, str]:
    """What kube-apiserver is started with beyond what kubeadm gives it.

    No ``--oidc-*`` flag, no token file, no port without TLS: the files say who logs in (B5, B6).
    """
    found = {
        "admission-control-config-file": f"{INSTALLED}/admission.yaml",
        "audit-log-maxage": str(audit.days),
        "audit-log-maxbackup": str(audit_files(audit)),
        "audit-log-maxsize": str(AUDIT_FILE_MB),
        "audit-log-path": f"{AUDIT_LOGS}/audit.log",
        "audit-policy-file": f"{INSTALLED}/audit-policy.yaml",
        "authentication-config": f"{INSTALLED}/authentication.yaml",
        "authorization-config": f"{INSTALLED}/authorization.yaml",
        # A kubelet changes its own node and pods only; nobody takes over an address by a service.
        "enable-admission-plugins": "NodeRestriction,DenyServiceExternalIPs",
        "encryption-provider-config": f"{INSTALLED}/encryption.yaml",
        "encryption-provider-config-automatic-reload": "true",
        "profiling": "false",
        # A pod's token lives for the hour that it says. By default it is extended to a year, for
        # programs that never read its file again; client libraries do.
        "service-account-extend-token-expiration": "false",
        # None lives longer than the hour and seven seconds that kubelets ask for.
        "service-account-max-token-expiration": "1h0m7s",
        "tls-min-version": "VersionTLS12",
    }
    if not limits_anonymous(minor):
        found["anonymous-auth"] = "false"
    return found


def cluster(plan: Plan) -> dict[str, object]:
    """kubeadm's ClusterConfiguration, which starts API servers with these files and flags."""
    minor = minor_of(plan.of(ControlPlanePlan).cluster.version)
    masters = plan.of(ControlPlanePlan).masters
    own = flags(minor, masters.audit if masters else Audit())
    return cluster_configuration(plan, minor, own, _volumes())


def _volumes() -> Iterable[dict[str, object]]:
    yield {
        "name": "estate",
        "hostPath": INSTALLED,
        "mountPath": INSTALLED,
        "readOnly": True,
        "pathType": "Directory",
    }
    yield {
        "name": "audit-logs",
        "hostPath": AUDIT_LOGS,
        "mountPath": AUDIT_LOGS,
        "pathType": "DirectoryOrCreate",
    }
