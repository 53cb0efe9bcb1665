"""Writes a composition as files: one YAML file for each component, and the documents."""

from __future__ import annotations

import shutil
from pathlib import Path

import yaml

from estate.composition import Composition
from estate.handover import documents
from estate.objects.manifest import JsonObject, Manifest, SecretSpec
from estate.topic import Group

MARK = ".estate-render"
"""Stands in every folder that a render made, so that no other folder is ever emptied."""

_Dumper: type = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def render_stack(composition: Composition, out: Path) -> list[str]:
    """Writes everything under ``out`` and returns the files' names, sorted.

    Raises ValueError where ``out`` holds something that no render made, OSError where it cannot
    be written.
    """
    data = {name: text.encode() for name, text in _manifests(composition).items()}
    data |= {
        f"documents/{document.name}": document.data for document in documents(composition.plan)
    }
    prepare(out)
    for name, content in data.items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return sorted(data)


def rendered_texts(composition: Composition) -> dict[str, str]:
    """The same files as texts, to be compared: a workbook says what its CSV says."""
    found = {
        f"documents/{document.name}": document.text for document in documents(composition.plan)
    }
    return _manifests(composition) | found


def _manifests(composition: Composition) -> dict[str, str]:
    return {f"manifests/{_file_name(group)}": _yaml(group) for group in composition.groups}


def prepare(out: Path, mark: str = MARK, what: str = "render") -> None:
    """An empty folder; raises ValueError where it holds what was not written by a render.

    ``what`` writes the folder, and leaves ``mark`` in it.
    """
    if out.exists() and any(out.iterdir()):
        if not (out / mark).exists():
            raise ValueError(f"{out} is not empty and was not written by a {what}: name another")
        shutil.rmtree(out)
    out.mkdir(parents=True, exist_ok=True)
    (out / mark).touch()


def _file_name(group: Group) -> str:
    return f"{group.family}/{group.name}.yaml"


def _yaml(group: Group) -> str:
    return "".join(_one(manifest) for manifest in group.manifests)


def _one(one: Manifest) -> str:
    body: JsonObject = dict(one.body)
    heading = "---\n"
    if one.patch:
        heading += "# A patch: the object exists, and only these fields are the estate's.\n"
    for field, binary in (("stringData", False), ("data", True)):
        specs = [spec for spec in one.secrets if spec.binary == binary]
        if specs:
            body[field] = {spec.key: _stands_for(spec) for spec in specs}
    return heading + yaml.dump(
        body, Dumper=_Dumper, sort_keys=False, default_flow_style=False, allow_unicode=True
    )


def _stands_for(spec: SecretSpec) -> str:
    """What is written in place of a secret value."""
    generated = f"<generated, {spec.length} characters>"
    return "<kept encrypted in the stack's file>" if spec.stored else generated
