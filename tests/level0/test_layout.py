"""The shape of the house."""

from __future__ import annotations

import subprocess
import sys

from tests.estates import REPOSITORY


def test_platform_is_still_the_standard_librarys_module() -> None:
    """ADR 1: the Pulumi SDK imports it before the program starts."""
    code = (
        "import sys; sys.path[:0] = ['platform', '.']; import platform; "
        "print(platform.python_version(), platform.__file__)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert str(REPOSITORY / "platform") not in ran.stdout
    assert not (REPOSITORY / "platform" / "__init__.py").exists()


def test_checking_declarations_does_not_import_pulumi() -> None:
    """The CLI needs no engine, and starts in a fraction of the time."""
    code = (
        "import sys; sys.path[:0] = ['platform']; import estate.cli.main; "
        "print([name for name in sys.modules if name.split('.')[0] == 'pulumi'])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "[]"
