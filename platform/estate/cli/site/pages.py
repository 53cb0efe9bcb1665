"""All pages of a site, by path: the same estate, the same bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.resources import files

from estate.cli.limits import all_uses, uses_data
from estate.cli.listing.model import Listing, Row, Stack, text
from estate.cli.listing.table import LISTINGS
from estate.cli.site.overview import ZoneView
from estate.cli.site.sections import SECTIONS
from estate.cli.site.site import Site
from estate.cli.site.tables import Table, listing_table, table
from estate.cli.site.things import things
from estate.whole import Whole

ASSETS = (
    ("estate.cli.site", "assets/site.css", "assets/site.css"),
    ("estate.cli.site", "assets/site.js", "assets/site.js"),
    ("estate.cli.graph", "templates/picture.css", "assets/picture.css"),
)
"""Package, file of it, and path in the site."""

LIMITS = ("limit", "count", "most", "percent", "reckoning")
ENDS = ("expires", "stack", "rule", "namespace", "owner")
EVERYTHING = ("kind", "thing", "stack", "says")

_PAIRS = ("rights", "firewall-rows", "connections")
"""Lists whose rows are no things of their own."""

_LISTINGS = {one.name: one for one in LISTINGS}


def pages(estate: Whole) -> dict[str, str]:
    """By path, every file of the site."""
    site = Site(estate)
    found = dict(_common(site))
    for stack in site.stacks:
        found |= _of_stack(site, stack)
    for package, source, path in ASSETS:
        found[path] = (files(package) / source).read_text(encoding="utf-8")
    return found


def _common(site: Site) -> Iterator[tuple[str, str]]:
    zones: Sequence[ZoneView] = [*site.zones.values()]
    yield site.page("index.html", "index", "Overview", zones=zones, exceptions=_ends(site))
    yield site.page(
        "find.html",
        "tables",
        "Find",
        says="One row for each thing of all stacks. The box filters by every word of a row.",
        tables=[_everything(site)],
    )
    for proof in site.proof_views:
        of = f" of {proof.name}" if proof.name else ""
        yield site.page(proof.page, "proof", f"Proof{of}", proof=proof)


def _ends(site: Site) -> Table:
    rows: list[tuple[str, Row]] = [
        (stack.name, {**row, "stack": stack.name})
        for stack in site.stacks
        for row in _LISTINGS["exceptions"].rows(stack)
    ]
    rows.sort(key=lambda one: (str(one[1]["expires"]), one[0]))
    return table("ends", "Exceptions, the first to end first", ENDS, rows, site.links)


def _everything(site: Site) -> Table:
    """Whatever has a list: its name, and all other words about it."""
    rows: list[tuple[str, Row]] = []
    for listing in LISTINGS:
        if listing.name not in _PAIRS:
            rows += [
                (stack.name, _thing(listing, stack, row))
                for stack in site.stacks
                for row in listing.rows(stack)
            ]
    return table("everything", "Everything", EVERYTHING, rows, site.links)


def _thing(listing: Listing, stack: Stack, row: Row) -> Row:
    first, *others = listing.columns
    words = (text(row[one]) for one in others)
    return {
        "kind": first.replace("_", " "),
        "thing": row[first],
        "stack": stack.name,
        "says": " · ".join(word for word in words if word),
    }


def _of_stack(site: Site, stack: Stack) -> Iterator[tuple[str, str]]:
    name = stack.name
    zone = site.zones[name]
    yield site.page(f"{name}/index.html", "zone", f"Zone {name}", name, zone=zone)
    for section in SECTIONS:
        tables = [listing_table(_LISTINGS[one], stack, site.links) for one in section.listings]
        title = f"{section.title} of {name}"
        path = f"{name}/{section.file}"
        yield site.page(path, "tables", title, name, says=section.says, tables=tables)
    yield _limits(site, stack)
    yield from things(site, stack, _LISTINGS)


def _limits(site: Site, stack: Stack) -> tuple[str, str]:
    rows: list[tuple[str, Row]] = []
    for use in uses_data(all_uses([stack.plan])):
        count, most = use["count"], use["most"]
        share = 100 * count // most if isinstance(count, int) and isinstance(most, int) else ""
        cells = {key: "" if value is None else value for key, value in use.items()}
        rows.append((stack.name, {**cells, "percent": share}))
    caption = "Limits of the programs that run, the nearest first"
    return site.page(
        f"{stack.name}/limits.html",
        "tables",
        f"Limits of {stack.name}",
        stack.name,
        says="What grows, held against what the program that meets it takes. A limit without a "
        "number is not declared.",
        tables=[table("limits", caption, LIMITS, rows, site.links)],
    )
