"""The three resources: their inputs, what they compute, and what of it is secret."""

from __future__ import annotations

from dataclasses import dataclass

from lab.plugins.random import bcrypt, generate
from lab.plugins.wire import UNKNOWN, JsonMap, SecretTree, as_int, as_text, encode

PASSWORD = "random:index/randomPassword:RandomPassword"  # noqa: S105  a type token
STRING = "random:index/randomString:RandomString"
IDENTIFIER = "random:index/randomId:RandomId"

_DEFAULTS: JsonMap = {
    "lower": True,
    "minLower": 0,
    "minNumeric": 0,
    "minSpecial": 0,
    "minUpper": 0,
    "numeric": True,
    "special": True,
    "upper": True,
}
_OPTIONAL = {
    PASSWORD: ("keepers", "overrideSpecial"),
    STRING: ("keepers", "overrideSpecial"),
    IDENTIFIER: ("keepers", "prefix"),
}
_COMPUTED = {
    PASSWORD: ("result", "bcryptHash"),
    STRING: ("result",),
    IDENTIFIER: ("b64Std", "b64Url", "dec", "hex"),
}
_REQUIRED = {PASSWORD: "length", STRING: "length", IDENTIFIER: "byteLength"}
_STATE_VERSION = {PASSWORD: "3", STRING: "2"}
_DELTA = "__pulumi_raw_state_delta"
KNOWN = frozenset(_REQUIRED)


@dataclass(frozen=True)
class Made:
    """A resource: its id, its properties, and which of them are secret."""

    id: str
    properties: JsonMap
    secrets: SecretTree


def problem(token: str, inputs: JsonMap) -> tuple[str, str] | None:
    """The property that is wrong, and why; None when the inputs are good."""
    if token not in KNOWN:
        return "", f"the lab's random provider does not know {token}"
    needed = _REQUIRED[token]
    if needed not in inputs:
        return needed, f"Missing required property '{needed}'"
    return None


def make(token: str, inputs: JsonMap) -> Made:
    """The resource with its random values."""
    properties = _with_defaults(token, inputs)
    if token == IDENTIFIER:
        found = generate.identifier(as_int(inputs.get("byteLength")))
        prefix = as_text(inputs.get("prefix"))
        made: JsonMap = {
            "b64Std": prefix + found.b64_std,
            "b64Url": prefix + found.b64_url,
            "dec": prefix + found.dec,
            "hex": prefix + found.hex,
        }
        new_id = found.b64_url
    else:
        result = generate.text(as_int(inputs.get("length")), _alphabet(properties))
        made = {"result": result}
        if token == PASSWORD:
            digest = bcrypt.hashed(result)
            made |= {"bcryptHash": digest} if digest else {}
        new_id = "none" if token == PASSWORD else result
    return _finished(token, inputs, {**properties, **made, "id": new_id}, new_id)


def preview(token: str, inputs: JsonMap) -> Made:
    """The resource as far as it is known before it is made."""
    unknown: JsonMap = {key: UNKNOWN for key in (*_COMPUTED[token], "id")}
    return _finished(token, inputs, {**_with_defaults(token, inputs), **unknown}, "")


def changed(token: str, olds: JsonMap, news: JsonMap) -> list[str]:
    """The inputs that differ from the kept state. Each of them means a new resource."""
    keys = (*news.keys(), *_OPTIONAL[token], _REQUIRED[token], *_DEFAULTS)
    wanted = _with_defaults(token, news)
    return sorted(
        {key for key in keys if olds.get(key) != wanted.get(key) and key in _inputs(token)}
    )


def secrets_in(token: str) -> SecretTree:
    """The properties of a resource that are secret."""
    return {"result": True, "bcryptHash": True} if token == PASSWORD else False


def _inputs(token: str) -> frozenset[str]:
    extra = () if token == IDENTIFIER else (*_DEFAULTS, "number")
    return frozenset((*_OPTIONAL[token], _REQUIRED[token], *extra))


def _with_defaults(token: str, inputs: JsonMap) -> JsonMap:
    if token == IDENTIFIER:
        return dict(inputs)
    full = {**_DEFAULTS, **inputs}
    return {**full, "number": inputs.get("number", full["numeric"])}


def _alphabet(properties: JsonMap) -> generate.Alphabet:
    return generate.Alphabet(
        upper=properties["upper"] is True,
        lower=properties["lower"] is True,
        numeric=properties["numeric"] is True,
        special=properties["special"] is True,
        min_upper=as_int(properties["minUpper"]),
        min_lower=as_int(properties["minLower"]),
        min_numeric=as_int(properties["minNumeric"]),
        min_special=as_int(properties["minSpecial"]),
        special_characters=as_text(properties.get("overrideSpecial")),
    )


def _finished(token: str, inputs: JsonMap, properties: JsonMap, new_id: str) -> Made:
    absent = [key for key in _OPTIONAL[token] if key not in inputs]
    delta: JsonMap = {key: {"replace": {"raw": None}} for key in absent}
    properties[_DELTA] = {"obj": {"ps": delta} if delta else {}}
    if token in _STATE_VERSION:
        properties["__meta"] = f'{{"schema_version":"{_STATE_VERSION[token]}"}}'
    tree = secrets_in(token)
    secrets: dict[str, SecretTree] = dict(tree) if isinstance(tree, dict) else {}
    secrets[_DELTA] = {"obj": {"ps": {key: True for key in absent}}}
    return Made(new_id, properties, secrets)


def wire(made: Made) -> object:
    """The resource's properties for the engine."""
    return encode(made.properties, made.secrets)
