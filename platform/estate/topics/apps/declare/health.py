"""How kubelets ask whether a replica can serve, and whether it lives (A4, A8, X3)."""

from __future__ import annotations

from typing import Annotated, Any, Literal, cast

from pydantic import Field, PlainValidator

from estate.reader.addresses import Port
from estate.reader.url_paths import UrlTarget, url_target
from estate.reader.values import Model, refusal


class Question(Model):
    """A question to a container: a path, gRPC or a command; without them, a port has to accept."""

    path: UrlTarget | None = Field(default=None, examples=["/healthz"])
    """HTTP path that answers 200."""
    grpc: str | None = Field(
        default=None,
        max_length=200,
        examples=["insurer.quote.v1.Quotes"],
        pattern="^[A-Za-z0-9._/-]*$",
    )
    """The service that ``grpc.health.v1.Health`` is asked about; empty for the whole server."""
    command: tuple[str, ...] | None = Field(
        default=None, min_length=1, max_length=100, examples=[["/opt/claims/bin/alive"]]
    )
    """A program of the image that ends with 0, with no shell around it."""
    port: Port | None = Field(default=None, examples=[8081])
    """Where it is asked; without it, the port of ``listen``."""
    tls: bool = False
    """Whether the path is asked for over HTTPS at ``port``; ``listen.tls`` says it for its own."""


_NAMED = {"tcp": Question(), "grpc": Question(grpc="")}

_WAYS = "a path such as /healthz, tcp, grpc, or a mapping of path, grpc, command, port and tls"


def _question(value: Any) -> Question:
    if isinstance(value, Question):
        return value
    if isinstance(value, str):
        return _NAMED.get(value) or Question(path=url_target(value))
    if not isinstance(value, dict):
        raise refusal("wrong-type", "found neither text nor a mapping", _WAYS, "Example: /healthz")
    found = Question.model_validate(value)
    ways = [key for key in ("path", "grpc", "command") if getattr(found, key) is not None]
    if len(ways) > 1:
        raise refusal(
            "not-one-way",
            f"{' and '.join(ways)} are named",
            "one of path, grpc, command; none of them where a port has to accept",
            "Keep the one that the app answers",
        )
    if found.command and found.port:
        raise refusal(
            "port-of-a-command",
            "a command is asked inside the container, at no port",
            "command without port",
            "Leave 'port' out",
        )
    if found.tls and not (found.path and found.port):
        raise refusal(
            "tls-without-port",
            "'tls' stands without a path at a port of its own",
            "tls beside path and port",
            "Where the port of 'listen' ends TLS, write it there: listen: {tls: true}",
        )
    return found


def _alive(value: Any) -> Question | None:
    return None if value == "none" else _question(value)


_Written = UrlTarget | Literal["tcp", "grpc"] | Question
AnyQuestion = Annotated[Question, PlainValidator(_question, json_schema_input_type=_Written)]
"""A path, a word, or a mapping."""
AnyQuestionOrNone = Annotated[
    Question | None, PlainValidator(_alive, json_schema_input_type=_Written | Literal["none"])
]
"""The same, or ``none``: nothing is asked."""


class Health(Model):
    """Two questions: whether a replica can serve, and whether only a restart helps."""

    ready: AnyQuestion = Field(default_factory=Question, examples=["/healthz"])
    """Whether a replica can serve; it may ask a database. Load balancers ask it too, at the node
    port; where it is no path, they ask whether the node port accepts."""
    alive: AnyQuestionOrNone = Field(default_factory=Question, examples=["/livez"])
    """Whether it lives, asking nothing outside the container; otherwise the container is started
    anew. Without it, its port has to accept. ``none``: only its own end starts it anew."""


def _health(value: Any) -> Health:
    if isinstance(value, dict) and not value.keys() & Question.model_fields.keys():
        return Health.model_validate(value)
    if isinstance(value, dict):
        keys = ", ".join(str(key) for key in cast("dict[object, object]", value))
        raise refusal(
            "health-is-two",
            f"{keys}: it is not said whether that is readiness or liveness",
            "a path, tcp, grpc, or a mapping of ready and alive",
            "Put the mapping below 'ready'. Example: health: {ready: {path: /healthz, port: 8081}}",
        )
    return Health(ready=_question(value))


AnyHealth = Annotated[Health, PlainValidator(_health, json_schema_input_type=_Written | Health)]
"""How readiness is asked, or both."""
