"""Environment variables of a container, and the secrets that they name."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator

from estate.importing.apps.draft import Draft, Left, mapping_of
from estate.importing.apps.objects import Json, KubeObject, mappings
from estate.topics.apps.checks.variables import seems_secret

_POD = {
    "status.podIP": "address",
    "metadata.name": "name",
    "metadata.namespace": "namespace",
    "spec.nodeName": "node",
    "status.hostIP": "node-address",
}
_SIZE = {
    ("requests.cpu", "1"): "cpu",
    ("limits.memory", "1"): "memory",
    ("limits.memory", "1Mi"): "memory-mib",
}
_OWN = re.compile(r"POD_NAME|ZOO_.*|ZOOCFGDIR|DUBBO_.*")
"""Variables that the estate sets itself, in pods that it emitted."""
_HEAP = re.compile(r" ?-XX:\+HeapDumpOnOutOfMemoryError -XX:HeapDumpPath=\S+")


def environment(draft: Draft, container: Json) -> Json:
    """By name: a text, or where the value comes from."""
    found: Json = {}
    where = f"containers[{container.get('name')}]"
    for source in mappings(container.get("envFrom")):
        for name, value in _of_object(draft, source, f"{where}.envFrom"):
            found[f"{source.get('prefix', '')}{name}"] = value
    for one in mappings(container.get("env")):
        name = str(one.get("name"))
        if draft.own and _OWN.fullmatch(name):
            continue
        value = _value(draft, one, f"{where}.env[{name}]")
        if draft.own and name == "JAVA_TOOL_OPTIONS" and isinstance(value, str):
            value = _HEAP.sub("", value).strip() or None
        if value is not None:
            found[name] = value
    return found


def _value(draft: Draft, one: Json, where: str) -> str | Json | None:
    source = mapping_of(one, "valueFrom")
    if not source:
        return text_of(draft, str(one.get("name")), str(one.get("value") or ""), where)
    namespace = draft.source.namespace
    if reference := mapping_of(source, "secretKeyRef"):
        return secret_of(draft, str(reference["name"]), str(reference["key"]))
    if reference := mapping_of(source, "configMapKeyRef"):
        found = draft.objects.named("ConfigMap", namespace, str(reference["name"]))
        text = mapping_of(found.body, "data").get(str(reference["key"])) if found else None
        if found:
            draft.used.add(found.title)
        if isinstance(text, str):
            return text
        if not reference.get("optional"):
            draft.omit(where, f"ConfigMap {reference['name']} with this key is not in the files")
        return None
    if word := _POD.get(str(mapping_of(source, "fieldRef").get("fieldPath"))):
        return {"pod": word}
    if reference := mapping_of(source, "resourceFieldRef"):
        divisor = str(reference.get("divisor", "1"))
        key = (str(reference.get("resource")), "1" if divisor == "0" else divisor)
        if key in _SIZE:
            return {"size": _SIZE[key]}
    draft.omit(where, "no source of an environment variable says it")
    return None


def text_of(draft: Draft, name: str, text: str, where: str) -> str | Json:
    """The text; of a password in clear the name of a secret, and the value stays behind."""
    if not seems_secret(name, text):
        return text
    secret = plain_name(name)
    draft.add("secrets", {"name": secret, "from": "stack"})
    draft.omit(where, f"{name} is a password in clear: it becomes the secret '{secret}'")
    return {"secret": secret}


def _of_object(draft: Draft, source: Json, where: str) -> Iterator[tuple[str, str | Json]]:
    for kind, key in (("ConfigMap", "configMapRef"), ("Secret", "secretRef")):
        if not (reference := mapping_of(source, key)):
            continue
        name = str(reference.get("name"))
        found = draft.objects.named(kind, draft.source.namespace, name)
        if found is None:
            draft.omit(where, f"{kind} {name} is not in the files: its keys are unknown")
            continue
        draft.used.add(found.title)
        for inner, text in entries_of(found):
            if kind == "Secret":
                yield inner, secret_of(draft, name, inner)
            else:
                yield inner, text_of(draft, inner, text, where)


def entries_of(found: KubeObject) -> Iterator[tuple[str, str]]:
    """The keys of a ConfigMap with their text, or of a Secret without it."""
    if found.kind == "Secret":
        for key in {**mapping_of(found.body, "data"), **mapping_of(found.body, "stringData")}:
            yield str(key), ""
        return
    for key, text in mapping_of(found.body, "data").items():
        yield str(key), str(text)


def secret_of(draft: Draft, name: str, key: str) -> Json:
    """Where one key of a Secret is found; the key is declared, its value is not."""
    found = draft.objects.named("Secret", draft.source.namespace, name)
    if found:
        draft.used.add(found.title)
    own = re.fullmatch(rf"{re.escape(draft.app)}\.(.+?)-g(\d+)(-[0-9a-f]{{6}})?", name)
    own = own if draft.own else None
    plain = own[1] if own else plain_name(name)
    entry = entry_of(draft, plain)
    if not entry:
        entry |= {"name": plain} if own else {"name": plain, "from": "stack"}
        if own and own[2] != "1":
            entry["generation"] = int(own[2])
        if not own or own[3]:
            entry |= {"keys": [], "mounted": False}
        draft.add("secrets", entry)
    keys = entry.get("keys")
    if keys is None:
        return {"secret": plain}
    if key not in [one["name"] for one in keys]:
        form: Json = {"form": "binary"} if found and _binary(found, key) else {}
        keys.append({"name": key, **form})
        stored = f"estate-secrets:{draft.app}.{plain}-g1.{key}"
        why = f"`pulumi config set --secret {stored} --stack {draft.site.zone}` stores the value"
        draft.left.append(Left(object=f"Secret {name}", field=key, why=why))
    return {"secret": plain, "key": key}


def entry_of(draft: Draft, plain: str) -> Json:
    """The app's secret of this name as far as it is known; an empty one where there is none."""
    found: list[Json] = draft.keys.get("secrets", [])
    empty: Json = {}
    return next((one for one in found if one["name"] == plain), empty)


def _binary(found: KubeObject, key: str) -> bool:
    """Whether the value is no text."""
    try:
        base64.b64decode(str(mapping_of(found.body, "data").get(key, ""))).decode()
    except ValueError:
        return True
    return False


def plain_name(text: str) -> str:
    """A text as the name of a secret."""
    plain = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    return plain if plain[:1].isalpha() else f"s-{plain}"
