"""The report as Chromium shows it, from disk: no error of a script, and a filter that works."""

from __future__ import annotations

import re
import subprocess
from datetime import date
from pathlib import Path
from shutil import which

import pytest

from estate.cli.site.pages import pages
from estate.cli.site.writing import write_site
from estate.whole import whole
from tests.estates import shipped

BROWSER = next(filter(None, map(which, ("chromium", "chromium-browser", "google-chrome"))), None)
"""Ubuntu has no package of it that apt installs, so the list of Debian packages does not either."""

pytestmark = [
    pytest.mark.level2,
    pytest.mark.may_not_run,
    pytest.mark.skipif(
        BROWSER is None, reason="no Chromium is installed: apt-get install chromium"
    ),
]

FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("report") / "site"
    estate = shipped(tmp_path_factory.mktemp("estate"))
    write_site(pages(whole(estate.root, date(2026, 3, 1))), out)
    return out


def shown(folder: Path, page: Path, query: str = "", *flags: str) -> str:
    """The document after its script ran; fails where the console has an error."""
    assert BROWSER
    ran = subprocess.run(
        [
            BROWSER,
            *FLAGS,
            f"--user-data-dir={folder / 'profile'}",
            "--enable-logging=stderr",
            "--dump-dom",
            *flags,
            f"{page.as_uri()}{query}",
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    said = [line for line in ran.stderr.splitlines() if "CONSOLE" in line]
    assert not said, said
    return ran.stdout


@pytest.mark.parametrize("page", ["index.html", "dmz/apps/policy-portal.html", "find.html"])
def test_no_script_of_a_page_fails(tmp_path: Path, site: Path, page: str) -> None:
    assert "<h1>" in shown(tmp_path, site / page)


def test_the_filter_hides_every_row_that_lacks_a_word(tmp_path: Path, site: Path) -> None:
    """Words in any order; a page's address keeps them."""
    text = shown(tmp_path, site / "find.html", "?q=motor%20quote")
    rows = re.findall(r"<tr( hidden=\"\")?>\s*<th scope=\"row\"", text)
    visible = sum(not hidden for hidden in rows)
    assert 0 < visible < 20
    assert f"{visible} of {len(rows)} rows" in text


def test_an_exception_says_how_many_days_are_left(tmp_path: Path, site: Path) -> None:
    text = shown(tmp_path, site / "dmz/exceptions.html")
    assert re.search(r"</time><span class=\"(count|soon|ended)\"> (\d+ days|ended)</span>", text)


def test_a_page_fits_a_narrow_screen(tmp_path: Path, site: Path) -> None:
    """Wide tables and pictures scroll by themselves, and the page does not."""
    frame = (site / "dmz/firewall.html").read_text(encoding="utf-8")
    script = (
        "<script>addEventListener('load', () => document.title = "
        "document.documentElement.scrollWidth <= innerWidth ? 'fits' : 'too wide')</script>"
    )
    (site / "dmz/narrow.html").write_text(frame.replace("</body>", f"{script}</body>"), "utf-8")
    probe = site / "dmz/narrow.html"
    text = shown(tmp_path, probe, "", "--window-size=500,900")
    assert "<title>fits</title>" in text
