"""Promotions: a digest that was tried in one environment goes into the next one's declarations."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from estate.cli.main import main
from estate.whole import whole
from tests.estates import TODAY, Estate
from tests.minimal import IMAGE, minimal

pytestmark = pytest.mark.level0

TRIED = f"sha256:{'7b' * 32}"
OTHER = f"sha256:{'9c' * 32}"
STACKS = {"test": "test-dmz", "staging": "staging-dmz"}


def estate_with(folder: Path, image: str, *others: str, **changes: Any) -> Estate:
    """An app whose image in test is ``image``, written as a person would."""
    made = minimal().with_environments(*others)
    for environment in others:
        names = [f"shop.{environment}.example.org"]
        made = made.with_stack(STACKS[environment], tenant_names={"team": names})
    estate = made.with_app("shop", **changes).written(folder)
    path = estate.root / "apps/shop-dmz.yaml"
    lines = [f"  {name}:\n    hosts: [shop.{name}.example.org]\n" for name in others]
    lines[0] += f"    image: team/app@{image}  # tried since Monday\n"
    text = path.read_text(encoding="utf-8")
    path.write_text(f"# The shop.\n{text}in:\n{''.join(lines)}", encoding="utf-8")
    assert not whole(estate.root, TODAY).problems
    return estate


def run(estate: Estate, *arguments: str) -> Result:
    return CliRunner().invoke(
        main, ["promote", *arguments, "--root", str(estate.root)], catch_exceptions=False
    )


def text_of(estate: Estate) -> str:
    return (estate.root / "apps/shop-dmz.yaml").read_text(encoding="utf-8")


def test_a_promotion_changes_the_digest_and_nothing_else(tmp_path: Path) -> None:
    """G5, L3: comments and order stay, and it says what changed and who asked."""
    estate = estate_with(tmp_path, TRIED, "test")
    before = text_of(estate)
    done = run(estate, "shop", "--from", "test", "--by", "ops@example.org")
    assert done.exit_code == 0, done.output
    assert text_of(estate) == before.replace(f"image: {IMAGE}", f"image: team/app@{TRIED}")
    assert "in production" in done.output and TRIED[:19] in done.output
    assert "Asked by ops@example.org" in done.output
    again = run(estate, "shop", "--from", "test")
    assert again.exit_code == 0 and "Nothing to do" in again.output


def test_an_environment_that_shares_a_value_with_others_gets_one_of_its_own(
    tmp_path: Path,
) -> None:
    """Staging reads the common digest as production does: production keeps it."""
    estate = estate_with(tmp_path, TRIED, "test", "staging")
    done = run(estate, "shop", "--from", "test")
    assert done.exit_code == 0, done.output
    text = text_of(estate)
    assert f"image: {IMAGE}" in text and text.count(TRIED) == 2
    images = {
        environment.name: loaded.apps[0].value.image
        for environment, loaded in whole(estate.root, TODAY).loaded.items()
    }
    assert images["test"] == images["staging"] == f"team/app@{TRIED}"
    assert images["production"] == IMAGE


def test_what_was_never_in_the_earlier_environment_is_refused_unless_it_is_meant(
    tmp_path: Path,
) -> None:
    estate = estate_with(tmp_path, TRIED, "test")
    refused = run(estate, "shop", "--from", "test", "--digest", OTHER)
    assert refused.exit_code == 1 and "was never declared in test" in refused.output
    assert OTHER not in text_of(estate)
    assert run(estate, "shop", "--from", "test", "--digest", OTHER, "--untried").exit_code == 0
    assert f"team/app@{OTHER}" in text_of(estate)


def test_an_earlier_digest_of_the_environment_counts_as_tried(tmp_path: Path) -> None:
    """Test goes on while production waits for its evening: git knows what test had."""
    estate = estate_with(tmp_path, TRIED, "test")

    def git(*arguments: str) -> None:
        user = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
        subprocess.run(["git", "-C", str(estate.root), *user, *arguments], check=True)

    git("init", "-q")
    git("add", "-A")
    git("commit", "-q", "-m", "tried")
    estate.add("apps/shop-dmz.yaml", text_of(estate).replace(TRIED, OTHER))
    done = run(estate, "shop", "--from", "test", "--digest", TRIED)
    assert done.exit_code == 0, done.output


def test_an_app_that_is_not_in_the_earlier_environment_is_refused(tmp_path: Path) -> None:
    made = minimal().with_environments("test").with_app("shop", only_in=["production"])
    refused = run(made.written(tmp_path), "shop", "--from", "test")
    assert refused.exit_code == 1 and "never tried there" in refused.output


def test_images_go_forwards_only(tmp_path: Path) -> None:
    estate = estate_with(tmp_path, TRIED, "test")
    refused = run(estate, "shop", "--from", "production")
    assert refused.exit_code == 1 and "is the last environment" in refused.output
    refused = run(estate, "shop", "--from", "test", "--to", "test")
    assert refused.exit_code == 1 and "does not come after 'test'" in refused.output
    refused = run(estate, "shpo", "--from", "test")
    assert refused.exit_code == 1 and "Did you mean 'shop'?" in refused.output


def test_a_promotion_that_check_refuses_writes_nothing(tmp_path: Path) -> None:
    estate = estate_with(tmp_path, TRIED, "test")
    before = text_of(estate)
    refused = run(estate, "shop", "--from", "test", "--digest", "sha256:12", "--untried")
    assert refused.exit_code == 1 and "Nothing was written" in refused.output
    assert text_of(estate) == before
