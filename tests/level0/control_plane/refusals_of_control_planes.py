"""Control planes without the images that they begin with, by example (A3, G5)."""

from __future__ import annotations

from tests.level0.refused import DMZ, Refusal

IMAGES = "images.yaml"

REFUSALS = (
    Refusal(
        code="no-control-plane-images",
        edits=((DMZ, "    patch: 3 ", "    patch: «4 "),),
        key_path="estate:masters.patch",
        found="images.yaml does not say which images kubeadm 1.36.4 asks for",
        allowed='"1.36.4" below control_planes',
        hint="`kubeadm config images list --kubernetes-version v1.36.4` names them",
    ),
    Refusal(
        code="control-plane-images",
        edits=((IMAGES, '  "1.36.3":\n', '  "1.36.3":\n    «flannel: v1\n'),),
        key_path="control_planes.1.36.3",
        found="with flannel",
        allowed="exactly coredns, etcd, kube-apiserver",
    ),
    Refusal(
        code="control-plane-tag",
        edits=((IMAGES, "kube-proxy: v1.36.3", "kube-proxy: «v1.36.2"),),
        key_path="control_planes.1.36.3.kube-proxy",
        found="kubeadm 1.36.3 asks for another tag than 'v1.36.2'",
        allowed="v1.36.3",
    ),
    Refusal(
        code="bad-release",
        edits=((IMAGES, '  "1.36.3":\n', '  «"v1.36.3":\n'),),
        key_path="control_planes.v1.36.3",
        found="'v1.36.3' is not a release of Kubernetes",
        allowed='"1.30.0" or later',
        hint='Did you mean "1.36.3"?',
    ),
)
