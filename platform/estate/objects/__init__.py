"""Builders of Kubernetes objects as plain data; the invariants live here."""

from estate.objects.manifest import JsonObject, Manifest, SecretSpec

__all__ = ["JsonObject", "Manifest", "SecretSpec"]
