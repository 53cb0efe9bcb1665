"""Identifiers that other standards give: storage devices, drivers, protocols."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, WithJsonSchema

from estate.reader.problems import shown
from estate.reader.values import refusal

_WWID = r"[0-9a-f]{16,33}"
_IQN = r"iqn\.[0-9]{4}-[0-9]{2}\.[a-z0-9.-]+(:[a-z0-9:._-]+)?"
_DRIVER = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+"
_PROTOCOL = r"[a-z]([-a-z0-9]{0,13}[a-z0-9])?"


def _wwid(value: str) -> str:
    if re.fullmatch(_WWID, value):
        return value
    raise refusal(
        "bad-wwid",
        f"{shown(value)} is not the world wide identifier of a LUN",
        "16 to 33 hexadecimal digits in lower case, as multipath -l shows them",
        "Did you mean it in lower case?" if re.fullmatch(_WWID, value.lower()) else "",
    )


Wwid = Annotated[
    str, AfterValidator(_wwid), WithJsonSchema({"type": "string", "pattern": f"^{_WWID}$"})
]


def _iqn(value: str) -> str:
    if re.fullmatch(_IQN, value) and len(value) <= 223:
        return value
    raise refusal(
        "bad-iqn",
        f"{shown(value)} is not the name of an iSCSI target",
        "like iqn.2026-01.example.insurer:array1, in lower case",
    )


Iqn = Annotated[
    str,
    AfterValidator(_iqn),
    WithJsonSchema({"type": "string", "pattern": f"^{_IQN}$", "maxLength": 223}),
]


def _driver(value: str) -> str:
    if re.fullmatch(_DRIVER, value) and len(value) <= 63:
        return value
    raise refusal(
        "bad-driver",
        f"{shown(value)} is not the name of a CSI driver",
        "like rbd.csi.ceph.com, at most 63 characters",
        "Provisioners of Kubernetes' own tree are gone: name the CSI driver in their place"
        if value.startswith("kubernetes.io/")
        else "",
    )


Driver = Annotated[
    str,
    AfterValidator(_driver),
    WithJsonSchema({"type": "string", "pattern": f"^{_DRIVER}$", "maxLength": 63}),
]


def _protocol(value: str) -> str:
    if re.fullmatch(_PROTOCOL, value):
        return value
    raise refusal(
        "bad-protocol",
        f"{shown(value)} is not the name of a protocol",
        "as IANA registers it, like amqp or postgresql: at most 15 lower-case letters, digits "
        "and '-'; or tcp",
    )


Protocol = Annotated[
    str, AfterValidator(_protocol), WithJsonSchema({"type": "string", "pattern": f"^{_PROTOCOL}$"})
]
"""What a port speaks; also the port's name."""
