"""The engine's way to write property values: protobuf structs with marked secrets and unknowns.

A property bag is split into two parts: the plain value, and a tree that says which parts of it
are secret. So the code in between works on ordinary dictionaries, and a secret can be lost in
one place only: where the tree is laid over the value again (`encode`).
"""

from __future__ import annotations

from typing import TypeAlias, cast

from google.protobuf import struct_pb2

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
JsonMap: TypeAlias = "dict[str, Json]"
SecretTree: TypeAlias = "bool | dict[str, SecretTree]"

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105  the protocol's marker, not a secret
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def decode(struct: struct_pb2.Struct) -> tuple[JsonMap, SecretTree]:
    """A property bag as a dictionary, and where in it the secrets are."""
    value, secrets = _decode_fields(struct)
    return (cast(JsonMap, value) if isinstance(value, dict) else {}), secrets


def _decode_fields(struct: struct_pb2.Struct) -> tuple[Json, SecretTree]:
    fields = struct.fields
    if SIGNATURE in fields and fields[SIGNATURE].string_value == SECRET:
        value, _ = _decode_value(fields["value"])
        return value, True
    out: JsonMap = {}
    tree: dict[str, SecretTree] = {}
    for key in fields:
        value, secret = _decode_value(fields[key])
        if value is None and not secret:
            continue  # the providers skip nulls
        out[key] = value
        if secret:
            tree[key] = secret
    return out, (tree or False)


def _decode_value(value: struct_pb2.Value) -> tuple[Json, SecretTree]:
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        return value.string_value, False
    if kind == "struct_value":
        return _decode_fields(value.struct_value)
    if kind == "list_value":
        items = [_decode_value(item) for item in value.list_value.values]
        # As the providers do: one secret element makes the whole list secret.
        return [item for item, _ in items], any(secret for _, secret in items)
    if kind == "number_value":
        number = value.number_value
        return (int(number) if number.is_integer() else number), False
    if kind == "bool_value":
        return value.bool_value, False
    return None, False


def encode(value: JsonMap, secrets: SecretTree = False) -> struct_pb2.Struct:
    """A dictionary as a property bag, its secrets marked as the tree says."""
    struct = struct_pb2.Struct()
    _fill(struct, value, secrets)
    return struct


def _fill(struct: struct_pb2.Struct, value: JsonMap, secrets: SecretTree) -> None:
    fields = struct.fields
    tree = secrets if isinstance(secrets, dict) else {}
    for key, item in value.items():
        _put(fields[key], item, tree.get(key, False))


def _put(target: struct_pb2.Value, item: Json, secret: SecretTree) -> None:
    if secret is True:
        marked = target.struct_value.fields
        marked[SIGNATURE].string_value = SECRET
        _put(marked["value"], item, False)
    elif isinstance(item, str):
        target.string_value = item
    elif isinstance(item, bool):
        target.bool_value = item
    elif isinstance(item, (int, float)):
        target.number_value = item
    elif isinstance(item, dict):
        target.struct_value.SetInParent()
        _fill(target.struct_value, item, secret)
    elif isinstance(item, list):
        target.list_value.SetInParent()
        values = target.list_value.values
        for element in item:
            _put(values.add(), element, False)
    else:
        target.null_value = struct_pb2.NULL_VALUE


def has_unknown(value: Json) -> bool:
    """Whether a part of the value is known only after the update."""
    if isinstance(value, str):
        return value == UNKNOWN
    if isinstance(value, dict):
        return any(has_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(has_unknown(item) for item in value)
    return False


def as_map(value: Json) -> JsonMap:
    """The value when it is a map, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: Json) -> list[Json]:
    """The value when it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def as_text(value: Json) -> str:
    """The value when it is a string, else an empty one."""
    return value if isinstance(value, str) else ""


def as_int(value: Json) -> int:
    """The value when it is a whole number, else zero."""
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def at(value: Json, *path: str) -> Json:
    """The value under a path of keys, None where the path ends early."""
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value
