"""Declarations that admission's rules and the exception register refuse, by example."""

from __future__ import annotations

from tests.level0.refused import DMZ, EXCEPTIONS, QUOTE, Edit, Refusal


def _exception(
    *,
    rule: str = "host-path",
    namespace: str = "life-policy-portal",
    approved: str = '"2026-01-31"',
    expires: str = '"2026-07-31"',
    account: str = "policy-portal",
    opens: str = "paths: [{path: /var/log}]",
) -> str:
    return (
        f"    - rule: {rule}\n"
        f"      namespace: {namespace}\n"
        + (f"      account: {account}\n" if account else "")
        + (f"      {opens}\n" if opens else "")
        + "      reason: reads what the old agent leaves on the node\n"
        "      owner: life-portal@insurer.example\n"
        f"      approved: {approved}\n"
        f"      expires: {expires}\n"
    )


def _unruled(namespace: str) -> str:
    return (
        "  estate:unruled_namespaces:\n"
        f"    - namespace: {namespace}\n"
        "      reason: comes with images of its own\n"
        "      owner: platform@insurer.example\n"
    )


def _excepting(*exceptions: str) -> tuple[Edit, ...]:
    return ((DMZ, EXCEPTIONS, f"{EXCEPTIONS}{''.join(exceptions)}"),)


REFUSALS = (
    Refusal(
        code="against-a-rule",
        edits=((QUOTE, "replicas: 3", "replicas: 3\n«host_network: true"),),
        key_path="host_network",
        found="the key 'host_network' would go against the rule 'host-namespaces': a pod shares "
        "neither network nor processes nor IPC with its node",
        allowed="listen",
        hint="Listen on the pod's own address (listen.port)",
    ),
    Refusal(
        code="against-a-rule",
        edits=((QUOTE, "{port: 8080}", "{port: 8080, «hostPort: 8080}"),),
        key_path="listen.hostPort",
        found="the rule 'host-port': a container opens no port of its node",
        allowed="port",
        hint="connects_to",
    ),
    Refusal(
        code="bad-date",
        edits=_excepting(_exception(expires='«"31.7.2026"')),
        key_path="estate:exceptions[0].expires",
        found="'31.7.2026' is not a day",
        allowed='year-month-day, like "2026-01-31"',
        neighbour=_excepting(_exception()),
    ),
    Refusal(
        code="bad-date",
        edits=_excepting(_exception(expires='«"2026-02-30"')),
        key_path="estate:exceptions[0].expires",
        found="'2026-02-30' is not a day",
        allowed="year-month-day",
        neighbour=_excepting(_exception(approved='"2026-02-28"')),
    ),
    Refusal(
        code="exception-too-wide",
        edits=_excepting(_exception(namespace="«motor")),
        key_path="estate:exceptions[0].namespace",
        found="the namespace 'motor' is one that apps share",
        allowed="estate-logging",
        hint="Give the app that needs it a pool",
        neighbour=_excepting(_exception(namespace="estate-registry")),
    ),
    Refusal(
        code="unknown-namespace",
        edits=_excepting(_exception(namespace="«life-policy-portl")),
        key_path="estate:exceptions[0].namespace",
        found="there is no namespace 'life-policy-portl'",
        allowed="life-policy-portal",
        hint="Did you mean 'life-policy-portal'?",
        neighbour=_excepting(_exception()),
    ),
    Refusal(
        code="not-a-choice",
        edits=_excepting(_exception(rule="«hostpath")),
        key_path="estate:exceptions[0].rule",
        found="found 'hostpath'",
        allowed="host-path",
        hint="Did you mean 'host-path'?",
        neighbour=_excepting(_exception()),
    ),
    Refusal(
        code="exception-ends-first",
        edits=_excepting(_exception(approved='"2026-02-28"', expires='«"2026-02-27"')),
        key_path="estate:exceptions[0].expires",
        found="it would expire on 2026-02-27, before it is approved (2026-02-28)",
        allowed="a day after that of 'approved'",
        neighbour=_excepting(_exception(approved='"2026-03-01"', expires='"2026-03-01"')),
        also=("exception-expired",),
    ),
    Refusal(
        code="exception-again",
        edits=_excepting(_exception(), _exception(rule="«host-path")),
        key_path="estate:exceptions[1].rule",
        found="the rule 'host-path' is open in 'life-policy-portal' already (line",
        allowed="each once",
        neighbour=_excepting(_exception(), _exception(rule="host-port", opens="ports: [9100]")),
    ),
    Refusal(
        code="exception-expired",
        edits=_excepting(_exception(expires='«"2026-02-28"')),
        key_path="estate:exceptions[0].expires",
        found="the exception of 'life-policy-portal' from the rule 'host-path' expired on "
        "2026-02-28, today is 2026-03-01",
        hint="have life-portal@insurer.example renew it",
        neighbour=_excepting(_exception(expires='"2026-03-01"')),
    ),
    Refusal(
        code="exception-not-yet",
        edits=_excepting(_exception(approved='«"2026-03-02"')),
        key_path="estate:exceptions[0].approved",
        found="is approved from 2026-03-02 on, today is 2026-03-01",
        hint="Apply it on that day",
        neighbour=_excepting(_exception(approved='"2026-03-01"')),
    ),
    Refusal(
        code="exception-account",
        edits=_excepting(_exception(rule="«host-path", account="")),
        key_path="estate:exceptions[0].rule",
        found="the rule 'host-path' would not hold for any pod of 'life-policy-portal'",
        allowed="account: the service account of the pods",
        neighbour=_excepting(_exception()),
    ),
    Refusal(
        code="exception-account",
        edits=_excepting(_exception(rule="node-port", account="«policy-portal", opens="")),
        key_path="estate:exceptions[0].account",
        found="the rule 'node-port' is one of Services and routes",
        allowed="no account",
        neighbour=_excepting(_exception(rule="node-port", account="", opens="")),
    ),
    Refusal(
        code="exception-without-bounds",
        edits=_excepting(_exception(rule="«privilege", opens="")),
        key_path="estate:exceptions[0].rule",
        found="nothing says what the exception from 'privilege' opens",
        allowed="root or capabilities",
        neighbour=_excepting(_exception(rule="privilege", opens="root: true")),
    ),
    Refusal(
        code="superfluous",
        edits=_excepting(_exception(rule="image", opens="ports: «[9100]")),
        key_path="estate:exceptions[0].ports",
        found="'ports' is for exceptions from 'host-port', and this one is from 'image'",
        hint="Leave it out",
        neighbour=_excepting(_exception(rule="image", opens="")),
    ),
    Refusal(
        code="unruled-namespace",
        edits=((DMZ, EXCEPTIONS, f"{_unruled('«motor')}{EXCEPTIONS}"),),
        key_path="estate:unruled_namespaces[0].namespace",
        found="the namespace 'motor' is one of the estate's",
        allowed="a program that the estate does not install",
        neighbour=((DMZ, EXCEPTIONS, f"{_unruled('cert-manager')}{EXCEPTIONS}"),),
    ),
)
