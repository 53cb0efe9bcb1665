"""The F5's access log, and the pool that receives it (H5)."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field

from estate.proof.emitted import Place
from estate.proof.readers.strict import Strict, Troubles


class Use(Strict):
    """A pointer."""

    use: str


class _Responses(Strict):
    responseEnabled: Literal[True]
    responsePool: Use
    responseProtocol: Literal["mds-tcp"]
    responseTemplate: str


class _RequestLog(Strict):
    class_: Literal["Traffic_Log_Profile"] = Field(alias="class")
    responseSettings: _Responses


class _Rule(Strict):
    class_: Literal["iRule"] = Field(alias="class")
    expand: Literal[False]
    iRule: str


def sends_to(kind: object, body: object, at: Place, troubles: Troubles) -> str:
    """The pool of a profile or a rule that logs; anything else is a problem."""
    if kind == "Traffic_Log_Profile":
        profile = troubles.read(_RequestLog, body, at)
        return profile.responseSettings.responsePool.use if profile else ""
    if kind == "iRule":
        rule = troubles.read(_Rule, body, at)
        return _of_rule(rule, at, troubles) if rule else ""
    troubles.refuse(at, f"AS3 class '{kind}' is none of those that the proof reads")
    return ""


_OPENED = re.compile(r"HSL::open -proto TCP -pool /([^/\s]+)/([^/\s]+)/([^/\s\]]+)\]")


def _of_rule(rule: _Rule, at: Place, troubles: Troubles) -> str:
    """The pool that a rule opens, of the same application. It may do nothing else to a connection:
    what it is called itself stands in the line that it sends."""
    opened = _OPENED.findall(rule.iRule)
    own = tuple(at.item.split(".")[:2])
    commands = [line.strip().split()[0] for line in rule.iRule.splitlines() if line.strip()]
    if {*commands} - {"when", "set", "HSL::send", "}"} or [one[:2] for one in opened] != [own]:
        troubles.refuse(at, "the proof knows no rule but one that logs to a pool beside it")
        return ""
    return str(opened[0][2])
