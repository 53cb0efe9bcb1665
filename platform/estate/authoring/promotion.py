"""Promotions: the digest that an earlier environment declares, in a later one's declarations (G5).

Only the digest changes, so that comments and order stay and a review sees exactly it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from estate.authoring.insertion import has, with_key, with_scalar
from estate.authoring.present import by_hand
from estate.authoring.values import Mistake
from estate.declarations.load import Loaded
from estate.declarations.overlay import IN
from estate.reader.problems import Declared, KeyPath, did_you_mean
from estate.reader.stacks import Environment
from estate.reader.values import ZONES, Zone
from estate.topics.apps.declare.kinds import App
from estate.whole import Whole

IMAGE: KeyPath = ("image",)


@dataclass(frozen=True, kw_only=True)
class Promotion:
    """One app's digest in a later environment, as it is and as it shall be."""

    app: str
    zone: Zone
    file: str
    source: Environment
    target: Environment
    repository: str
    before: str
    after: str
    place: KeyPath
    """Where the later environment's image stands, or will stand, in the file."""

    @property
    def text(self) -> str:
        """The change in words."""
        return (
            f"{self.file}: {self.repository} in {self.target.name}: "
            f"{_short(self.before)} -> {_short(self.after)}, as in {self.source.name}"
        )


def later(estate: Whole, source: Environment, wanted: Environment | None) -> Environment:
    """Where a promotion from ``source`` goes: the next environment, or a later one by name."""
    order = estate.environments.all
    behind = order[order.index(source) + 1 :]
    if not behind:
        raise Mistake(f"'{source.name}' is the last environment: there is none to promote to.")
    if wanted is not None and wanted not in behind:
        names = ", ".join(environment.name for environment in behind)
        raise Mistake(f"'{wanted.name}' does not come after '{source.name}'. Allowed: {names}")
    return wanted or behind[0]


def promotion(
    estate: Whole, name: str, zone: Zone, source: Environment, target: Environment, digest: str
) -> Promotion | None:
    """The change of one app, or None where nothing changes; ``digest`` is empty for the source's.

    Raises :class:`Mistake` where the app is not in both, or has another repository there.
    """
    theirs = _app(estate.loaded[source], name, zone)
    ours = _app(estate.loaded[target], name, zone)
    if theirs is None and not digest:
        raise Mistake(f"'{name}' of zone {zone} is not in {source.name}: it was never tried there.")
    if ours is None:
        raise Mistake(
            f"'{name}' of zone {zone} is not in {target.name}: add {target.name} to its only_in."
        )
    repository, before = _parts(ours)
    tried, tried_digest = _parts(theirs) if theirs else (repository, "")
    if tried != repository:
        raise Mistake(
            f"'{name}' is {tried} in {source.name} and {repository} in {target.name}: a digest of "
            "one is none of the other."
        )
    after = digest or tried_digest
    if after == before:
        return None
    return Promotion(
        app=name,
        zone=zone,
        file=ours.positions.file,
        source=source,
        target=target,
        repository=repository,
        before=before,
        after=after,
        place=_place(estate, name, zone, target),
    )


def zones_of(estate: Whole, name: str, source: Environment, target: Environment) -> list[Zone]:
    """Where the app is, in either environment; raises :class:`Mistake` where it is nowhere."""
    apps = {
        (app.value.app, app.value.zone)
        for environment in (source, target)
        for app in estate.loaded[environment].apps
    }
    found: list[Zone] = [zone for zone in ZONES if (name, zone) in apps]
    if not found:
        hint = did_you_mean(name, {app for app, _ in apps})
        raise Mistake(f"There is no app '{name}'.{f' {hint}' if hint else ''}")
    return found


def promoted(text: str, change: Promotion) -> str:
    """The text of the app's file with the new digest."""
    image = f"{change.repository}@{change.after}"
    path = tuple(str(key) for key in change.place)
    with by_hand(change.file, ".".join(path), image):
        if has(text, path):
            return with_scalar(text, path, image)
        if f"\n{IN}:" not in f"\n{text}":
            end = "" if text.endswith("\n") else "\n"
            return f"{text}{end}{IN}:\n  {change.target.name}:\n    image: {image}\n"
        return with_key(text, path, image)


def _app(loaded: Loaded, name: str, zone: Zone) -> Declared[App] | None:
    found = (app for app in loaded.apps if (app.value.app, app.value.zone) == (name, zone))
    return next(found, None)


def _parts(app: Declared[App]) -> tuple[str, str]:
    repository, _, digest = app.value.image.partition("@")
    return repository, digest


def _short(digest: str) -> str:
    return digest[:19]


def _readers(estate: Whole, name: str, zone: Zone) -> Iterator[tuple[Environment, KeyPath]]:
    """Where each environment that has the app reads its image from."""
    for environment, loaded in estate.loaded.items():
        if app := _app(loaded, name, zone):
            yield environment, app.positions.written(IMAGE)


def _place(estate: Whole, name: str, zone: Zone, target: Environment) -> KeyPath:
    """The value that the target reads, if it alone does; else one of its own."""
    places = dict(_readers(estate, name, zone))
    alone = [reader for reader, place in places.items() if place == places[target]] == [target]
    return places[target] if alone else (IN, target.name, *IMAGE)
