"""What can go wrong, in the words of the API server and of the provider it stands in for."""

from __future__ import annotations

from dataclasses import dataclass, field

from lab.plugins.wire import JsonMap, as_int, as_map, as_text, at


class ProviderError(Exception):
    """An error whose text is what the person at the terminal reads."""


class NoMatchError(ProviderError):
    """The API server does not serve this kind."""


class UnreachableError(ProviderError):
    """The API server did not answer."""


class ApiError(ProviderError):
    """The API server's own Status object."""

    def __init__(self, status: JsonMap) -> None:
        self.code = as_int(status.get("code"))
        self.reason = as_text(status.get("reason"))
        self.details = as_map(status.get("details"))
        super().__init__(as_text(status.get("message")) or self.reason)

    @property
    def not_found(self) -> bool:
        return self.code == 404

    @property
    def already_exists(self) -> bool:
        return self.reason == "AlreadyExists"

    @property
    def conflict(self) -> bool:
        return self.reason == "Conflict"

    @property
    def forbidden(self) -> bool:
        return self.reason == "Forbidden"

    @property
    def namespace_missing(self) -> bool:
        return self.not_found and at(self.details, "kind") == "namespaces"


@dataclass
class NotReadyError(ProviderError):
    """The object exists and did not become what it should be."""

    summary: str
    reasons: list[str] = field(default_factory=list[str])

    def __str__(self) -> str:
        return self.summary


@dataclass
class PartialFailure(ProviderError):
    """A failed operation that left an object: the engine keeps it, marked as not initialised."""

    summary: str
    id: str
    state: JsonMap
    reasons: list[str]
    inputs: JsonMap | None = None

    def __str__(self) -> str:
        return self.summary
