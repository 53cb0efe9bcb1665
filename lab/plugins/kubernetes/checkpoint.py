"""The state of a resource as the provider writes it: the live object, and the inputs beside it."""

from __future__ import annotations

from lab.plugins.wire import Json, JsonMap, as_map

INPUTS = "__inputs"
API_VERSION = "__initialApiVersion"
FIELD_MANAGER = "__fieldManager"


def build(inputs: JsonMap, live: JsonMap, api_version: str, field_manager: str) -> JsonMap:
    """The state to keep after an operation."""
    return {
        **live,
        INPUTS: inputs,
        API_VERSION: api_version,
        FIELD_MANAGER: field_manager,
    }


def split(state: JsonMap) -> tuple[JsonMap, JsonMap]:
    """The inputs and the live object of a kept state."""
    own = (INPUTS, API_VERSION, FIELD_MANAGER)
    live = {key: value for key, value in state.items() if key not in own}
    return as_map(state.get(INPUTS)), live


def pruned(live: JsonMap, inputs: JsonMap) -> JsonMap:
    """The live object reduced to the fields that the inputs speak of.

    An empty value that the live object lacks is kept: the API server drops empty values of
    most fields, and their absence would look like a difference for ever.
    """
    out: JsonMap = {}
    for key, wanted in inputs.items():
        if key in live:
            out[key] = _pruned_value(live[key], wanted)
        elif _is_empty(wanted):
            out[key] = wanted
    return out


def _pruned_value(live: Json, wanted: Json) -> Json:
    if isinstance(live, dict) and isinstance(wanted, dict):
        return pruned(live, wanted)
    if isinstance(live, list) and isinstance(wanted, list):
        return [_pruned_value(a, b) for a, b in zip(live, wanted, strict=False)]
    return live


def _is_empty(value: Json) -> bool:
    if isinstance(value, dict):
        return all(_is_empty(item) for item in value.values())
    return value in ("", 0, False) or value == []
