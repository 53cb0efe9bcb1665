"""Names and other words of declarations: each is checked, or the fix is proposed."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, WithJsonSchema
from pydantic_core import PydanticCustomError

from estate.reader.oci import DIGEST, LONGEST, PATH
from estate.reader.problems import shown

Zone = Literal["dmz", "intranet"]
ZONES: tuple[Zone, Zone] = ("dmz", "intranet")

Protocol = Literal["TCP", "UDP"]
"""What node ports and virtual servers carry."""


@dataclass(frozen=True, kw_only=True)
class ForbiddenKey:
    """A key that people look for, and that a rule forbids."""

    rule: str
    """The rule's name."""
    says: str
    """What the rule says, as a sentence without its end."""
    way_out: str
    """What to do instead, as a sentence without its end."""


class Model(BaseModel):
    """A part of a declaration: frozen, no unknown keys, no silent conversion.

    What stands under each key is read when somebody asks for it (``reader.docstrings``).
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        defer_build=True,
    )

    @classmethod
    def forbidden_key(cls, key: str) -> ForbiddenKey | None:
        """The rule that ``key`` would go against; None where it is merely unknown."""
        return None


def refusal(code: str, found: str, allowed: str, hint: str = "") -> PydanticCustomError:
    """A validation error that the loader turns into a problem word by word."""
    context = {"found": found, "allowed": allowed, "hint": hint}
    return PydanticCustomError("estate", "{code}", {"code": code, **context})


_NAME = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")


def _name(value: str) -> str:
    if not _NAME.fullmatch(value) or len(value) > 30:
        raise refusal(
            "bad-name",
            f"{shown(value)} is not a name{_lookalike(value)}",
            "lower-case letters, digits and '-', beginning with a letter, at most 30 characters",
            _name_hint(value),
        )
    return value


def _lookalike(value: str) -> str:
    """Letters of other alphabets look like ours and are not: say which."""
    for one in value:
        if ord(one) > 127 and one.isprintable():
            return f": it contains '{one}', {unicodedata.name(one, 'no ASCII letter').lower()}"
    return ""


def _name_hint(value: str) -> str:
    if not value.isascii():
        return ""
    fixed = re.sub(r"[^a-z0-9]+", "-", value.lower()).strip("-")[:30].strip("-")
    return f"Did you mean '{fixed}'?" if _NAME.fullmatch(fixed) and fixed != value else ""


Name = Annotated[
    str,
    AfterValidator(_name),
    WithJsonSchema({"type": "string", "pattern": "^[a-z]([-a-z0-9]*[a-z0-9])?$", "maxLength": 30}),
]
"""A name that fits a Kubernetes label value and, joined with another, a namespace (RFC 1123)."""

_LABEL = r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"
_NODE_NAME = re.compile(rf"{_LABEL}(\.{_LABEL})*")


def _node_name(value: str) -> str:
    """No hint with another name: the cluster would not have a node of that name."""
    if not _NODE_NAME.fullmatch(value) or len(value) > 253:
        raise refusal(
            "bad-node-name",
            f"{shown(value)} is not the name of a node{_lookalike(value)}",
            "the name that `kubectl get nodes` prints: lower-case letters, digits, '-' and '.', "
            "at most 253 characters",
        )
    return value


NodeName = Annotated[
    str,
    AfterValidator(_node_name),
    WithJsonSchema({"type": "string", "pattern": f"^{_NODE_NAME.pattern}$", "maxLength": 253}),
]
"""The name that a node registers with, a host name or a fully qualified one (RFC 1123 subdomain,
kubernetes.io/docs/concepts/overview/working-with-objects/names)."""

_PATH = r"((/[A-Za-z0-9][A-Za-z0-9._-]*)+|/)"


def _path(value: str) -> str:
    if not re.fullmatch(_PATH, value) or len(value) > 200:
        raise refusal(
            "bad-path",
            f"{shown(value)} is not an absolute path",
            "like /exports/logs, of letters, digits, '.', '_' and '-', no '..'",
            f"Did you mean '/{value}'?" if re.fullmatch(_PATH, f"/{value}") and value else "",
        )
    return value


AbsolutePath = Annotated[
    str,
    AfterValidator(_path),
    WithJsonSchema({"type": "string", "pattern": f"^{_PATH}$", "maxLength": 200}),
]

_PATTERN = r"[A-Za-z0-9*][A-Za-z0-9*._-]{0,62}"


def _pattern(value: str) -> str:
    if not re.fullmatch(_PATTERN, value):
        raise refusal(
            "bad-pattern",
            f"{shown(value)} is no pattern of file names",
            "like *.log, of letters, digits, '*', '.', '_' and '-': names, no directories",
        )
    return value


FilePattern = Annotated[
    str,
    AfterValidator(_pattern),
    WithJsonSchema({"type": "string", "pattern": f"^{_PATTERN}$"}),
]
"""Which files of a directory are meant."""

_INTERFACE = r"[a-z][-a-z0-9_.]{0,14}"


def _interface(value: str) -> str:
    if not re.fullmatch(_INTERFACE, value):
        raise refusal(
            "bad-interface",
            f"{shown(value)} is no name of a network interface",
            "like eth0 or bond0.120: at most 15 lower-case letters, digits, '-', '_' and '.'",
        )
    return value


Interface = Annotated[
    str,
    AfterValidator(_interface),
    WithJsonSchema({"type": "string", "pattern": f"^{_INTERFACE}$"}),
]

_BIG_IP = r"/[A-Za-z][A-Za-z0-9_.-]{0,62}(/[A-Za-z0-9][A-Za-z0-9_.-]{0,62}){1,2}"


def _big_ip(value: str) -> str:
    if not re.fullmatch(_BIG_IP, value):
        raise refusal(
            "bad-profile",
            f"{shown(value)} names nothing on a BIG-IP",
            "like /Common/portal: partition and name",
        )
    return value


BigIpPath = Annotated[
    str,
    AfterValidator(_big_ip),
    WithJsonSchema({"type": "string", "pattern": f"^{_BIG_IP}$"}),
]

_PREFIX = r"[A-Z][A-Z0-9_]{0,39}_"


def _prefix(value: str) -> str:
    if not re.fullmatch(_PREFIX, value):
        raise refusal(
            "bad-prefix",
            f"{shown(value)} is nothing that environment variables may begin with",
            "like ESTATE_DMZ_: capitals, digits and '_', with a '_' at the end",
        )
    return value


VariablePrefix = Annotated[
    str,
    AfterValidator(_prefix),
    WithJsonSchema({"type": "string", "pattern": f"^{_PREFIX}$"}),
]

_FILE = r"(/[A-Za-z0-9][A-Za-z0-9._-]*){3,}"


def _file(value: str) -> str:
    """At least two directories deep: the volume hides what else its directory holds."""
    if not re.fullmatch(_FILE, value) or len(value) > 200:
        raise refusal(
            "bad-file",
            f"{shown(value)} is not the path of a file in a directory of its own",
            "like /etc/quote/quote.properties: at least two directories, no '..'",
        )
    return value


FilePath = Annotated[
    str,
    AfterValidator(_file),
    WithJsonSchema({"type": "string", "pattern": f"^{_FILE}$", "maxLength": 200}),
]

_OWNER = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}"


def _owner(value: str) -> str:
    if not re.fullmatch(_OWNER, value) or len(value) > 200:
        raise refusal(
            "bad-owner",
            f"{shown(value)} is not a mail address",
            "the team's mailbox, like life-portal@insurer.example",
        )
    return value


Owner = Annotated[
    str,
    AfterValidator(_owner),
    WithJsonSchema({"type": "string", "pattern": f"^{_OWNER}$", "maxLength": 200}),
]
"""The mailbox of its team."""

_COST_CENTRE = r"[A-Za-z0-9]([A-Za-z0-9._/-]*[A-Za-z0-9])?"


def _cost_centre(value: str) -> str:
    if not re.fullmatch(_COST_CENTRE, value) or len(value) > 40:
        raise refusal(
            "bad-cost-centre",
            f"{shown(value)} is not a cost centre",
            "letters, digits and . _ / - between them, at most 40 characters, like CC-4711",
        )
    return value


CostCentre = Annotated[
    str,
    AfterValidator(_cost_centre),
    WithJsonSchema({"type": "string", "pattern": f"^{_COST_CENTRE}$", "maxLength": 40}),
]
"""As the company's accounts name it."""


def _words(value: str) -> str:
    if not value.strip() or value != value.strip() or not value.isprintable() or len(value) > 100:
        raise refusal(
            "bad-words",
            f"{shown(value)} is not a line of text",
            "one line of at most 100 characters, with no space around it",
        )
    return value


Words = Annotated[
    str,
    AfterValidator(_words),
    WithJsonSchema({"type": "string", "pattern": r"^\S(.*\S)?$", "maxLength": 100}),
]
"""A line of text for people."""


def _line(value: str) -> str:
    if "\n" in value or "\t" in value:
        raise refusal(
            "bad-line",
            f"{shown(value)} has more than one line, or a tab",
            "one line of text",
            "Write it in one line",
        )
    return value


Line = Annotated[str, AfterValidator(_line)]
"""One line of text, of a form that another program defines."""

_GROUP = r"[A-Za-z0-9]([A-Za-z0-9 ._:/@=,+-]*[A-Za-z0-9])?"
RESERVED_GROUPS = ("system:", "estate:")


def _group(value: str) -> str:
    if not re.fullmatch(_GROUP, value) or len(value) > 200:
        raise refusal(
            "bad-group",
            f"{shown(value)} is not the name of a group",
            "letters, digits, spaces and . _ : / @ = , + - between them, at most 200 characters",
        )
    if value.lower().startswith(RESERVED_GROUPS):
        raise refusal(
            "group-reserved",
            f"the group '{value}' would be one of the cluster's own",
            f"names that do not begin with {' or '.join(RESERVED_GROUPS)}",
        )
    return value


GroupName = Annotated[
    str,
    AfterValidator(_group),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": f"^(?!([Ss][Yy][Ss][Tt][Ee][Mm]|[Ee][Ss][Tt][Aa][Tt][Ee]):){_GROUP}$",
            "maxLength": 200,
        }
    ),
]
"""A group of people, as the identity provider names it; groups of the cluster's own are refused."""

_IMAGE = f"{PATH}@{DIGEST}"


def _image(value: str) -> str:
    if re.fullmatch(_IMAGE, value) and len(value.partition("@")[0]) <= LONGEST:
        return value
    hint = ""
    if "@" not in value:
        hint = "A tag may move: pin what was tested by its digest"
    elif value.count("@") > 1:
        hint = "Exactly one '@' stands between the path and the digest"
    elif re.match(r"[^/@]*[.:][^/@]*/", value):
        hint = "Leave the registry's host out: each zone has its own"
    raise refusal(
        "bad-image",
        f"{shown(value)} is not an image by digest",
        "the path in the zone's registry, '@sha256:' and 64 hexadecimal digits",
        hint,
    )


Image = Annotated[
    str,
    AfterValidator(_image),
    WithJsonSchema({"type": "string", "pattern": f"^{_IMAGE}$"}),
]
"""An image without its registry, by digest."""

_VERSION = r"1\.(3[0-9]|[4-9][0-9])"


def _version(value: str) -> str:
    if re.fullmatch(_VERSION, value):
        return value
    meant = re.fullmatch(rf"v?({_VERSION})(\.[0-9]+)?", value)
    raise refusal(
        "bad-version",
        f"{shown(value)} is not a version of Kubernetes that we can speak to",
        '"1.30" or later: two numbers, in quotes',
        f'Did you mean "{meant[1]}"?' if meant else "",
    )


Version = Annotated[
    str, AfterValidator(_version), WithJsonSchema({"type": "string", "pattern": f"^{_VERSION}$"})
]

_UID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def _uid(value: str) -> str:
    if re.fullmatch(_UID, value):
        return value
    raise refusal(
        "bad-uid",
        f"{shown(value)} is not the UID of an object",
        "32 hexadecimal digits in five groups, as in "
        "kubectl get namespace kube-system -o jsonpath={.metadata.uid}",
    )


Uid = Annotated[
    str, AfterValidator(_uid), WithJsonSchema({"type": "string", "pattern": f"^{_UID}$"})
]

State = Literal["active", "retired"]
"""``retired`` is the first of two steps by which a tenant or an app leaves."""
