"""Paths of URLs, by RFC 3986; paths of files are another type (`values.AbsolutePath`)."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import quote

from pydantic import AfterValidator, WithJsonSchema

from estate.reader.problems import shown
from estate.reader.values import refusal

_CHARACTER = r"([A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})"  # pchar, section 3.3
_SEGMENT = rf"(?!(\.|%2[Ee]){{1,2}}(/|\?|$)){_CHARACTER}+"  # no dot segment, section 5.2.4
_PATH = rf"/({_SEGMENT}(/{_SEGMENT})*/?)?"
_TARGET = rf"{_PATH}(\?({_CHARACTER}|[/?])*)?"
# Kubernetes refuses an encoded slash in the path of an Ingress and of an HTTPRoute.
_PUBLISHED = rf"(?!.*%2[Ff]){_PATH}"
# Prometheus takes the path as it is spelled, and encodes each '%' of it once more.
_SCRAPED = rf"(?!.*%){_PATH}"

_LONGEST = 200
_CHARACTERS = "letters, digits and -._~!$&'()*+,;=:@"
_SLASHES = "no '//', and neither '.' nor '..' between slashes"
_SAFE = "/-._~!$&'()*+,;=:@%"


def _refused(value: str, pattern: str, found: str, allowed: str, safe: str) -> str:
    if re.fullmatch(pattern, value) and len(value) <= _LONGEST:
        return value
    meant = quote(value if value.startswith("/") else f"/{value}", safe=safe)
    fits = re.fullmatch(pattern, meant) and len(meant) <= _LONGEST and meant != "/"
    raise refusal(
        "bad-url-path",
        f"{shown(value)} is not {found}",
        f"{allowed}, {_SLASHES}, at most {_LONGEST} characters",
        f"Did you mean {shown(meant)}?" if fits else "",
    )


def url_target(value: str) -> str:
    """``value``, when it is the path of an HTTP request; a refusal with the fix otherwise."""
    return _refused(
        value,
        _TARGET,
        "the path of a URL",
        f"like /-/healthy or /health/?full=1: {_CHARACTERS}, others as '%' and two hexadecimal "
        "digits, then a query or none, no fragment",
        f"{_SAFE}?",
    )


UrlTarget = Annotated[
    str,
    AfterValidator(url_target),
    WithJsonSchema({"type": "string", "pattern": f"^{_TARGET}$", "maxLength": _LONGEST}),
]
"""The path of an HTTP request, and its query where there is one."""


def _published(value: str) -> str:
    return _refused(
        value,
        _PUBLISHED,
        "the path of a URL that routers publish",
        f"like /app or /.well-known: {_CHARACTERS}, others as '%' and two hexadecimal digits, "
        "no encoded slash (%2F), no query",
        _SAFE,
    )


PublishedPath = Annotated[
    str,
    AfterValidator(_published),
    WithJsonSchema({"type": "string", "pattern": f"^{_PUBLISHED}$", "maxLength": _LONGEST}),
]
"""A path that an Ingress and an HTTPRoute take."""


def _scraped(value: str) -> str:
    return _refused(
        value,
        _SCRAPED,
        "the path of a URL that Prometheus asks for",
        f"like /metrics or /-/metrics: {_CHARACTERS}, nothing encoded, no query",
        _SAFE,
    )


ScrapedPath = Annotated[
    str,
    AfterValidator(_scraped),
    WithJsonSchema({"type": "string", "pattern": f"^{_SCRAPED}$", "maxLength": _LONGEST}),
]
"""A path that Prometheus asks for."""
