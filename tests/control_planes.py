"""The control plane of another release than the shipped one, in images.yaml."""

from __future__ import annotations

from tests.estates import Estate

IMAGES, FIRST = "images.yaml", '  "1.36.3":\n'


def images_of(release: str) -> str:
    """What kubeadm of that release would ask for."""
    found = {name: f"v{release}" for name in OF_THE_RELEASE} | OTHERS
    lines = (f"    {name}: {tag}\n" for name, tag in found.items())
    return f'  "{release}":\n{"".join(lines)}'


OF_THE_RELEASE = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy")
OTHERS = {"coredns": "v1.12.1", "pause": "3.10.1", "etcd": "3.6.5-0"}


def of_version(estate: Estate, version: str) -> Estate:
    """The dmz's cluster in another version."""
    if version != "1.36":
        estate.edit(IMAGES, FIRST, images_of(f"{version}.3") + FIRST)
    return estate.edit("Pulumi.dmz.yaml", 'version: "1.36"', f'version: "{version}"')
