"""The pull request workflow: whose code runs, and with whose credentials (A1).

GitHub evaluates the file; here its structure is read. Its scripts that decide what runs are run in
`test_preview_workflow_scripts.py`.
"""

from __future__ import annotations

import re

import pytest

from tests.preview_workflow import JOBS, TEXT, step, steps, workflow

pytestmark = pytest.mark.level0

ZONES = ("dmz", "intranet")


def secrets(part: object) -> set[str]:
    """The secrets that a part of the file uses."""
    return set(re.findall(r"secrets\.(\w+)", str(part))) | (
        {"all of them"}
        if "toJSON(secrets" in str(part) or "secrets: inherit" in str(part)
        else set()
    )


def test_credentials_are_in_the_preview_step_and_nowhere_else() -> None:
    """A1: neither the jobs that run a pull request's code freely, nor those that write, see one."""
    for name, job in JOBS.items():
        if name != "preview":
            assert secrets(job) == set(), name
            assert "environment" not in job, name
    preview = JOBS["preview"]
    assert [secrets(one) for one in steps(preview) if secrets(one)] == [
        {"KUBECONFIG", "PULUMI_CONFIG_PASSPHRASE"}
    ]
    assert secrets({key: one for key, one in preview.items() if key != "steps"}) == set()
    assert "env" not in workflow()


def test_each_zone_has_its_own_environment_runner_and_stack() -> None:
    """A1: secrets have the same names in both environments, so neither job can name the other's."""
    preview = JOBS["preview"]
    assert preview["strategy"]["matrix"] == {"zone": list(ZONES)}
    assert preview["strategy"]["fail-fast"] is False
    assert preview["environment"].endswith("-${{ matrix.zone }}")
    assert preview["runs-on"] == ["self-hosted", "estate-${{ matrix.zone }}"]
    command = step("preview", "Preview")
    assert command["env"]["ZONE"] == "${{ matrix.zone }}"
    assert '--stack "$ZONE"' in command["run"]
    for zone in ZONES:
        assert zone not in str(preview["steps"])
        assert not any(zone in name.lower() for name in secrets(TEXT))


def test_the_program_runs_under_every_verb() -> None:
    """A1: the guard stands in the program, which some verbs do not run by themselves."""
    assert step("preview", "Preview")["env"]["PULUMI_RUN_PROGRAM"] == "true"


def test_the_preview_only_previews() -> None:
    """The only Pulumi verb in the file is `preview`."""
    commands = [one.get("run", "") for job in JOBS.values() for one in steps(job)]
    assert set(re.findall(r"\bpulumi (\w+)", "\n".join(commands))) == {"preview"}


def test_tokens_may_read_and_one_job_may_comment() -> None:
    """Nothing is granted that a job does not use."""
    assert workflow()["permissions"] == {}
    granted = {name: job["permissions"] for name, job in JOBS.items()}
    comment = granted.pop("comment")
    assert comment == {"pull-requests": "write"}
    assert all(one == {"contents": "read"} for one in granted.values())
    assert not any("checkout" in one.get("uses", "") for one in steps(JOBS["comment"]))


def test_no_code_of_a_pull_request_runs_under_pull_request_target() -> None:
    """Under that event secrets are there even for forks, so only main's code may run."""
    assert set(workflow()["on"]) == {"pull_request", "pull_request_target"}
    assert JOBS["check"]["if"] == "github.event_name == 'pull_request'"
    for job in JOBS.values():
        for one in steps(job):
            if "actions/checkout" in one.get("uses", ""):
                assert set(one["with"]) <= {"fetch-depth", "persist-credentials"}
                assert one["with"]["persist-credentials"] is False
    assert "github.head_ref" not in TEXT
    assert "allow-unsafe" not in TEXT
    overlay = step("preview", "Lay the declarations of the pull request over main")
    assert overlay["if"] == "github.event_name == 'pull_request_target'"
    assert overlay["run"].rstrip().endswith("-- tenants apps")


def test_forks_are_neither_scoped_nor_previewed() -> None:
    """A fork's pull request is checked, without credentials, and that is all."""
    same = "github.event.pull_request.head.repo.full_name == github.repository"
    assert JOBS["scope"]["if"] == same
    assert "needs.scope.result == 'success'" in JOBS["preview"]["if"]
    assert "scope" in JOBS["preview"]["needs"]
    assert "needs" not in JOBS["check"]


def test_declarations_and_platform_changes_take_different_ways() -> None:
    """Declarations run on main's program, anything else in an approved environment."""
    preview = JOBS["preview"]
    assert set(preview["needs"]) == {"scope", "check"}
    condition = " ".join(preview["if"].split())
    assert condition.endswith(
        "&& needs.scope.outputs.environment "
        "== (github.event_name == 'pull_request_target' && 'preview' || 'platform-change')"
    )
    assert "(needs.check.result == 'success' || needs.check.result == 'skipped')" in condition
    assert "always()" not in condition
    assert preview["environment"].startswith("${{ needs.scope.outputs.environment }}-")


def test_everything_is_checked_before_it_is_previewed() -> None:
    """`estate check` and all tests for code; `estate check` again on what is previewed."""
    check = [one.get("run", "") for one in steps(JOBS["check"])]
    assert any("./estate check" in one for one in check)
    assert "make test" in check
    names = [one.get("name") for one in steps(JOBS["preview"])]
    assert names.index("Check") < names.index("Preview")
    assert step("preview", "Check")["run"] == "./estate check"


def test_actions_are_githubs_own_and_pinned() -> None:
    """By major version or commit, never by branch."""
    used = [one["uses"] for job in JOBS.values() for one in steps(job) if "uses" in one]
    assert used
    for action in used:
        assert re.fullmatch(r"actions/[a-z-]+@(v[0-9]+|[0-9a-f]{40})", action)


def test_no_text_of_a_pull_request_is_pasted_into_a_script() -> None:
    """Scripts take what GitHub knows from variables: a branch name is no command."""
    for job in JOBS.values():
        for one in steps(job):
            assert "${{" not in one.get("run", "")
        assert job["timeout-minutes"]
