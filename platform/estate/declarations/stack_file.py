"""A stack file's frame: the facts under ``config: estate:*``, and what Pulumi writes too."""

from __future__ import annotations

import json

from estate.declarations.stack import Stack
from estate.reader.keys import keys
from estate.reader.problems import Declared, Problem, did_you_mean, show_path, shown
from estate.reader.stacks import StackName
from estate.reader.yaml_reader import Read, Value
from estate.reader.yaml_traps import TRAPS

CONFIG_LIMIT = 100 * 1024
"""The language host passes the configuration as one argument and fails at 128 KiB."""

NAMESPACE = "estate:"
SECRETS = "estate-secrets:"
"""What stands before the name of a secret that the stack keeps for an app."""

TOP_LEVEL = ("config", "encryptionsalt", "encryptedkey", "secretsprovider", "environment")


def facts_of(read: Read) -> tuple[dict[str, Value] | None, list[Problem]]:
    """The ``estate:`` keys and the file's problems; what Pulumi itself writes is left alone."""
    problems = [problem for problem in read.problems if not _of_pulumi(problem)]
    top = read.value
    if top is None:
        return None, problems
    if isinstance(top, dict):
        problems += [_unknown_key(read, key) for key in top if key not in TOP_LEVEL]
    config = top.get("config") if isinstance(top, dict) else None
    if not isinstance(config, dict):
        problems.append(
            Problem(
                code="no-config",
                source=read.positions.value(("config",)),
                key_path="config",
                found="there is no mapping 'config'",
                allowed="config: with the facts below it, each key with 'estate:' before it",
            )
        )
        return None, problems
    facts = {key: value for key, value in config.items() if key.startswith(NAMESPACE)}
    known = keys(Stack, ())
    for key in [key for key, value in facts.items() if _is_secret(value)]:
        del facts[key]
        if key in known:
            problems.append(_secret_fact(read, key))
    # As the language host passes it: JSON in an argument.
    size = len(json.dumps(facts, ensure_ascii=False).encode())
    if size > CONFIG_LIMIT:
        problems.append(
            Problem(
                code="config-too-large",
                source=read.positions.value(("config",)),
                key_path="config",
                found=f"{size // 1024} KiB of facts, which Pulumi passes as one argument",
                allowed=f"at most {CONFIG_LIMIT // 1024} KiB",
                hint="Move the nodes to a file of their own, nodes/<stack>.csv",
            )
        )
    return facts, problems


def _of_pulumi(problem: Problem) -> bool:
    """Values of other namespaces are Pulumi's and its plugins': their form is not ours to judge."""
    beside = problem.key_path.startswith(("config.", "environment"))
    value_form = problem.code in {trap.code for trap in TRAPS}
    return beside and value_form and not problem.key_path.startswith(f"config.{NAMESPACE}")


def _unknown_key(read: Read, key: str) -> Problem:
    of_config = did_you_mean(key, keys(Stack, ()))
    return Problem(
        code="unknown-key",
        source=read.positions.key((key,)),
        key_path=show_path((key,)),
        found=f"unknown key {shown(key)}; `pulumi config set` would drop it",
        allowed=", ".join(TOP_LEVEL),
        hint=did_you_mean(key, TOP_LEVEL) or of_config or "Facts stand under config: estate:*",
    )


def stored_secrets(read: Read) -> dict[str, bool]:
    """Names of what the stack keeps for apps, and whether each is encrypted; never the values."""
    config = read.value.get("config") if isinstance(read.value, dict) else None
    return {
        key.removeprefix(SECRETS): _is_secret(value)
        for key, value in (config.items() if isinstance(config, dict) else ())
        if key.startswith(SECRETS)
    }


def _is_secret(value: Value) -> bool:
    return isinstance(value, dict) and set(value) == {"secure"} and isinstance(value["secure"], str)


def _secret_fact(read: Read, key: str) -> Problem:
    return Problem(
        code="secret-fact",
        source=read.positions.value(("config", key)),
        key_path=show_path((key,)),
        found="this fact is encrypted, and the other stack's check cannot decrypt it",
        allowed="facts in the clear: none of them is a secret",
    )


def own_zone(stack: Declared[Stack], name: StackName) -> list[Problem]:
    """A problem where the file of one stack declares the other's zone."""
    zone = name.zone
    if stack.value.cluster.zone == zone:
        return []
    return [
        stack.problem(
            "wrong-zone",
            ("cluster", "zone"),
            f"the file of stack '{name}' declares the zone '{stack.value.cluster.zone}'",
            zone,
            f"Did you mean '{zone}'?",
        )
    ]
