"""What an app's own keys refuse, by example: archetypes, files, hosts, metrics."""

from __future__ import annotations

from tests.level0.refused import (
    DESK,
    GATEWAY,
    PORTAL,
    QUOTE,
    Refusal,
)

REACHED = (
    Refusal(
        code="missing-key",
        edits=(
            (QUOTE, "app: quote", "«app: quote"),
            (QUOTE, "hosts: [quote.harbour.example]\n", ""),
        ),
        key_path="hosts",
        found="the key 'hosts' is missing",
        hint="an app that only others of the cluster reach has none and is of kind: service",
        neighbour=(
            (QUOTE, "hosts: [quote.harbour.example]\n", ""),
            (QUOTE, "kind: web", "kind: service"),
        ),
    ),
    Refusal(
        code="bad-host",
        edits=((QUOTE, "[quote.harbour.example]", "[«Quote.harbour.example]"),),
        key_path="hosts[0]",
        found="'Quote.harbour.example' is not a host name",
        allowed="in lower case",
        hint="Did you mean 'quote.harbour.example'?",
    ),
    Refusal(
        code="bad-host",
        edits=((QUOTE, "[quote.harbour.example]", '[«"quote.harbour.example:8443"]'),),
        key_path="hosts[0]",
        found="is not a host name",
        hint="Leave the port out",
    ),
    Refusal(
        code="bad-host",
        edits=((QUOTE, "[quote.harbour.example]", '[«"https://quote.harbour.example"]'),),
        key_path="hosts[0]",
        found="is not a host name",
        hint="Leave scheme and path out",
    ),
    Refusal(
        code="host-taken",
        edits=((QUOTE, "[quote.harbour.example]", "[«claim-intake.harbour.example]"),),
        key_path="hosts[0]",
        found="is taken in zone 'dmz' by apps/claim-intake-dmz.yaml:",
        allowed="each name once in a zone",
        neighbour=(
            (QUOTE, "[quote.harbour.example]", "[quote.harbour.example, q.harbour.example]"),
        ),
    ),
    Refusal(
        code="port-taken",
        edits=((QUOTE, "replicas: 3", "replicas: 3\nmetrics: {port: «8080}"),),
        key_path="metrics.port",
        found="the app itself listens on 8080",
        allowed="a port of its own",
        neighbour=((QUOTE, "replicas: 3", "replicas: 3\nmetrics: {port: 9090, path: /prom}"),),
    ),
)


def _config(*files: str) -> tuple[str, str, str]:
    written = ", ".join(f'{{path: {file}, content: "a=b\\n"}}' for file in files)
    return (QUOTE, "replicas: 3", f"replicas: 3\nconfig: [{written}]")


INSIDE = (
    Refusal(
        code="bad-file",
        edits=(_config("«/etc/quote.properties"),),
        key_path="config[0].path",
        found="'/etc/quote.properties' is not the path of a file in a directory of its own",
        allowed="like /etc/quote/quote.properties",
        neighbour=(_config("/etc/quote/quote.properties", "/etc/quote/more.properties"),),
    ),
    Refusal(
        code="name-taken",
        edits=(_config("/etc/quote/a.conf", "«/etc/quote/a.conf"),),
        key_path="config[1].path",
        found="the file '/etc/quote/a.conf' stands here again (first in line ",
        allowed="each file once",
    ),
    Refusal(
        code="mount-taken",
        edits=(_config("/etc/quote/a.conf", "«/etc/quote/more/b.conf"),),
        key_path="config[1].path",
        found="lies in the way of '/etc/quote' of file '/etc/quote/a.conf'",
        allowed="directories of which none is in another",
        neighbour=(_config("/etc/quote/a.conf", "/etc/more/b.conf"),),
    ),
    Refusal(
        code="mount-taken",
        edits=(
            (
                GATEWAY,
                "replicas: 3",
                'replicas: 3\nconfig: [{path: «/etc/secrets/a.conf, content: "a"}]',
            ),
        ),
        key_path="config[0].path",
        found="lies in the way of '/etc/secrets/session-key' of secret 'session-key'",
    ),
    Refusal(
        code="mount-taken",
        edits=((DESK, "application: /opt/claims/logs", "application: «/"),),
        key_path="logs.application",
        found="lies in the way of '/dev'",
    ),
    Refusal(
        code="mount-taken",
        edits=((PORTAL, "size: 20Gi}", "size: 20Gi, dump: «/tmp/dump}"),),
        key_path="logs.dump",
        found="'/tmp/dump' of the logs of kind 'dump' lies in the way of '/tmp'",
        neighbour=((PORTAL, "size: 20Gi}", "size: 20Gi, dump: /var/dump}"),),
    ),
)

REFUSALS = REACHED + INSIDE
