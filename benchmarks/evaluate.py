"""One evaluation of a program against an engine that answers at once, in a process of its own.

Prints what it took as JSON. ``python -m benchmarks.evaluate estate|bare|import|pulumi FOLDER``.
"""

from __future__ import annotations

import time

START = time.perf_counter()

import ast
import asyncio
import json
import runpy
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

STACK = "dmz"


def main(what: str, folder: Path) -> dict[str, float]:
    """Seconds and bytes that one evaluation took."""
    if what == "pulumi":
        import_module("pulumi")
        return {"seconds": time.perf_counter() - START}
    if what == "import":
        return {"seconds": _configured(folder)}
    return _evaluated(what, folder)


def _configured(folder: Path) -> float:
    """Everything up to the first registration: imports, declarations, plan."""
    sys.path.insert(0, str(folder / "platform"))
    for module in _imported(folder / "__main__.py"):
        import_module(module)
    from estate.declarations.load import load
    from estate.derivation import derive

    derive(load(folder))
    return time.perf_counter() - START


def _imported(program: Path) -> list[str]:
    """The modules of the estate's that the program imports."""
    tree = ast.parse(program.read_text(encoding="utf-8"))
    froms = (one.module or "" for one in ast.walk(tree) if isinstance(one, ast.ImportFrom))
    return sorted({module for module in froms if module.startswith("estate.")})


def _evaluated(what: str, folder: Path) -> dict[str, float]:
    from benchmarks.engine import run
    from tests.configuration import engine_configuration

    imported = _memory()
    program = _bare(folder) if what == "bare" else _estate(folder)
    config = engine_configuration(folder, STACK)
    start = time.perf_counter()
    count = asyncio.run(run(program, STACK, config))
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "resources": count, "bytes": _memory() - imported}


def _memory() -> int:
    """This process's peak; ``getrusage`` would count that of the process it was forked from."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def _estate(folder: Path) -> Any:
    def program() -> None:
        sys.path.insert(0, str(folder / "platform"))
        from benchmarks import no_cluster

        no_cluster.answer()
        runpy.run_path(str(folder / "__main__.py"), run_name="__main__")

    return program


def _bare(folder: Path) -> Any:
    """The same manifests, read from a file and registered one after the other: no plan, no
    components, no order, no window."""
    manifests: list[tuple[str, str, dict[str, Any]]] = json.loads(
        (folder / "manifests.json").read_text(encoding="utf-8")
    )

    def program() -> None:
        import pulumi

        provider = pulumi.ProviderResource("kubernetes", "cluster", {"context": STACK})
        opts = pulumi.ResourceOptions(provider=provider)
        for token, name, body in manifests:
            pulumi.CustomResource(token, name, body, opts)

    return program


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], Path(sys.argv[2]))))
