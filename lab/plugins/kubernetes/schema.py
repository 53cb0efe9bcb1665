"""Inputs brought to the form the API server stores: what the typed provider does by types.

Unknown fields vanish without a word, quantities become canonical, an empty text in an
optional field counts as not given. The knowledge comes from the API server's own OpenAPI.
"""

from __future__ import annotations

import threading

from lab.plugins.kubernetes import quantity
from lab.plugins.kubernetes.api import Api
from lab.plugins.wire import Json, JsonMap, as_list, as_map, as_text, at

_QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity"

_EMPTY_MEANS_SOMETHING = frozenset({("PersistentVolumeClaimSpec", "storageClassName")})
"""Optional texts for which empty and absent differ: pointers in the API's own types."""


class Schemas:
    """The API server's types, fetched once per group and version when first needed."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._lock = threading.Lock()
        self._paths: dict[str, str] | None = None
        self._documents: dict[str, JsonMap] = {}

    def normalised(self, obj: JsonMap) -> JsonMap:
        """The object as the API server would read it. Kinds it does not know stay as they are."""
        api_version, kind = as_text(obj.get("apiVersion")), as_text(obj.get("kind"))
        schemas = self._document(api_version)
        root = _schema_of(schemas, api_version, kind)
        if root is None:
            return obj
        result = _Walk(schemas).value(obj, root)
        return as_map(result)

    def _document(self, api_version: str) -> JsonMap:
        with self._lock:
            if self._paths is None:
                paths = as_map(self._api.get("/openapi/v3").get("paths"))
                self._paths = {key: as_text(at(paths[key], "serverRelativeURL")) for key in paths}
            if api_version not in self._documents:
                prefix = "apis/" if "/" in api_version else "api/"
                path = self._paths.get(prefix + api_version)
                document = self._api.get(path) if path else {}
                self._documents[api_version] = as_map(at(document, "components", "schemas"))
            return self._documents[api_version]


def _schema_of(schemas: JsonMap, api_version: str, kind: str) -> str | None:
    group, _, version = api_version.rpartition("/")
    wanted: JsonMap = {"group": group, "kind": kind, "version": version}
    for name, schema in schemas.items():
        marks = as_list(at(schema, "x-kubernetes-group-version-kind"))
        if len(marks) == 1 and marks[0] == wanted and "properties" in as_map(schema):
            return name
    return None


class _Walk:
    """One pass over an object, along its schema."""

    def __init__(self, schemas: JsonMap) -> None:
        self._schemas = schemas

    def value(self, value: Json, name: str) -> Json:
        return self._along(value, as_map(self._schemas.get(name)), name)

    def _along(self, value: Json, schema: JsonMap, name: str) -> Json:
        schema, name = self._resolved(schema, name)
        if name == _QUANTITY:
            return quantity.canonical(value) if isinstance(value, str) else value
        if isinstance(value, list):
            items = as_map(schema.get("items"))
            return [self._along(item, items, "") for item in value] if items else value
        if not isinstance(value, dict):
            return value
        extra = as_map(schema.get("additionalProperties"))
        if extra:
            return {key: self._along(item, extra, "") for key, item in value.items()}
        properties = as_map(schema.get("properties"))
        if not properties:
            return value
        return self._fields(value, schema, properties, name.rpartition(".")[2])

    def _fields(self, value: JsonMap, schema: JsonMap, known: JsonMap, kind: str) -> JsonMap:
        required = as_list(schema.get("required"))
        out: JsonMap = {}
        for key, item in value.items():
            if key not in known:
                continue
            optional = key not in required and (kind, key) not in _EMPTY_MEANS_SOMETHING
            if item == "" and optional:
                continue
            out[key] = self._along(item, as_map(known[key]), "")
        return out

    def _resolved(self, schema: JsonMap, name: str) -> tuple[JsonMap, str]:
        while True:
            reference = as_text(schema.get("$ref"))
            wrapped = as_list(schema.get("allOf"))
            if not reference and len(wrapped) == 1:
                reference = as_text(at(wrapped[0], "$ref"))
            if not reference:
                return schema, name
            name = reference.rpartition("/")[2]
            schema = as_map(self._schemas.get(name))
