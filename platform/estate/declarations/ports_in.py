"""The register of node ports as one environment has it."""

from __future__ import annotations

from dataclasses import replace

from estate.declarations.environments import Environments
from estate.reader.problems import Declared, KeyPath, Problem
from estate.reader.stacks import Environment
from estate.topics.exposure.declare.node_ports import NodePortRegister


def ports_in(
    register: Declared[NodePortRegister], known: Environments, environment: Environment
) -> tuple[Declared[NodePortRegister], list[Problem]]:
    """Ports of this environment; a common one holds where the owner has none of its own there.

    Beside them a problem for each port of an environment that there is not.
    """
    ports = register.value.ports
    if not any(one.environment for one in ports):
        return register, []
    problems = [
        known.unknown(register, ("ports", index, "environment"), one.environment)
        for index, one in enumerate(ports)
        if one.environment and one.environment not in known.names and not known.unread
    ]
    own = {
        (one.zone, one.owner, one.protocol) for one in ports if one.environment == environment.name
    }
    kept = [
        index
        for index, one in enumerate(ports)
        if one.environment == environment.name
        or (one.environment is None and (one.zone, one.owner, one.protocol) not in own)
    ]
    moved: dict[KeyPath, KeyPath] = {
        ("ports", number): ("ports", index) for number, index in enumerate(kept)
    }
    value = register.value.model_copy(update={"ports": tuple(ports[index] for index in kept)})
    positions = replace(register.positions, moved=moved)
    return replace(register, value=value, positions=positions), problems
