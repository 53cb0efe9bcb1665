"""`estate images`: digests of the tags in images.yaml, and newer releases."""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn, TypeVar

import click
from rich.console import Console

from estate.cli.images_lock_file import as_text, merged
from estate.cli.options import JSON, ROOT
from estate.cli.report import print_problems
from estate.cli.sentences import counted
from estate.cli.skopeo import Skopeo, Unreachable, skopeo
from estate.declarations.load import IMAGES, IMAGES_LOCK, load
from estate.topics.registry.declare.images import Images
from estate.topics.registry.declare.images_lock import ImagesLock, Pin
from estate.topics.registry.declare.resolved_images import UNRESOLVED, digest_of, references
from estate.topics.registry.plan.patch_releases import moves, newer

T = TypeVar("T")
_AT_ONCE = 4

MIRROR = click.option(
    "--mirror",
    "mirrors",
    multiple=True,
    metavar="HOST=PLACE",
    help="Use PLACE (a host, with or without a path) in place of the registry HOST; repeatable.",
)


@click.group()
def images() -> None:
    """The platform's own images: their digests, and newer releases."""


@images.command()
@ROOT
@MIRROR
@click.option("--by", default=None, help="The resolver in the file; default: the user's name.")
@click.option("--again", is_flag=True, help="Fetch known digests again, too.")
@JSON
def resolve(
    root: Path, mirrors: tuple[str, ...], by: str | None, again: bool, as_json: bool
) -> None:
    """Fetch the digest of each tag from its registry, and write images.lock.yaml.

    It uses skopeo on PATH, with its certificates, logins and mirrors. The digest is that of the
    index of all platforms. References that are no longer in use leave the file. Exit code 1 if a
    reference stays unresolved.
    """
    declared, lock = _declared(root)
    registries = skopeo(_mirrors(mirrors))
    if registries is None:
        _stop("skopeo is not on PATH: install it, or run this where it is")
    named = sorted({one.reference for one in references(declared)})
    wanted = [one for one in named if again or digest_of(one, lock) == UNRESOLVED]
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    who = by or getpass.getuser()
    found: dict[str, Pin] = {}
    failed: dict[str, str] = {}
    for reference, answer in _asked(registries.digest, wanted):
        if isinstance(answer, Unreachable):
            failed[reference] = str(answer)
            continue
        asked = registries.asked(reference.rpartition(":")[0])
        source = reference.startswith(f"{asked}:")
        found[reference] = Pin(
            digest=answer, resolved_by=who, resolved_at=now, asked="" if source else asked
        )
    pins, changes = merged(lock.digests, found, named)
    text = as_text(pins)
    if changes or not (root / IMAGES_LOCK).exists():
        (root / IMAGES_LOCK).write_text(text, encoding="utf-8")
    console = Console()
    if as_json:
        changed = [asdict(change) for change in changes]
        click.echo(json.dumps({"changes": changed, "unreachable": failed}, indent=2))
    else:
        for change in changes:
            was = f" (was {change.before})" if change.before and change.after else ""
            what = f"{change.after}{was}" if change.after else "is not named any more"
            console.print(f"{change.reference}  {what}", highlight=False, soft_wrap=True)
        for reference, why in failed.items():
            console.print(f"{reference}  unreachable: {why}", highlight=False, soft_wrap=True)
        rest = sum(reference not in pins for reference in named)
        console.print(
            f"{counted(len(pins), 'digest')} in {IMAGES_LOCK}, {rest} unresolved.",
            highlight=False,
        )
    sys.exit(1 if any(reference not in pins for reference in named) else 0)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What there is to say of one reference."""

    reference: str
    digest: str
    """Empty where it is unresolved."""
    resolved_by: str
    resolved_at: str
    newer: tuple[str, ...]
    """Later patch releases of the same line, oldest first."""
    unreachable: str
    """Why later releases are not known: which registry did not answer, or that none was asked."""


@images.command("check")
@ROOT
@MIRROR
@click.option("--offline", is_flag=True, help="Ask no registry.")
@JSON
def check_images(root: Path, mirrors: tuple[str, ...], offline: bool, as_json: bool) -> None:
    """Hold images.yaml and images.lock.yaml together, and look for newer patch releases.

    An image without a digest is a notice: a stack with removal: protected refuses it in
    `estate check`. Exit code 1 where images.lock.yaml has what nobody names.
    """
    declared, lock = _declared(root)
    named = sorted({one.reference for one in references(declared)})
    registries = None if offline else skopeo(_mirrors(mirrors))
    tags = _tags(registries, named, "not asked" if offline else "skopeo is not on PATH")
    findings = [_finding(reference, lock, tags) for reference in named]
    unnamed = sorted(lock.digests.keys() - set(named))
    if as_json:
        data = {"images": [asdict(finding) for finding in findings], "not_named": unnamed}
        click.echo(json.dumps(data, indent=2))
    else:
        for line in _lines(findings, unnamed):
            Console().print(line, highlight=False, soft_wrap=True, markup=False)
    sys.exit(1 if unnamed else 0)


def _finding(
    reference: str, lock: ImagesLock, tags: Mapping[str, tuple[str, ...] | str]
) -> Finding:
    repository, _, version = reference.rpartition(":")
    pin, answer = lock.digests.get(reference), tags[repository]
    known = answer if isinstance(answer, tuple) else ()
    return Finding(
        reference=reference,
        digest=pin.digest if pin else "",
        resolved_by=pin.resolved_by if pin else "",
        resolved_at=pin.resolved_at if pin else "",
        newer=newer(version, known),
        unreachable=answer if isinstance(answer, str) else "",
    )


def _lines(findings: Iterable[Finding], unnamed: Iterable[str]) -> Iterable[str]:
    for finding in findings:
        if finding.digest:
            yield f"{finding.reference}  {finding.digest}"
            yield f"    resolved {finding.resolved_at} by {finding.resolved_by}"
        else:
            yield f"{finding.reference}  unresolved"
        if moves(finding.reference.rpartition(":")[2]):
            yield "    the tag names a line of releases: `estate images resolve --again` follows it"
        elif finding.newer:
            yield f"    newer patch releases: {', '.join(finding.newer)}"
        elif finding.unreachable:
            yield f"    newer patch releases: {finding.unreachable}"
    for reference in unnamed:
        yield f"{reference}  stands in {IMAGES_LOCK} and not in {IMAGES}"
        yield "    `estate images resolve` takes it out"


def _tags(
    registries: Skopeo | None, named: Iterable[str], why: str
) -> dict[str, tuple[str, ...] | str]:
    """By repository, its tags or why they are not known."""
    repositories = sorted({one.rpartition(":")[0] for one in named})
    if registries is None:
        return dict.fromkeys(repositories, why)
    return {
        repository: f"unreachable ({answer})" if isinstance(answer, Unreachable) else answer
        for repository, answer in _asked(registries.tags, repositories)
    }


def _asked(ask: Callable[[str], T], what: Iterable[str]) -> list[tuple[str, T | Unreachable]]:
    def one(name: str) -> T | Unreachable:
        try:
            return ask(name)
        except Unreachable as failure:
            return failure

    names = list(what)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(zip(names, pool.map(one, names), strict=True))


def _declared(root: Path) -> tuple[Images, ImagesLock]:
    loaded = load(root)
    ours = [problem for problem in loaded.problems if problem.source.file in (IMAGES, IMAGES_LOCK)]
    if ours:
        print_problems(ours, Console(stderr=True))
        sys.exit(1)
    if loaded.images is None:
        _stop(f"there is no {IMAGES} below {root}")
    lock = loaded.images_lock.value if loaded.images_lock else ImagesLock()
    return loaded.images.value, lock


def _mirrors(given: Iterable[str]) -> dict[str, str]:
    pairs = [one.partition("=") for one in given]
    for host, sign, place in pairs:
        if not (host and sign and place):
            _stop(f"--mirror {host}{sign}{place}: write HOST=PLACE, as quay.io=mirror.example/quay")
    return {host: place.rstrip("/") for host, _, place in pairs}


def _stop(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(1)
