"""Secrets of an app: of one value, of several keys, or a certificate with its key (F1, F3)."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, WithJsonSchema

from estate.reader.problems import shown
from estate.reader.values import AbsolutePath, Model, Name, refusal

VALUE = "value"
"""The key, and the file, of a secret of one value."""
CERTIFICATE = ("tls.crt", "tls.key")
"""The keys of a Secret of type kubernetes.io/tls."""

_KEY = r"[-._a-zA-Z0-9]+"


def _key(value: str) -> str:
    """As IsConfigMapKey of k8s.io/apimachinery has it."""
    if re.fullmatch(_KEY, value) and len(value) <= 253 and not value.startswith(".."):
        return value if value != "." else _refused(value)
    return _refused(value)


def _refused(value: str) -> str:
    raise refusal(
        "bad-key",
        f"{shown(value)} is not the name of a key or of its file",
        "like password or keystore.p12: letters, digits, '-', '_' and '.', at most 253 characters",
    )


KeyName = Annotated[
    str,
    AfterValidator(_key),
    WithJsonSchema({"type": "string", "pattern": f"^{_KEY}$", "maxLength": 253}),
]


class SecretKey(Model):
    """One key of a secret; a file of its name, unless it says otherwise."""

    name: KeyName = Field(examples=["password"])
    """The key's name; unique in its secret."""
    form: Literal["text", "binary"] = "text"
    """``binary``: the stack's file keeps the value in base64, and the file has its bytes."""
    file: KeyName | None = Field(default=None, examples=["db.password"])
    """The name of its file; without it, the key's."""
    mode: Literal["0440", "0444", "0550", "0555"] = "0440"
    """Its file's rights. The kubelet always lets the app's group read, so there is no ``0400``
    (github.com/kubernetes/kubernetes/issues/57923)."""
    mounted: bool = True
    """``false``: no file; containers name the key in 'environment'."""


class Secret(Model):
    """A secret, mounted at ``/etc/secrets/<name>``; a higher generation replaces it."""

    name: Name = Field(examples=["session-key"])
    """The secret's name, and that of its folder below ``/etc/secrets``."""
    source: Literal["generated", "stack"] = Field(default="generated", alias="from")
    """``generated``: random. ``stack``: a value stored encrypted in the stack's file."""
    length: int = Field(default=32, ge=16, le=128)
    """The number of characters of a generated secret."""
    generation: int = Field(default=1, ge=1, le=999)
    """Raise it for a new value; pods restart."""
    keys: tuple[SecretKey, ...] = Field(
        default=(),
        max_length=50,
        examples=[[{"name": "username"}, {"name": "password"}]],
    )
    """Its keys, each with a value of its own. Without them it has one value, in the file
    ``value``."""
    tls: bool = False
    """``true``: a certificate and its key in PEM, as ``tls.crt`` and ``tls.key``; ``keys`` may add
    others, such as ``ca.crt``. The stack's file keeps them."""
    path: AbsolutePath | None = Field(default=None, examples=["/etc/quote/database"])
    """The directory of its files; without it ``/etc/secrets/<name>``. It hides the image's."""
    mounted: bool = True
    """``false``: no files; containers name its keys in 'environment' or 'environment_from'."""

    @property
    def directory(self) -> str:
        """Where its files are."""
        return self.path or f"/etc/secrets/{self.name}"

    @property
    def all_keys(self) -> tuple[SecretKey, ...]:
        """Its keys in order, those of a certificate and the one value included."""
        named = [one.name for one in self.keys]
        implied = CERTIFICATE if self.tls else () if self.keys else (VALUE,)
        return (*(SecretKey(name=one) for one in implied if one not in named), *self.keys)
