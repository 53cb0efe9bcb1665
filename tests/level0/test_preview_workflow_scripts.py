"""The scripts of the pull request workflow that decide what runs, run on small repositories."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.preview_workflow import step

pytestmark = pytest.mark.level0

SCOPE: str = step("scope", "scope")["run"]
OVERLAY: str = step("preview", "Lay the declarations of the pull request over main")["run"]


class Repository:
    """A Git repository with a main branch and a pull request's branch."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.git("init", "-q", "-b", "main")
        self.write("apps/quote-dmz.yaml", "replicas: 3\n")
        self.write("tenants/motor.yaml", "tenant: motor\n")
        self.write("platform/program.py", "print('main')\n")
        self.base = self.commit()
        self.git("switch", "-q", "-c", "change")

    def git(self, *words: str) -> str:
        """Runs Git without anybody's configuration."""
        identity = ("-c", "user.name=a", "-c", "user.email=a@b.example")
        return subprocess.run(
            ["git", *identity, *words],
            cwd=self.root,
            env={"PATH": os.environ["PATH"], "HOME": str(self.root)},
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()

    def write(self, name: str, text: str) -> None:
        """Writes a file."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def commit(self) -> str:
        """Commits everything there is."""
        self.git("add", "-A")
        self.git("commit", "-qm", "a change")
        return self.git("rev-parse", "HEAD")

    def run(self, script: str, **variables: str) -> dict[str, str]:
        """Runs a step as GitHub does, and returns its outputs."""
        out = self.root / ".git" / "output"
        out.write_text("")
        env = {"PATH": os.environ["PATH"], "GITHUB_OUTPUT": str(out), **variables}
        shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
        subprocess.run(shell, cwd=self.root, env=env, check=True, capture_output=True)
        return dict(line.split("=", 1) for line in out.read_text().splitlines())


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository whose pull request changes nothing yet."""
    return Repository(tmp_path)


def environment(repository: Repository) -> str:
    """Where the scope job sends the pull request as it stands."""
    return repository.run(SCOPE, BASE=repository.base, HEAD=repository.commit())["environment"]


@pytest.mark.parametrize("name", ["apps/quote-dmz.yaml", "apps/new-dmz.yaml", "tenants/new.yaml"])
def test_declarations_need_no_approval(repository: Repository, name: str) -> None:
    """A tenant's team sees at once what its change does."""
    repository.write(name, "changed: yes\n")
    assert environment(repository) == "preview"


def test_a_removed_declaration_needs_no_approval(repository: Repository) -> None:
    """Leaving is a change of declarations too."""
    (repository.root / "tenants/motor.yaml").unlink()
    assert environment(repository) == "preview"


def test_a_renamed_declaration_needs_no_approval(repository: Repository) -> None:
    """Both names are declarations, the one that goes and the one that comes."""
    repository.git("mv", "apps/quote-dmz.yaml", "apps/quotes-dmz.yaml")
    assert environment(repository) == "preview"


@pytest.mark.parametrize(
    "name",
    [
        "platform/program.py",
        "Pulumi.dmz.yaml",
        "requirements.lock",
        ".github/workflows/preview.yml",
        "apps/conftest.py",
        "apps/.yaml",
        "apps/deeper/quote.yaml",
        "apps/quo te.yaml",
        "apps/quöte.yaml",
        "napps/quote.yaml",
        "lab/apps/quote.yaml",
    ],
)
def test_anything_else_needs_approval(repository: Repository, name: str) -> None:
    """Beside a declaration or alone."""
    repository.write("apps/quote-dmz.yaml", "replicas: 4\n")
    repository.write(name, "changed\n")
    assert environment(repository) == "platform-change"


def test_a_link_or_a_program_is_no_declaration(repository: Repository) -> None:
    """A link in apps/ would show another file's text in an error message."""
    (repository.root / "apps/link.yaml").symlink_to("/etc/passwd")
    assert environment(repository) == "platform-change"
    (repository.root / "apps/link.yaml").unlink()
    repository.write("apps/tool.yaml", "#!/bin/sh\n")
    (repository.root / "apps/tool.yaml").chmod(0o755)
    assert environment(repository) == "platform-change"


def test_a_file_moved_out_of_the_platform_needs_approval(repository: Repository) -> None:
    """A rename is a removal and an addition."""
    repository.git("mv", "platform/program.py", "apps/program.yaml")
    assert environment(repository) == "platform-change"


def test_ten_thousand_changes_hide_nothing(repository: Repository) -> None:
    """No pipe is cut short and read as "nothing found"."""
    for number in range(10_000):
        repository.write(f"lab/{number}", "")
    repository.write("apps/quote-dmz.yaml", "replicas: 4\n")
    assert environment(repository) == "platform-change"


def test_what_others_merged_meanwhile_is_not_the_pull_requests(repository: Repository) -> None:
    """The diff starts where the branch left main."""
    repository.git("switch", "-q", "main")
    repository.write("platform/program.py", "print('newer')\n")
    repository.base = repository.commit()
    repository.git("switch", "-q", "change")
    repository.write("apps/quote-dmz.yaml", "replicas: 4\n")
    assert environment(repository) == "preview"


def test_only_declarations_are_laid_over_main(repository: Repository) -> None:
    """What a pull request adds, changes and removes in both folders; its code stays outside, and
    what main has gained since the branch left it stays too."""
    repository.write("apps/quote-dmz.yaml", "replicas: 4\n")
    repository.write("apps/new-dmz.yaml", "app: new\n")
    (repository.root / "tenants/motor.yaml").unlink()
    repository.write("platform/program.py", "print('stolen')\n")
    head = repository.commit()
    repository.git("switch", "-q", "main")
    repository.write("apps/other-dmz.yaml", "app: other\n")
    repository.commit()
    repository.run(OVERLAY, HEAD=head)
    root = repository.root
    assert (root / "platform/program.py").read_text() == "print('main')\n"
    assert (root / "apps/quote-dmz.yaml").read_text() == "replicas: 4\n"
    assert (root / "apps/new-dmz.yaml").exists()
    assert (root / "apps/other-dmz.yaml").exists()
    assert not (root / "tenants/motor.yaml").exists()


def test_a_pull_request_in_conflict_is_not_previewed(repository: Repository) -> None:
    """There is no merged text to preview; the step fails and says so."""
    repository.write("apps/quote-dmz.yaml", "replicas: 4\n")
    head = repository.commit()
    repository.git("switch", "-q", "main")
    repository.write("apps/quote-dmz.yaml", "replicas: 5\n")
    repository.commit()
    with pytest.raises(subprocess.CalledProcessError):
        repository.run(OVERLAY, HEAD=head)
