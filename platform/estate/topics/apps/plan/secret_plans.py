"""Secrets of an app, and its groups of variables: values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class SecretKeyPlan:
    """One key of a secret."""

    key: str
    name: str
    """The value's name: under it the stack's file keeps it, or Pulumi generates it."""
    binary: bool
    file: str
    """The name of its file; empty where it has none."""
    mode: int


@dataclass(frozen=True, kw_only=True)
class SecretPlan:
    """A secret that the program generates or is given; its values are never in a plan."""

    name: str
    """Name of the Kubernetes Secret, with the generation."""
    mount: str
    """The directory of its files; empty where it has none."""
    length: int
    keys: tuple[SecretKeyPlan, ...]
    stored: bool = False
    """The stack's file keeps its values, encrypted; they are not generated."""
    tls: bool = False


@dataclass(frozen=True, kw_only=True)
class SettingsPlan:
    """A group of environment variables that containers take in as a whole."""

    name: str
    """Of its ConfigMap, with the hash of its content."""
    values: tuple[tuple[str, str], ...]
