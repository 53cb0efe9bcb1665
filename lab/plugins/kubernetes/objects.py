"""Small facts about Kubernetes objects as plain dictionaries."""

from __future__ import annotations

import base64

from lab.plugins.wire import Json, JsonMap, SecretTree, as_map, as_text, at

_READ_ONLY = (
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "uid",
)

SECRET_FIELDS = ("data", "stringData")


def name_of(obj: JsonMap) -> str:
    return as_text(at(obj, "metadata", "name"))


def namespace_of(obj: JsonMap) -> str:
    return as_text(at(obj, "metadata", "namespace"))


def annotation(obj: JsonMap, key: str) -> str:
    return as_text(at(obj, "metadata", "annotations", key))


def is_true(obj: JsonMap, key: str) -> bool:
    return annotation(obj, key).lower() == "true"


def id_of(obj: JsonMap) -> str:
    namespace = namespace_of(obj)
    return f"{namespace}/{name_of(obj)}" if namespace else name_of(obj)


def split_id(resource_id: str) -> tuple[str, str]:
    """The namespace (empty where there is none) and the name."""
    namespace, _, name = resource_id.rpartition("/")
    return namespace, name


def kind_of_urn(urn: str) -> tuple[str, str]:
    """apiVersion and type name that a URN's type token speaks of."""
    token = urn.split("::")[2].rpartition("$")[2]
    module, _, kind = token.removeprefix("kubernetes:").rpartition(":")
    return module.removeprefix("core/"), kind


def is_patch(urn: str, kind: str) -> bool:
    """Whether the resource is a Patch: some fields of an object that is not ours."""
    _, type_name = kind_of_urn(urn)
    return type_name == f"{kind}Patch"


def is_secret(obj: JsonMap) -> bool:
    return obj.get("apiVersion") == "v1" and obj.get("kind") == "Secret"


def without_read_only(obj: JsonMap) -> JsonMap:
    """The object without what only the API server writes."""
    meta = {k: v for k, v in as_map(obj.get("metadata")).items() if k not in _READ_ONLY}
    return {**obj, "metadata": meta} if "metadata" in obj else obj


def encoded_secret(obj: JsonMap) -> JsonMap:
    """A Secret with its texts folded into its data, as the API server does on writing."""
    if not is_secret(obj) or "stringData" not in obj:
        return obj
    data = dict(as_map(obj.get("data")))
    for key, text in as_map(obj["stringData"]).items():
        data[key] = base64.b64encode(as_text(text).encode()).decode()
    rest = {key: value for key, value in obj.items() if key != "stringData"}
    return {**rest, "data": data}


def secrets_of(obj: JsonMap, given: SecretTree) -> SecretTree:
    """What must stay secret: what came as a secret, and all that a Secret holds."""
    if not is_secret(obj):
        return given
    tree = dict(given) if isinstance(given, dict) else {}
    for key in SECRET_FIELDS:
        tree.pop(key, None)
        if key in obj:
            tree[key] = True
    return tree


def redacted(message: str, obj: JsonMap) -> str:
    """The message without any value that the object, a Secret, holds."""
    if not is_secret(obj):
        return message
    for field in SECRET_FIELDS:
        for value in as_map(obj.get(field)).values():
            for form in _forms(value):
                message = message.replace(form, "[secret]")
    return message


def _forms(value: Json) -> list[str]:
    text = as_text(value)
    forms = [text] if text else []
    try:
        plain = base64.b64decode(text, validate=True).decode()
    except ValueError:
        return forms
    return [*forms, plain] if plain else forms
