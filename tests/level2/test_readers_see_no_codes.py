"""What is rendered and what the proof says hold no code of docs/requirements.md."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from estate.cli.main import main
from estate.reader.values import ZONES
from tests.estates import shipped
from tests.references import seen_codes

pytestmark = pytest.mark.level2


def _text(path: Path) -> str:
    if path.suffix != ".xlsx":
        return path.read_text(encoding="utf-8")
    sheets = load_workbook(path).worksheets
    rows = [row for sheet in sheets for row in sheet.iter_rows(values_only=True)]
    return "\n".join(str(cell) for row in rows for cell in row)


def _codes(folder: Path) -> dict[str, list[str]]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    found = {str(path.relative_to(folder)): seen_codes(_text(path)) for path in files}
    return {name: codes for name, codes in found.items() if codes}


def test_nothing_rendered_holds_a_code(tmp_path: Path) -> None:
    """N1, A9: neither an object nor a document of either zone."""
    shipped(tmp_path)
    for zone in ZONES:
        out = tmp_path / "out" / zone
        arguments = ["--root", str(tmp_path / "estate"), "--stack", zone, "--out", str(out)]
        ran = CliRunner().invoke(main, ["render", *arguments])
        assert ran.exit_code == 0, ran.output
    assert not _codes(tmp_path / "out")


def test_nothing_that_the_proof_says_holds_a_code(tmp_path: Path) -> None:
    """N1, F6: the report's assumptions and risks among it."""
    shipped(tmp_path)
    out = tmp_path / "report"
    root = str(tmp_path / "estate")
    ran = CliRunner().invoke(main, ["prove", "--root", root, "--out", str(out)])
    assert ran.exit_code == 0, ran.output
    assert not seen_codes(ran.output)
    assert not _codes(out)
