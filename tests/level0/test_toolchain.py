"""The toolchain builds what is pinned, whole or not at all, and says what is wrong in time."""

from __future__ import annotations

import ast
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from lab.inventory import PATCH_RELEASE
from tests.estates import REPOSITORY
from toolchain import build, cache, debian, golang, installed, pip, preflight, sources, venv
from toolchain.golang import Go
from toolchain.pins import BATCHES, KUBERNETES, SOURCES, TOOLS, Batch
from toolchain.progress import duration
from toolchain.trouble import Trouble

pytestmark = pytest.mark.level0

PROGRAMS = [name for tool in TOOLS for name in tool.binaries]

FAKE_GO = """#!/bin/sh
case "$1" in
env) echo go1.26.9 ;;
list) exit 0 ;;
mod)
  case "$4" in SUMS *) exit 1 ;; esac
  mkdir -p "module/$folder"
  printf '{"Dir": "%s/module", "Sum": "%s"}' "$PWD" "$sum" ;;
build)
  while [ "$1" != -o ]; do shift; done
  folder="$2"
  shift 2
  for package; do
    case "${package##*/}" in v[0-9]) package="${package%/*}" ;; esac
    program="$folder${package##*/}"
    printf half > "$program"
    sleep "${FAKE_GO_SECONDS:-0}"
    [ -d "$folder" ] || exit 1
    if [ "${package##*/}" = "${FAKE_GO_FAILS:-nothing}" ]; then
      rm "$program"
      failed=1
    else
      printf whole > "$program"
    fi
    [ "${package##*/}" != "${FAKE_GO_IS_KILLED_AT:-nothing}" ] || kill -KILL $$
  done
  [ -z "$failed" ] || { echo 'no such package' >&2; exit 1; } ;;
esac
"""


@pytest.fixture
def fake_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Go:
    """A compiler that takes no time, alone on PATH, and an empty cache."""
    programs = tmp_path / "bin"
    programs.mkdir()
    go = programs / "go"
    sums = " ".join(f"{one.module}@*) sum={one.checksum} folder={one.folder} ;;" for one in SOURCES)
    go.write_text(FAKE_GO.replace("SUMS", sums), encoding="utf-8")
    go.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}/usr/bin{os.pathsep}/bin")
    monkeypatch.setenv("ESTATE_CACHE", str(tmp_path / "cache"))

    def nothing(name: str) -> Path | None:
        return None

    monkeypatch.setattr(installed, "find", nothing)
    return golang.find()


@pytest.mark.parametrize("batch", BATCHES, ids=lambda batch: "+".join(t.name for t in batch.tools))
def test_the_pinned_version_is_the_one_that_go_builds(batch: Batch) -> None:
    text = (cache.MODULES / batch.module / "go.mod").read_text(encoding="utf-8")
    for tool in batch.tools:
        assert f"\n\t{tool.module} {tool.version} // indirect\n" in text
        assert not re.search(rf"^(replace )?\t?{re.escape(tool.module)} =>", text, re.MULTILINE)
        for package in tool.binaries.values():
            assert re.search(rf"^(tool |\t){re.escape(package)}$", text, re.MULTILINE)
    assert (cache.MODULES / batch.module / "go.sum").exists()


def test_every_module_and_every_program_in_it_is_built() -> None:
    assert {batch.module for batch in BATCHES} == {one.name for one in cache.MODULES.iterdir()}
    for module in {batch.module for batch in BATCHES}:
        text = (cache.MODULES / module / "go.mod").read_text(encoding="utf-8")
        listed = re.search(r"^tool (?:\((.*?)^\)|(.*?)$)", text, re.MULTILINE | re.DOTALL)
        assert listed
        assert set((listed[1] or listed[2]).split()) == {
            package
            for batch in BATCHES
            if batch.module == module
            for tool in batch.tools
            for package in tool.binaries.values()
        }


def test_no_two_programs_of_a_batch_are_built_under_one_name(fake_go: Go) -> None:
    for batch in BATCHES:
        files = [one.as_built for one in build.programs(fake_go) if one.batch is batch]
        assert len(files) == len(set(files))


def test_batches_of_one_module_are_built_alike(fake_go: Go) -> None:
    """Else nothing that the first compiled would serve the second."""
    for module in {batch.module for batch in BATCHES}:
        assert len({batch.flags for batch in BATCHES if batch.module == module}) == 1


BY_KUBEADM = {
    "etcd": "kubeadm of the release names the cluster's; the lab runs the newest of the same line",
}
"""A program in two versions, and why: kubeadm's own list decides about the first."""

BY_DEBIAN = frozenset({"alertmanager", "haproxy", "prometheus", "skopeo"})
"""Programs that tests take from Debian, in its versions: they do not build from the module proxy,
or are not written in Go. tests/debian-packages.txt lists them."""


def _declared() -> dict[str, set[str]]:
    """By program, the versions that ``images.yaml`` names, without a build's number."""
    images = yaml.safe_load((REPOSITORY / "images.yaml").read_text(encoding="utf-8"))
    found: dict[str, set[str]] = {}
    for name, image in images["images"].items():
        for program in (name, image["source"].rpartition("/")[2]):
            found.setdefault(program, set()).add(_plain(image["version"]))
    for tags in images["control_planes"].values():
        for name, tag in tags.items():
            found.setdefault(name, set()).add(_plain(tag))
    return found


def _plain(version: str) -> str:
    return version.removeprefix("v").partition("-")[0]


def test_each_program_has_one_version_in_the_lab_in_tests_and_in_the_estate() -> None:
    """I2, G3: what runs is what was tried; where it is not, the reason stands here."""
    declared = _declared()
    built = {
        program: tool.version
        for tool in TOOLS
        for program in {tool.name, *tool.binaries}
        if program in declared
    }
    assert len(built) > 6
    differing = {
        program for program, version in built.items() if declared[program] != {_plain(version)}
    }
    assert differing == set(BY_KUBEADM)
    assert declared.keys() >= BY_DEBIAN
    assert not BY_DEBIAN & built.keys()


def test_the_lab_runs_the_release_of_kubernetes_that_the_masters_run() -> None:
    """A3."""
    images = yaml.safe_load((REPOSITORY / "images.yaml").read_text(encoding="utf-8"))
    assert [f"v{release}" for release in images["control_planes"]] == [KUBERNETES]
    assert KUBERNETES.endswith(f".{PATCH_RELEASE}")
    for stack in REPOSITORY.glob("Pulumi.*.yaml"):
        config = yaml.safe_load(stack.read_text(encoding="utf-8"))["config"]
        version, masters = config["estate:cluster"]["version"], config.get("estate:masters")
        if masters:
            assert f"v{version}.{masters['patch']}" == KUBERNETES


def test_sources_are_fetched_once_and_only_as_pinned(
    fake_go: Go, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Trouble, match="not fetched yet: metallb"):
        sources.folder("metallb")
    another = replace(SOURCES[0], checksum="h1:another")
    monkeypatch.setattr(sources, "SOURCES", (another,))
    with pytest.raises(Trouble, match="is not what was pinned"):
        sources.fetch(fake_go)
    assert not sources.place(SOURCES[0]).exists()
    monkeypatch.setattr(sources, "SOURCES", SOURCES)
    assert sources.fetch(fake_go)
    assert sources.folder("metallb").is_dir()
    assert not sources.fetch(fake_go)


def test_pulumi_is_the_version_of_its_wheel() -> None:
    wanted = (venv.ROOT / "requirements.txt").read_text(encoding="utf-8")
    pulumi = next(tool for tool in TOOLS if tool.name == "pulumi")
    assert f"pulumi=={pulumi.version.removeprefix('v')}\n" in wanted


def test_what_is_missing_is_built_and_then_nothing_is(
    fake_go: Go, capsys: pytest.CaptureFixture[str]
) -> None:
    assert build.build(fake_go, Path(sys.executable), build.programs(fake_go))
    assert list(build.binaries()) == PROGRAMS
    assert {path.read_text() for path in build.binaries().values()} == {"whole"}
    said = capsys.readouterr().out
    assert f"[1/{len(BATCHES)}] etcd and " in said
    assert all(f"{name} {tool.version}" in said for tool in TOOLS for name in tool.binaries)
    assert max(len(line) for line in said.splitlines() if "usually" in line) < 70
    assert said.count("usually") == len(BATCHES)
    assert not build.build(fake_go, Path(sys.executable), build.programs(fake_go))
    assert capsys.readouterr().out == ""


def test_what_only_tests_run_is_not_built_for_the_lab(fake_go: Go) -> None:
    lab = build.of_the_lab(build.programs(fake_go))
    build.build(fake_go, Path(sys.executable), lab)
    of_tests = {
        name for batch in BATCHES if batch.checks for tool in batch.tools for name in tool.binaries
    }
    assert of_tests and not of_tests & set(build.binaries())
    with pytest.raises(Trouble, match="not built yet"):
        build.binary(next(iter(of_tests)))


def test_a_failed_build_says_why_and_leaves_what_was_built_before(
    fake_go: Go, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FAKE_GO_FAILS", "kwokctl")
    with pytest.raises(Trouble, match=r"^kwokctl could not be built: no such package"):
        build.build(fake_go, Path(sys.executable), build.programs(fake_go))
    built = [program for program in build.programs(fake_go) if not program.missing]
    assert {program.path.read_text() for program in built} == {"whole"}
    first = [name for tool in BATCHES[0].tools for name in tool.binaries]
    assert [program.name for program in built] == [name for name in first if name != "kwokctl"]
    assert "no such package" in (cache.root() / "programs.log").read_text()
    assert not (cache.root() / "work").exists()

    monkeypatch.delenv("FAKE_GO_FAILS")
    capsys.readouterr()
    assert build.build(fake_go, Path(sys.executable), build.of_the_lab(build.programs(fake_go)))
    assert "[1/2] kwokctl ..." in capsys.readouterr().out
    assert not (cache.root() / "programs.log").exists()


def test_a_compiler_that_is_killed_leaves_nothing_that_it_was_at(
    fake_go: Go, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_GO_IS_KILLED_AT", "kwokctl")
    with pytest.raises(Trouble, match=r"kwokctl.* could not be built"):
        build.build(fake_go, Path(sys.executable), build.programs(fake_go))
    assert all(program.missing for program in build.programs(fake_go))


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_build_that_is_cut_short_leaves_no_half_program(
    fake_go: Go, how: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_GO_SECONDS", "2")
    ran = subprocess.Popen(
        [sys.executable, "-m", "toolchain", "build"],
        cwd=venv.ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while not list((cache.root() / "work").glob("*")) and time.monotonic() < deadline:
        time.sleep(0.05)
    ran.send_signal(how)
    _, said = ran.communicate(timeout=60)
    assert "Traceback" not in said
    assert how == signal.SIGKILL or "Run the same command again" in said
    assert all(program.missing for program in build.programs(fake_go))

    monkeypatch.setenv("FAKE_GO_SECONDS", "0")
    assert build.build(fake_go, Path(sys.executable), build.programs(fake_go))
    assert {path.read_text() for path in build.binaries().values()} == {"whole"}


def test_two_builds_do_not_run_at_once(fake_go: Go) -> None:
    with cache.workspace():
        ran = subprocess.Popen(
            [sys.executable, "-m", "toolchain", "build"],
            cwd=venv.ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert ran.stdout
        assert "waiting for it" in ran.stdout.readline()
        assert all(program.missing for program in build.programs(fake_go))
    ran.communicate(timeout=30)
    assert ran.returncode == 0


def test_another_pin_flag_or_compiler_is_another_place_in_the_cache(fake_go: Go) -> None:
    batch = BATCHES[0]
    tool = batch.tools[0]
    flagged = replace(batch, flags=("-race",))
    stamped = replace(batch, tools=(replace(tool, stamps={"main.version": "v0"}),))
    elsewhere = replace(batch, module=BATCHES[-1].module)
    places = {
        cache.folder(batch, tool, "go1.26.9", "linux-x86_64"),
        cache.folder(batch, tool, "go1.27.0", "linux-x86_64"),
        cache.folder(batch, tool, "go1.26.9", "linux-aarch64"),
        *(
            cache.folder(other, tool, "go1.26.9", "linux-x86_64")
            for other in (flagged, stamped, elsewhere)
        ),
    }
    assert len(places) == 6


@pytest.mark.parametrize(
    ("said", "used"), [(f"gitVersion: {KUBERNETES}", True), ("gitVersion: v1.30.0", False)]
)
def test_a_kubectl_on_path_is_used_when_it_is_the_pinned_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, used: bool
) -> None:
    own = tmp_path / "kubectl"
    own.write_text(f"#!/bin/sh\necho 'clientVersion:'\necho '  {said}'\n", encoding="utf-8")
    own.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/bin")
    assert installed.find("kubectl") == (own if used else None)


@pytest.mark.parametrize("version", ["go1.25.3", "nonsense"])
def test_a_compiler_that_is_too_old_gives_way_to_the_wheel(fake_go: Go, version: str) -> None:
    fake_go.executable.write_text(f"#!/bin/sh\necho {version}\n", encoding="utf-8")
    assert golang.find().from_wheel


def test_the_users_settings_do_not_change_what_is_built(
    fake_go: Go, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOFLAGS", "-mod=mod -tags=theirs")
    monkeypatch.setenv("GOOS", "plan9")
    monkeypatch.setenv("GOPROXY", "https://proxy.example")
    env = golang.environment(fake_go)
    assert "theirs" not in env["GOFLAGS"]
    assert "GOOS" not in env
    assert env["GOPROXY"] == "https://proxy.example"


def test_a_full_disk_is_reported_with_both_numbers(
    fake_go: Go, monkeypatch: pytest.MonkeyPatch
) -> None:
    def almost_nothing(path: Path) -> SimpleNamespace:
        return SimpleNamespace(free=200 * 2**20)

    monkeypatch.setattr(preflight.shutil, "disk_usage", almost_nothing)
    lines = list(preflight.space(fake_go, build.programs(fake_go)))
    assert lines
    assert "200 MB are free" in lines[0]
    assert "ESTATE_CACHE" in lines[0]


def test_an_unreachable_package_index_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    start = time.monotonic()
    (line,) = preflight.packages(Path(sys.executable))
    assert time.monotonic() - start < 20
    assert "cannot be reached" in line
    assert "\n" not in line


def test_an_unreachable_module_proxy_is_one_line(
    fake_go: Go, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_go.executable.write_text("#!/bin/sh\necho 'connection refused' >&2\nexit 1\n", "utf-8")
    (line,) = preflight.modules(fake_go, build.programs(fake_go))
    assert "module proxy cannot be reached (connection refused)" in line
    assert "go env GOPROXY" in line


def test_a_missing_git_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (line,) = preflight.machine()
    assert line.startswith("git is missing: install it")


def test_the_first_file_of_the_bootstrap_can_be_read_by_an_old_python() -> None:
    for name in ("__init__.py", "__main__.py"):
        text = (venv.ROOT / "toolchain" / name).read_text(encoding="utf-8")
        ast.parse(text, feature_version=(3, 4))


def test_the_bootstrap_needs_the_standard_library_only() -> None:
    ran = subprocess.run(
        [
            sys.executable,
            "-I",
            "-S",
            "-c",
            "import sys; sys.path.insert(0, '.'); import toolchain.verbs",
        ],
        cwd=venv.ROOT,
        capture_output=True,
        text=True,
    )
    assert ran.stderr == ""


def test_missing_debian_packages_are_named_with_the_command_to_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    packages = tmp_path / "packages.txt"
    packages.write_text("# needed\nestate-no-such-package # by nobody\n", encoding="utf-8")
    monkeypatch.setattr(debian, "LIST", packages)
    monkeypatch.setattr(debian.os, "geteuid", lambda: 1000)
    with pytest.raises(Trouble, match=r"sudo apt-get install .* estate-no-such-package$"):
        debian.ensure()


def test_pip_reads_the_reason_from_its_own_words() -> None:
    said = "WARNING: noise\nERROR: Could not find a version\nERROR: No matching distribution\n"
    assert pip.reason(said) == "Could not find a version"


@pytest.mark.parametrize(("seconds", "text"), [(3, "3 s"), (59.6, "1:00 min"), (187, "3:07 min")])
def test_durations_read_as_people_say_them(seconds: float, text: str) -> None:
    assert duration(seconds) == text
