"""KubernetesObject: a manifest registered under the provider's own type token."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from functools import partial
from typing import Any

import pulumi
from pulumi_random import RandomPassword

from estate.objects.manifest import Manifest, SecretSpec

STORED = "estate-secrets"
"""The namespace of the configuration under which a stack keeps secrets for apps."""


VOLUME, CLAIM = "PersistentVolume", "PersistentVolumeClaim"
_FIRST = {"Namespace": 0, VOLUME: 1, CLAIM: 2}
"""What others of the same call wait for; everything else keeps its order."""


class KubernetesObject(pulumi.CustomResource):
    """Any Kubernetes object, managed by pulumi-kubernetes.

    ``props`` are the object's top-level fields, so kinds without a ``spec`` work like any other.
    """

    metadata: pulumi.Output[dict[str, Any]]

    def __init__(
        self, token: str, name: str, props: Mapping[str, Any], opts: pulumi.ResourceOptions
    ) -> None:
        super().__init__(token, name, dict(props), opts)


def type_token(api_version: str, kind: str, *, patch: bool = False) -> str:
    """``kubernetes:apps/v1:Deployment``; the core group is called ``core``."""
    group = api_version if "/" in api_version else f"core/{api_version}"
    return f"kubernetes:{group}:{kind}{'Patch' if patch else ''}"


@dataclass(frozen=True)
class NamespaceHandle:
    """A namespace that objects follow."""

    resource: pulumi.Resource
    protected: bool
    """Pulumi refuses to delete it, so its objects are deleted one by one."""


@dataclass(frozen=True)
class Registered:
    """What one call registered."""

    resources: tuple[pulumi.Resource, ...]
    namespaces: Mapping[str, NamespaceHandle]
    """By name: those among them that objects can follow."""


def register(
    manifests: Iterable[Manifest],
    parent: pulumi.Resource,
    namespaces: Mapping[str, NamespaceHandle] | None = None,
    after: Iterable[pulumi.Resource] = (),
    existing: Set[str] | None = None,
) -> Registered:
    """Registers ``manifests`` as children of ``parent``.

    A namespaced object follows its namespace: one of ``namespaces``, or one registered in the
    same call. A namespace that is not protected takes its objects with it when it goes, instead of
    one deletion each; never both, or objects would leave the state and stay in the cluster.
    ``after`` are resources that must stand before any of these. ``existing`` are the names of the
    objects that patches may change: a patch of any other is left out, because applying it would
    create the object. Raises ValueError for a patch without them.

    Volumes, their claims and the pods on these are the exception: a volume is gone only after its
    claim, and a claim only after the pods that use it. So each waits for the one before it. Left to
    themselves, as many volumes as the engine has hands would wait for claims that nobody had a
    hand left to delete (D3). What mounts a claim is registered in the same call as the claim.
    """
    earlier = list(after)
    known = dict(namespaces or {})
    made: dict[str, NamespaceHandle] = {}
    volumes: list[pulumi.Resource] = []
    claims: list[pulumi.Resource] = []
    resources: list[pulumi.Resource] = []
    for one in sorted(manifests, key=lambda manifest: _FIRST.get(manifest.kind, len(_FIRST))):
        if one.patch and not _exists(one, existing):
            continue
        first = volumes if one.kind == CLAIM else claims if _mounts_claims(one) else []
        opts = pulumi.ResourceOptions(
            parent=parent,
            protect=one.protect,
            depends_on=[*first, *earlier],
            aliases=[pulumi.Alias(name=one.former)] if one.former else None,
        )
        handle = known.get(one.namespace) if one.namespace else None
        if handle is not None:
            # Names are literal, so that a preview has no unknowns; order has to be explicit.
            opts.depends_on = [handle.resource, *first, *earlier]
            if not handle.protected:
                opts.replace_with = [handle.resource]
                if one.kind != CLAIM and not first:
                    opts.deleted_with = handle.resource
        resources += _register(one, opts)
        if one.kind in (VOLUME, CLAIM):
            (volumes if one.kind == VOLUME else claims).append(resources[-1])
        if one.kind == "Namespace":
            made[one.physical_name] = NamespaceHandle(resources[-1], one.protect)
            known[one.physical_name] = made[one.physical_name]
    return Registered(tuple(resources), made)


def _exists(one: Manifest, existing: Set[str] | None) -> bool:
    if existing is None:
        raise ValueError(f"a patch of {one.kind} {one.physical_name} could create the object")
    return one.physical_name in existing


def _mounts_claims(one: Manifest) -> bool:
    """Whether it makes pods that use claims."""
    spec: Any = one.body.get("spec", {})
    template = spec.get("jobTemplate", {}).get("spec", spec).get("template", {})
    volumes = template.get("spec", {}).get("volumes", ())
    return bool(spec.get("volumeClaimTemplates")) or any(
        "persistentVolumeClaim" in volume for volume in volumes
    )


def _register(one: Manifest, opts: pulumi.ResourceOptions) -> list[pulumi.Resource]:
    token = type_token(str(one.body["apiVersion"]), one.kind, patch=one.patch)
    if not one.secrets:
        return [KubernetesObject(token, one.name, one.body, opts)]
    opts.additional_secret_outputs = ["data", "stringData"]
    # A generated value has the generation in its name: a new one makes another value and another
    # Secret, rolls the consumers, then deletes the old.
    generated = {
        spec.key: RandomPassword(
            spec.name or one.name,
            length=spec.length,
            special=False,
            opts=pulumi.ResourceOptions(parent=opts.parent),
        )
        for spec in one.secrets
        if not spec.stored
    }
    values = {
        spec.key: generated[spec.key].result if spec.key in generated else _kept(one, spec)
        for spec in one.secrets
    }
    binary = {spec.key: values[spec.key] for spec in one.secrets if spec.binary}
    texts = {key: value for key, value in values.items() if key not in binary}
    filled = {"stringData": texts} if texts else {}
    filled |= {"data": binary} if binary else {}
    return [*generated.values(), KubernetesObject(token, one.name, {**one.body, **filled}, opts)]


def _kept(one: Manifest, spec: SecretSpec) -> pulumi.Output[str]:
    """What the stack's configuration holds."""
    name = spec.name or one.name
    found = pulumi.Config(STORED).require_secret(name)
    return found.apply(partial(_base64, name)) if spec.binary else found


def _base64(name: str, value: str) -> str:
    """The value without line ends. Raises RunError, which never shows the value."""
    joined = "".join(value.split())
    try:
        base64.b64decode(joined, validate=True)
    except ValueError:
        found = f"'{STORED}:{name}' is no base64, and its key is binary: "
        raise pulumi.RunError(f"{found}pipe the file through `base64` first") from None
    return joined
