"""Nothing that a person writes ends in a traceback: every file, mangled every way."""

from __future__ import annotations

import atexit
import shutil
import string
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from estate.declarations.load import load
from estate.derivation import derive
from estate.reader.problems import Problem
from tests.estates import REPOSITORY

pytestmark = pytest.mark.level0

SLOW_OR_PICKY = (HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large)
few = settings(
    max_examples=60, derandomize=True, deadline=None, suppress_health_check=SLOW_OR_PICKY
)
many = settings(few, max_examples=3000)

FILES = (
    "Pulumi.dmz.yaml",
    "Pulumi.intranet.yaml",
    "tenants/motor.yaml",
    "tenants/actuarial.yaml",
    "apps/policy-portal-dmz.yaml",
    "apps/claims-desk-intranet.yaml",
    "apps/quote-dmz.yaml",
    "registers/node-ports.yaml",
)
TEXTS = {file: (REPOSITORY / file).read_text(encoding="utf-8") for file in FILES}

WORDS = (
    "", "~", "null", "no", "yes", "on", "off", "true", "false", "010", "0x10", "1:30", "1.30",
    "1e309", "-1", "0", "1", "99999999999999999999", "9" * 400, "2026-01-31", "&a 1", "*a",
    "<<: *a", "!!int 3", "!!python/object/apply:os.system [x]", "[]", "{}", "[[]]", "{a: 1}",
    "- a", "? a", "a: b: c", '"', "'", "|", ">", "%", "@", "`", "#", "---", "...", "\t", "\x00",
    "\x1b[31m", "\u200b", "\ufeff", "\u2028", "\N{CYRILLIC SMALL LETTER A}pp", "x" * 300,
    "../../etc/passwd", "10.10.1.0/33", "10.0.0.0/8", "0.0.0.0/0", "255.255.255.255",
    "10.10.1.11", "30010", "dmz", "intranet", "life", "shared", "policy-portal", "policydb",
    "Local", "Cluster", "4Gi", "500m", "retired", "{secure: v1:x}", "estate:nodes", "config",
    '"\\ud800"', '"\\x00"', '"\\U0010FFFF"', "1E400Gi", "0.0000000001",
)  # fmt: skip

words = st.sampled_from(WORDS) | st.text(max_size=12)


@cache
def _estate() -> Path:
    """One copy of the shipped estate for all examples: copying costs more than checking."""
    root = Path(tempfile.mkdtemp(prefix="estate-fuzz-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    for part in ("apps", "tenants", "registers"):
        shutil.copytree(REPOSITORY / part, root / part)
    for stack in ("Pulumi.dmz.yaml", "Pulumi.intranet.yaml"):
        shutil.copy(REPOSITORY / stack, root)
    return root


@contextmanager
def _with(file: str, content: bytes) -> Generator[Path]:
    root = _estate()
    (root / file).write_bytes(content)
    try:
        yield root
    finally:
        (root / file).write_text(TEXTS[file], encoding="utf-8")


def _check(file: str, content: bytes) -> tuple[Problem, ...]:
    """Load and derive; each problem names a file and a place in it, in words of our own."""
    with _with(file, content) as root:
        derived = derive(load(root))
        lines = content.count(b"\n") + content.count(b"\r") + content.count(b"\xc2\x85") + 3
        lines += content.count(b"\xe2\x80\xa8") + content.count(b"\xe2\x80\xa9")
        for problem in derived.problems:
            source = problem.source
            assert (root / source.file).exists()
            assert source.line >= 1 and source.column >= 1
            if source.file == file:
                assert source.line <= lines
            assert problem.code != "invalid", problem
            assert problem.found
            assert str(problem).isprintable(), problem
            str(problem).encode()
        assert bool(derived.plans) is not bool(derived.problems)
        return derived.problems


@st.composite
def mangled(draw: st.DrawFn) -> tuple[str, bytes]:
    """A shipped file with some lines, keys or values replaced, dropped, doubled or moved."""
    file = draw(st.sampled_from(FILES))
    lines = TEXTS[file].split("\n")
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(lines) - 1))
        change = draw(st.sampled_from(["drop", "double", "insert", "value", "key", "cut", "move"]))
        line = lines[at]
        if change == "drop":
            del lines[at]
        elif change == "double":
            lines.insert(at, line)
        elif change == "insert":
            lines.insert(at, draw(st.sampled_from(["", "  ", "    ", "\t"])) + draw(words))
        elif change == "move":
            lines.insert(draw(st.integers(0, len(lines) - 1)), lines.pop(at))
        elif change == "cut":
            lines[at] = line[: draw(st.integers(0, len(line)))]
        else:
            lines[at] = _replaced(draw, line, change)
        if not lines:
            break
    return file, "\n".join(lines).encode("utf-8", "surrogatepass")


def _replaced(draw: st.DrawFn, line: str, what: str) -> str:
    """The line with one of its keys or values replaced, inside of braces too."""
    colons = [at for at in range(len(line)) if line[at : at + 2] == ": "]
    if not colons:
        return draw(words)
    at = draw(st.sampled_from(colons))
    if what == "value":
        end = min((found for found in (line.find(c, at) for c in ",}") if found > 0), default=9999)
        return line[: at + 2] + draw(words) + line[end:]
    start = max(line.rfind(c, 0, at) for c in " {") + 1
    return line[:start] + draw(words) + line[at:]


def _some_yaml(content: object) -> bytes:
    return yaml.safe_dump(content, allow_unicode=True).encode("utf-8", "surrogatepass")


_leaves = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | words
    | st.dates() | st.binary(max_size=4)
)  # fmt: skip
_keys = st.sampled_from(
    ["config", "estate:nodes", "app", "kind", "tenant", "zones", "listen", "vip", "dmz", "size"]
) | st.text(string.printable, max_size=6)
values = st.recursive(
    _leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_keys, inner, max_size=4),
    max_leaves=12,
)


@few
@given(mangled())
def test_a_mangled_file_never_ends_in_a_traceback(case: tuple[str, bytes]) -> None:
    """fault 20: lines, keys and values replaced, dropped, doubled, inserted."""
    _check(*case)


@few
@given(st.sampled_from(FILES), st.binary(max_size=200))
def test_random_bytes_never_end_in_a_traceback(file: str, content: bytes) -> None:
    """fault 20: nor do they ever pass as a declaration."""
    assert _check(file, content)


@few
@given(st.sampled_from(FILES), values.map(_some_yaml))
def test_random_yaml_never_ends_in_a_traceback(file: str, content: bytes) -> None:
    """fault 20: whatever its shape."""
    assert _check(file, content)


@few
@given(st.sampled_from(FILES), st.data())
def test_a_value_of_another_shape_never_ends_in_a_traceback(file: str, data: st.DataObject) -> None:
    """fault 20: the file's own structure, with a part of it replaced by something else."""
    content: Any = yaml.safe_load(TEXTS[file])
    part: Any = content
    while True:
        keys = part.keys() if hasattr(part, "keys") else range(len(part))
        key: Any = data.draw(st.sampled_from(list(keys)))
        inner: Any = part[key]
        if type(inner) not in (dict, list) or not inner or data.draw(st.integers(0, 3)) == 0:
            part[key] = data.draw(values)
            break
        part = inner
    _check(file, _some_yaml(content))


@pytest.mark.scale
@many
@given(mangled())
def test_a_mangled_file_never_ends_in_a_traceback_at_scale(case: tuple[str, bytes]) -> None:
    """fault 20: many more of them."""
    _check(*case)


@pytest.mark.scale
@many
@given(st.sampled_from(FILES), values.map(_some_yaml))
def test_random_yaml_never_ends_in_a_traceback_at_scale(file: str, content: bytes) -> None:
    """fault 20: many more of them."""
    assert _check(file, content)


@pytest.mark.parametrize("digits", [10, 1_000, 100_000, 1_000_000])
def test_a_number_of_any_length_is_a_problem_not_a_crash(digits: int) -> None:
    """fault 20: neither Python's limit on digits nor that of decimals is reached."""
    for old, new in (
        ("cpu: 500m", "cpu: '{}'"),
        ("memory: 1Gi", "memory: '{}Gi'"),
        ("replicas: 3", "replicas: {}"),
        ("replicas: 3", "replicas: '{}'"),
    ):
        text = TEXTS["apps/quote-dmz.yaml"].replace(old, new.format("9" * digits))
        assert _check("apps/quote-dmz.yaml", text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "'[key]': x\n",
        "zones: {'[key]': x}\n",
        "zones: {'[key]': {pool: 1}}\n",
        "zones: {'[key]': zones}\n",
        "zones: {dmz: {'[key]': '[key]'}}\n",
        "'[key]': '[key]'\n",
    ],
)
def test_a_key_with_pydantics_own_name_for_keys_is_a_problem_not_a_crash(text: str) -> None:
    """fault 20: found by the fuzz."""
    problems = _check("tenants/motor.yaml", text.encode())
    assert {"unknown-key", "not-a-choice"} & {problem.code for problem in problems}
