"""Volumes of a pod: secrets, files, log files on a filer, disks of replicas."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from estate.importing.apps.draft import Draft, mapping_of
from estate.importing.apps.objects import Json, mappings
from estate.importing.apps.variables import entries_of, entry_of, secret_of
from estate.topics.apps.plan.log_files import CONTAINER
from estate.topics.apps.plan.reserved_directories import reserved_for

_LOGS = re.compile(r"\$\(POD_NAME\)/(middleware|dump|application)")
_DEFAULTS = {
    "middleware": "/var/log/middleware",
    "dump": "/var/log/dump",
    "application": "/var/log/app",
}


def carry_volumes(draft: Draft) -> None:
    """Each mount of the container, by the volume behind it."""
    volumes = {str(one.get("name")): one for one in mappings(draft.pod.get("volumes"))}
    claims = {
        str(mapping_of(one, "metadata").get("name")): mapping_of(one, "spec")
        for one in mappings(draft.source.spec.get("volumeClaimTemplates"))
    }
    mounted: set[str] = set()
    logs: dict[str, str] = {}
    for mount in mappings(draft.container.get("volumeMounts")):
        name, path = str(mount.get("name")), str(mount.get("mountPath"))
        mounted.add(name)
        if name in claims:
            _disk(draft, name, path, claims[name])
        elif match := _LOGS.fullmatch(str(mount.get("subPathExpr", ""))):
            logs[match[1]] = path
            claim = mapping_of(volumes.get(name, {}), "persistentVolumeClaim")
            _log_claim(draft, str(claim.get("claimName")))
        else:
            _volume(draft, volumes.get(name, {}), mount, path)
    if logs:
        _logs(draft, logs)
    for name in volumes.keys() - mounted:
        draft.omit(f"volumes[{name}]", "the container does not mount it")


def _volume(draft: Draft, volume: Json, mount: Json, path: str) -> None:
    where = f"volumes[{volume.get('name')}]"
    if "configMap" in volume:
        _files(draft, mapping_of(volume, "configMap"), mount, path, where)
    elif "secret" in volume:
        _secrets(draft, mapping_of(volume, "secret"), mount, path, where)
    elif "emptyDir" in volume:
        size = mapping_of(volume, "emptyDir").get("sizeLimit")
        if path == "/tmp":  # noqa: S108 a path in the container
            draft.keys |= {"tmp": str(size)} if size not in (None, "256Mi") else {}
        elif size is None:
            draft.omit(where, f"{path}: write it below 'writable', with a size")
        else:
            draft.add("writable", {"path": path, "size": str(size)})
    elif "hostPath" in volume:
        draft.omit(where, f"{path}: no pod reads its node's files; admission refuses it")
    elif "persistentVolumeClaim" in volume:
        claim = str(mapping_of(volume, "persistentVolumeClaim").get("claimName"))
        draft.used.add(f"PersistentVolumeClaim {claim}")
        draft.omit(
            where,
            f"{path}: volumes belong to kind stateful, log files to 'logs' of kind traditional",
        )
    else:
        kinds = ", ".join(sorted(volume.keys() - {"name"})) or "none"
        draft.omit(where, f"{path}: no key of an app says a volume of this kind ({kinds})")


def _files(draft: Draft, source: Json, mount: Json, path: str, where: str) -> None:
    name = str(source.get("name"))
    found = draft.objects.named("ConfigMap", draft.source.namespace, name)
    if found is None:
        draft.omit(where, f"{path}: ConfigMap {name} is not in the files")
        return
    draft.used.add(found.title)
    data = dict(entries_of(found))
    if found.body.get("binaryData"):
        draft.omit(where, f"ConfigMap {name} has binary files, and 'config' has texts")
    items = {str(one["key"]): str(one["path"]) for one in mappings(source.get("items"))}
    paths = items or {key: key for key in data}
    sub_path = mount.get("subPath")
    for key, inside in paths.items():
        if key not in data or sub_path not in (None, "", inside):
            continue
        whole = PurePosixPath(path) if sub_path else PurePosixPath(path) / inside
        draft.add("config", {"path": str(whole), "content": data[key]})


def _secrets(draft: Draft, source: Json, mount: Json, path: str, where: str) -> None:
    """The files of a Secret: where they were, under the names that they had."""
    name = str(source.get("secretName"))
    found = draft.objects.named("Secret", draft.source.namespace, name)
    items = {str(one["key"]): str(one["path"]) for one in mappings(source.get("items"))}
    files = items or {key: key for key, _ in (entries_of(found) if found else ())}
    files = files or ({"value": "value"} if draft.own else {})
    if not files:
        draft.omit(where, f"{path}: Secret {name} is not in the files: its keys are unknown")
    sub_path = mount.get("subPath")
    for key, file in files.items():
        if sub_path not in (None, "", file):
            continue
        entry = entry_of(draft, str(secret_of(draft, name, key)["secret"]))
        directory = str(PurePosixPath(path).parent) if sub_path else path
        entry.pop("mounted", None)
        usual = f"/etc/secrets/{entry['name']}"
        if directory != usual and reserved_for(PurePosixPath(directory), data=False):
            why = f"{directory}/{file} becomes {usual}/{file}: change the app's configuration"
            draft.omit(where, why)
        elif directory != usual:
            entry["path"] = directory
        for one in entry.get("keys", []):
            if one["name"] == key and file != key:
                one["file"] = file
    if files:
        _unmounted(entry_of(draft, str(secret_of(draft, name, next(iter(files)))["secret"])), files)


def _unmounted(entry: Json, files: dict[str, str]) -> None:
    """Keys that variables alone have stay no files."""
    for one in entry.get("keys", []):
        if one["name"] not in files:
            one["mounted"] = False


def _log_claim(draft: Draft, claim: str) -> None:
    """Size and filer of the volume with log files."""
    logs: Json = draft.keys.setdefault("logs", {})
    namespace = draft.source.namespace
    found = draft.objects.named("PersistentVolumeClaim", namespace, claim)
    if found:
        draft.used.add(found.title)
        storage = mapping_of(mapping_of(found.spec, "resources"), "requests").get("storage")
        logs["size"] = str(storage)
    volume = draft.objects.named("PersistentVolume", "", claim)
    if volume:
        draft.used.add(volume.title)
        server = str(mapping_of(volume.spec, "nfs").get("server"))
        if server in draft.site.filers:
            logs["filer"] = draft.site.filers[server]
    elif len(draft.site.filers) == 1:
        logs["filer"] = next(iter(draft.site.filers.values()))


def _logs(draft: Draft, paths: dict[str, str]) -> None:
    logs: Json = draft.keys["logs"]
    order = {key: logs[key] for key in ("filer", "size") if key in logs}
    order |= {kind: path for kind, path in paths.items() if path != _DEFAULTS[kind]}
    for one in mappings(draft.pod.get("initContainers")):
        if one.get("name") == CONTAINER:
            text = " ".join(map(str, one.get("args", [])))
            if match := re.search(r"path=\S*?/middleware/([^\s,]+)", text):
                order["collect"] = match[1]
    draft.keys["logs"] = order


def _disk(draft: Draft, name: str, path: str, claim: Json) -> None:
    """A volume of each replica."""
    storage = mapping_of(mapping_of(claim, "resources"), "requests").get("storage")
    entry: Json = {"name": name, "size": str(storage)}
    if claim.get("storageClassName"):
        entry["backend"] = str(claim["storageClassName"])
    else:
        draft.omit(
            f"volumeClaimTemplates[{name}].storageClassName",
            "none: name a backend of estate:storage as 'backend'",
        )
    draft.add("volumes", {**entry, "path": path})
    for found in draft.objects.of("PersistentVolumeClaim", namespace=draft.source.namespace):
        if re.fullmatch(rf"{re.escape(name)}-{re.escape(draft.app)}-\d+", found.name):
            draft.used.add(found.title)
            bound = found.spec.get("volumeName")
            if bound and not draft.own:
                why = f"its data lies on volume {bound}: copy it, or assign the disk"
                draft.omit("spec.volumeName", why, found)
    for volume in draft.objects.of("PersistentVolume"):
        if draft.own and volume.labels.get("estate/app") == draft.app:
            draft.used.add(volume.title)
