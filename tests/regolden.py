"""`python -m tests.regolden`: writes the golden lists of URNs anew, for the diff to be read.

A URN that leaves a list is deleted and made again in every cluster, unless it has an alias.
"""

from __future__ import annotations

from tests.configuration import engine_configuration
from tests.estates import REPOSITORY
from tests.harness import deploy, program_at
from tests.level1.test_both_stacks import GOLDEN, STACKS


def main() -> None:
    """Runs the program once for each stack."""
    for stack in STACKS:
        config = engine_configuration(REPOSITORY, stack)
        found = deploy(program_at(REPOSITORY), stack_name=stack, config=config)
        if found.error is not None:
            raise found.error
        (GOLDEN / f"{stack}.urns").write_text("\n".join(found.urns) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
