"""Who vouches for people and pipelines: the identity providers of a zone (B1)."""

from __future__ import annotations

import re
import ssl
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, WithJsonSchema

from estate.reader.addresses import Address
from estate.reader.problems import shown
from estate.reader.values import Line, Model, Name, refusal

_LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_URL = rf"https://{_LABEL}(\.{_LABEL})+(:[1-9][0-9]{{0,4}})?(/[A-Za-z0-9._~-]+)*/?"


def _url(value: str) -> str:
    if re.fullmatch(_URL, value) and len(value) <= 250:
        return value
    secure = re.sub(r"^http:", "https:", value)
    raise refusal(
        "bad-url",
        f"{shown(value)} is not an address over TLS",
        "https:// and a host name, with a port or a path where there is one, and nothing behind it",
        f"Did you mean '{secure}'?" if secure != value and re.fullmatch(_URL, secure) else "",
    )


HttpsUrl = Annotated[
    str,
    AfterValidator(_url),
    WithJsonSchema({"type": "string", "pattern": f"^{_URL}$", "maxLength": 250}),
]

_CERTIFICATE = r"-----BEGIN CERTIFICATE-----\n([A-Za-z0-9+/=]{1,76}\n)+-----END CERTIFICATE-----\n?"


def _certificates(value: str) -> str:
    if re.fullmatch(f"({_CERTIFICATE})+", value) and _loads(value):
        return value
    raise refusal(
        "bad-certificate",
        "this is not a list of certificates",
        "PEM: each from '-----BEGIN CERTIFICATE-----' to '-----END CERTIFICATE-----', "
        "in a block that begins with '|'",
        "A private key belongs in no declaration: replace it" if "PRIVATE KEY" in value else "",
    )


def _loads(value: str) -> bool:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=value)
    except ssl.SSLError:
        return False
    return True


Certificates = Annotated[
    str, AfterValidator(_certificates), WithJsonSchema({"type": "string", "maxLength": 20000})
]
"""Public certificates, which are no secret."""

Word = Annotated[Line, Field(min_length=1, max_length=200)]


class Issuer(Model):
    """An identity provider that signs tokens (OpenID Connect).

    Its users and groups carry its name before theirs, ``staff:alice``: no issuer can speak for
    another's people, or for the cluster's own.
    """

    name: Name = Field(examples=["staff"])
    """The name that stands before its users and groups."""
    url: HttpsUrl = Field(examples=["https://login.insurer.example/realms/staff"])
    """Its address, exactly as its tokens name it (``iss``)."""
    audiences: tuple[Word, ...] = Field(min_length=1, examples=[["estate-dmz"]])
    """The audience of its tokens (``aud``): this cluster, and no other."""
    username: Word = "sub"
    """The claim that names the user; an ``email`` counts only once it is verified."""
    groups: Word = "groups"
    """The claim that lists the user's groups."""
    required_claims: dict[Word, Word] = Field(
        default_factory=dict[Word, Word], examples=[{"acr": "mfa"}]
    )
    """Claims that a token must have, with their values."""
    certificate_authority: Certificates | None = None
    """Who signs its server's certificate, where the masters do not trust it already."""
    address: Address | None = Field(default=None, examples=["10.30.9.10"])
    """The address behind its name, which masters connect to for its keys. Needed where the estate
    plans the masters: without a row for it, nobody could sign in."""
    across: tuple[Name, ...] = Field(default=(), examples=[["fw-outer"]])
    """The firewalls between masters and it, as estate:firewalls of either zone names them; none
    where nothing stands in between."""
    preview_subject: Word | None = Field(
        default=None, examples=["project_path:platform/estate:ref_type:branch:ref:main"]
    )
    """The pipeline (``sub``) that previews changes, on one protected ref or in one environment.
    With it no other identity of this issuer is accepted."""


def port_of(url: str) -> int:
    """The port that a client of this address connects to."""
    return urlsplit(url).port or 443


class Identity(Model):
    """The identity providers whose people and pipelines may log in to the cluster."""

    default: Name = Field(examples=["staff"])
    """The issuer whose groups are written without its name before them."""
    issuers: tuple[Issuer, ...] = Field(
        min_length=1,
        examples=[
            [
                {
                    "name": "staff",
                    "url": "https://login.insurer.example",
                    "audiences": ["estate-dmz"],
                }
            ]
        ],
    )
    """Every identity provider that the API servers believe."""
