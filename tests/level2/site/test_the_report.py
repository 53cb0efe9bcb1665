"""`estate report`: pages that hold together, say what the plan says, and touch nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path, PurePosixPath

import pytest
from click.testing import CliRunner, Result

from estate.cli.listing.model import Stack
from estate.cli.listing.table import LISTINGS, stacks_of
from estate.cli.main import main
from estate.cli.site.pages import pages
from estate.cli.site.sections import SECTIONS
from estate.topics.apps.plan import AppsPlan
from estate.topics.nodes.plan import NodesPlan
from estate.topics.tenancy.plan import TenancyPlan
from estate.whole import Whole, whole
from tests.estates import Estate, shipped
from tests.minimal import minimal

pytestmark = pytest.mark.level2

TODAY = date(2026, 3, 1)

VOID = {"meta", "link", "br", "input", "img", "hr"}
"""Elements that have no end. https://html.spec.whatwg.org/#void-elements"""


class Page(HTMLParser):
    """What a page has, read strictly: every element ends where it has to."""

    def __init__(self, path: str, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.path = path
        self.open: list[str] = []
        self.mistakes: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tables: list[dict[str, int | str]] = []
        self.headings: list[str] = []
        self.words: list[str] = []
        self.tags: set[str] = set()
        self.feed(text)
        self.close()
        self.mistakes += [f"{tag} does not end" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.add(tag)
        if len(values) != len(attrs):
            self.mistakes.append(f"{tag} has an attribute twice")
        if tag not in VOID:
            self.open.append(tag)
        if found := values.get("id"):
            self.ids.append(found)
        for key in ("href", "src"):
            if found := values.get(key):
                self.links.append(found)
        if tag == "table":
            self.tables.append({"rows": 0, "captions": 0, "unscoped": 0})
        if self.tables and "table" in self.open:
            self.tables[-1]["captions"] = int(self.tables[-1]["captions"]) + (tag == "caption")
            unscoped = tag == "th" and "scope" not in values
            self.tables[-1]["unscoped"] = int(self.tables[-1]["unscoped"]) + unscoped
            row = tag == "tr" and "tbody" in self.open
            self.tables[-1]["rows"] = int(self.tables[-1]["rows"]) + row
        if tag in ("h1", "h2", "h3"):
            self.headings.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            self.mistakes.append(f"{tag} ends in {self.open[-1:]}")
        else:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    return whole(shipped(tmp_path_factory.mktemp("estate")).root, TODAY)


@pytest.fixture(scope="module")
def site(estate: Whole) -> dict[str, str]:
    return pages(estate)


@pytest.fixture(scope="module")
def read(site: dict[str, str]) -> Mapping[str, Page]:
    return {path: Page(path, text) for path, text in site.items() if path.endswith(".html")}


@pytest.fixture(scope="module")
def stacks(estate: Whole) -> list[Stack]:
    return [*stacks_of(estate)]


def run(estate: Estate, out: Path) -> Result:
    command = ["report", "--root", str(estate.root), "--out", str(out)]
    return CliRunner().invoke(main, command, catch_exceptions=False)


def small(folder: Path) -> Estate:
    return minimal().with_app("shop").written(folder)


def test_every_app_and_tenant_has_a_page(site: dict[str, str], stacks: list[Stack]) -> None:
    """N3: nothing that is declared is left out."""
    for stack in stacks:
        for app in stack.plan.of(AppsPlan).apps:
            assert f"<h1>{app.name}</h1>" in site[f"{stack.name}/apps/{app.name}.html"]
        for tenant in stack.plan.of(TenancyPlan).tenants:
            assert f"<h1>{tenant.name}</h1>" in site[f"{stack.name}/tenants/{tenant.name}.html"]


def test_every_page_is_well_formed_html(read: Mapping[str, Page]) -> None:
    mistakes = {path: page.mistakes for path, page in read.items() if page.mistakes}
    assert not mistakes


def test_no_page_has_an_id_twice(read: Mapping[str, Page]) -> None:
    twice = {
        path: found
        for path, page in read.items()
        if (found := sorted({one for one in page.ids if page.ids.count(one) > 1}))
    }
    assert not twice


def test_every_link_names_a_page_and_a_place_of_it(
    site: dict[str, str], read: Mapping[str, Page]
) -> None:
    """From disk a link that is wrong ends in an error of the browser."""
    broken: list[str] = []
    for path, page in read.items():
        for link in page.links:
            if link.startswith("data:"):
                continue
            target, _, place = link.partition("#")
            assert not target.startswith("/") and ":" not in target, link
            found = _resolved(path, target) if target else path
            if found not in site or (place and place not in read[found].ids):
                broken.append(f"{path}: {link}")
    assert not broken


def _resolved(path: str, target: str) -> str:
    parts: list[str] = []
    for part in (*PurePosixPath(path).parent.parts, *PurePosixPath(target).parts):
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


def test_nothing_is_loaded_from_elsewhere(site: dict[str, str]) -> None:
    """It works from disk, without a network."""
    for path, text in site.items():
        names = {"http://www.w3.org/2000/svg"}
        assert not {*re.findall(r"(?:src|href|url)\s*[=(]\s*[\"']?(https?://[^\"')\s]+)", text)}, (
            path
        )
        if path.startswith("assets/"):
            assert {*re.findall(r"https?://[^\s\"')]+", text)} <= names, path


def test_every_table_has_a_caption_and_scopes(read: Mapping[str, Page]) -> None:
    """Screen readers say what a cell belongs to."""
    for path, page in read.items():
        for table in page.tables:
            assert (table["captions"], table["unscoped"]) == (1, 0), path


def test_headings_begin_with_one_of_the_first_level_and_skip_none(
    read: Mapping[str, Page],
) -> None:
    for path, page in read.items():
        assert page.headings[0] == "h1" and page.headings.count("h1") == 1, path
        levels = [int(one[1]) for one in page.headings]
        assert all(after - before <= 1 for before, after in pairwise(levels)), path


def test_every_page_has_landmarks_and_a_link_to_its_content(
    site: dict[str, str], read: Mapping[str, Page]
) -> None:
    for path, page in read.items():
        assert {"header", "nav", "main", "footer"} <= page.tags, path
        first = re.search(r"<a [^>]*>", site[path])
        assert first and 'href="#main"' in first.group(), path


def test_tables_have_as_many_rows_as_the_plan(
    read: Mapping[str, Page], stacks: list[Stack]
) -> None:
    """In the order of each page's lists; a list without rows has no table."""
    listings = {one.name: one for one in LISTINGS}
    for stack in stacks:
        for section in SECTIONS:
            counts = [len([*listings[one].rows(stack)]) for one in section.listings]
            page = read[f"{stack.name}/{section.file}"]
            assert [table["rows"] for table in page.tables] == [one for one in counts if one]
    (nodes,) = ([*stack.plan.of(NodesPlan).pools] for stack in stacks if stack.name == "dmz")
    assert read["dmz/nodes.html"].tables[1]["rows"] == sum(len(pool.nodes) for pool in nodes)


def test_an_apps_page_says_its_way_hop_by_hop_with_the_artefacts(read: Mapping[str, Page]) -> None:
    """N3, F6: from the virtual address to the pods and to the database."""
    words = " ".join(" ".join(read["dmz/apps/policy-portal.html"].words).split())
    assert "clients -> 10.10.0.21:443 -> life-policy-portal/policy-portal:8080 complete" in words
    assert "dmz/documents/f5/as3.json: life.policy_portal.service" in words
    assert "policydb at 10.20.9.10:1521" in words
    assert "assumed: firewall-denies" in words


def test_a_zones_page_says_how_full_each_pool_is_after_a_loss(read: Mapping[str, Page]) -> None:
    """X4: the same figures as `estate list pools`."""
    words = " ".join(" ".join(read["dmz/index.html"].words).split())
    assert "without dmz-n01 57 %" in words


def test_the_proof_says_what_it_assumes_and_what_remains(read: Mapping[str, Page]) -> None:
    """F6: a result without its assumptions would say too much."""
    words = " ".join(" ".join(read["proof.html"].words).split())
    assert "221 of 221 declared flows are complete" in words
    assert "policies-enforced" in words and "labels-by-hand" in words


def test_two_reports_are_equal_byte_by_byte(estate: Whole, site: dict[str, str]) -> None:
    """A6: a difference is a change of the declarations."""
    assert pages(estate) == site


def test_text_is_escaped(tmp_path: Path) -> None:
    """An owner of a declaration writes no markup into the pages of others."""
    evil = "<script>alert(1)</script> & 'x'"
    made = minimal().with_tenant("team", business_unit=evil).with_app("shop").written(tmp_path)
    site = pages(whole(made.root, TODAY))
    assert not any("<script>alert" in text for text in site.values())
    page = Page("", site["dmz/tenants/team.html"])
    assert evil in page.words and not page.mistakes


def test_secrets_do_not_appear(site: dict[str, str]) -> None:
    """Neither stored values nor keys; names of secrets may."""
    for path, text in site.items():
        assert not re.search(r"secure:|BEGIN [A-Z ]*PRIVATE KEY|v1:[A-Za-z0-9+/=]{16}", text), path


def test_environments_have_a_proof_each(tmp_path: Path) -> None:
    """A6: and their stacks pages of their own."""
    made = minimal().with_environments("test").written(tmp_path)
    site = pages(whole(made.root, TODAY))
    assert {"proof-production.html", "proof-test.html"} <= site.keys()
    assert {"dmz/tenants/team.html", "test-dmz/tenants/team.html"} <= site.keys()


def test_an_app_and_a_tenant_of_one_name_have_a_page_each(tmp_path: Path) -> None:
    made = minimal().with_app("team").written(tmp_path)
    site = pages(whole(made.root, TODAY))
    assert "The app team of tenant team" in site["dmz/apps/team.html"]
    assert "The tenant team in zone" in site["dmz/tenants/team.html"]


def test_the_command_writes_every_page_and_replaces_an_earlier_report(tmp_path: Path) -> None:
    estate, out = small(tmp_path), tmp_path / "site"
    assert run(estate, out).exit_code == 0
    (out / "left-by-an-earlier-report.html").write_text("old", encoding="utf-8")
    result = run(estate, out)
    assert result.exit_code == 0 and f"open {out / 'index.html'}" in result.output
    assert (out / "index.html").exists()
    assert not (out / "left-by-an-earlier-report.html").exists()


def test_a_folder_with_other_files_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    estate, out = small(tmp_path), tmp_path / "precious"
    out.mkdir()
    (out / "file").write_text("mine", encoding="utf-8")
    result = run(estate, out)
    assert result.exit_code == 1
    assert "was not written by a report" in result.output
    assert [path.name for path in out.iterdir()] == ["file"]


def test_a_folder_that_a_render_wrote_is_refused(tmp_path: Path) -> None:
    """Each command empties its own folders only."""
    estate, out = small(tmp_path), tmp_path / "out"
    command = ["render", "--root", str(estate.root), "--stack", "dmz", "--out", str(out)]
    assert CliRunner().invoke(main, command, catch_exceptions=False).exit_code == 0
    assert run(estate, out).exit_code == 1
    assert (out / "manifests").exists()


def test_declarations_with_problems_write_nothing(tmp_path: Path) -> None:
    estate, out = minimal().with_app("shop", replicas=0).written(tmp_path), tmp_path / "site"
    assert run(estate, out).exit_code == 1
    assert not out.exists()
