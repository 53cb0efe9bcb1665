"""What keys of an app's pods refuse, by example: one pod, further containers, limits, health."""

from __future__ import annotations

from tests.level0.refused import PORTAL, QUOTE, Refusal

PROXY = f"motor/proxy@sha256:{'5a' * 32}"

ALONE = (
    Refusal(
        code="one-replica",
        edits=((QUOTE, "replicas: 3", "replicas: «1"),),
        key_path="replicas",
        found="one pod: nothing is left while it restarts",
        allowed="2 or more, or 1 beside 'alone' with the reason",
        hint="Example: alone: it holds the lock",
        neighbour=((QUOTE, "replicas: 3", "replicas: 1\nalone: it holds the lock of a file"),),
    ),
    Refusal(
        code="not-alone",
        edits=((QUOTE, "replicas: 3", "replicas: 3\nalone: «it holds the lock of a file"),),
        key_path="alone",
        found="'alone' stands beside 3 replicas",
        hint="Leave 'alone' out",
        neighbour=(
            (QUOTE, "replicas: 3", "replicas: 1\nalone: {why: it holds a lock, overlap: true}"),
        ),
    ),
    Refusal(
        code="no-overlap",
        edits=(
            (
                "apps/document-store-intranet.yaml",
                "replicas: 2",
                "replicas: 1\nalone: {why: it holds a lock, overlap: «true}",
            ),
        ),
        key_path="alone.overlap",
        found="a pod with a volume of its own ends before the next one starts",
        hint="Leave 'overlap' out",
    ),
    Refusal(
        code="no-port",
        edits=(
            (
                QUOTE,
                "replicas: 3",
                f"replicas: 3\nsidecars: [{{name: proxy, image: {PROXY}, size: "
                "{cpu: 50m, memory: 32Mi}, ready: «/ready}]",
            ),
        ),
        key_path="sidecars[0].ready",
        found="it is not said which port of the sidecar is asked",
        hint="Example: ready: {path: /healthz, port: 15021}",
        neighbour=(
            (
                QUOTE,
                "replicas: 3",
                f"replicas: 3\nsidecars: [{{name: proxy, image: {PROXY}, size: "
                "{cpu: 50m, memory: 32Mi}, ready: {path: /ready, port: 15021}}]",
            ),
        ),
    ),
)

CONTAINER = (
    Refusal(
        code="limit-below-size",
        edits=((QUOTE, "health: /healthz", "health: /healthz\nlimits: {cpu: «100m}"),),
        key_path="limits.cpu",
        found="100m is less than the 500m of 'size'",
        allowed="500m or more",
        hint="then a pod may use as much as its size",
        neighbour=((QUOTE, "health: /healthz", "health: /healthz\nlimits: {cpu: none}"),),
    ),
    Refusal(
        code="limit-below-size",
        edits=((QUOTE, "health: /healthz", "health: /healthz\nlimits: {memory: «512Mi}"),),
        key_path="limits.memory",
        found="512Mi is less than the 1Gi of 'size'",
        allowed="1Gi or more",
        neighbour=((QUOTE, "health: /healthz", "health: /healthz\nlimits: {memory: 1Gi}"),),
    ),
    Refusal(
        code="bad-cpu",
        edits=((QUOTE, "health: /healthz", "health: /healthz\nlimits: {cpu: «much}"),),
        key_path="limits.cpu",
        found="'much' is not an amount of CPU",
        neighbour=((QUOTE, "health: /healthz", "health: /healthz\nlimits: {cpu: 2}"),),
    ),
    Refusal(
        code="root-user",
        edits=((QUOTE, "health: /healthz", "health: /healthz\nuser: «0"),),
        key_path="user",
        found="0 is root",
        allowed="a number from 1",
        hint="containers run as 10001",
        neighbour=((QUOTE, "health: /healthz", "health: /healthz\nuser: 1001"),),
    ),
    Refusal(
        code="mount-taken",
        edits=(
            (
                QUOTE,
                "health: /healthz",
                "health: /healthz\nwritable:\n"
                "  - {path: /var/a, size: 1Gi}\n  - {path: «/var/a/b, size: 1Gi}",
            ),
        ),
        key_path="writable[1].path",
        found="'/var/a/b' of 'writable' lies in the way of '/var/a'",
        neighbour=(
            (
                QUOTE,
                "health: /healthz",
                "health: /healthz\nwritable:\n"
                "  - {path: /var/a, size: 1Gi}\n  - {path: /var/b, size: 1Gi}",
            ),
        ),
    ),
    Refusal(
        code="mount-reserved",
        edits=(
            (
                QUOTE,
                "health: /healthz",
                "health: /healthz\nwritable: [{path: «/usr, size: 1Gi}]",
            ),
        ),
        key_path="writable[0].path",
        found="'/usr' of 'writable' lies in the way of '/usr'",
        neighbour=(
            (QUOTE, "health: /healthz", "health: /healthz\nwritable: [{path: /srv, size: 1Gi}]"),
        ),
    ),
)

HEALTH = (
    Refusal(
        code="liveness-is-readiness",
        edits=((QUOTE, "health: /healthz", "health: {ready: /healthz, alive: «/healthz}"),),
        key_path="health.alive",
        found="'/healthz' is what 'ready' asks too",
        allowed="another question than that of 'ready'",
        hint="Leave 'alive' out: then the port has to accept",
        neighbour=((QUOTE, "health: /healthz", "health: {ready: /healthz, alive: /livez}"),),
    ),
    Refusal(
        code="liveness-is-readiness",
        edits=((QUOTE, "health: /healthz", "health: {ready: grpc, alive: «grpc}"),),
        key_path="health.alive",
        found="gRPC is what 'ready' asks too",
        neighbour=((QUOTE, "health: /healthz", "health: {ready: tcp, alive: tcp}"),),
    ),
    Refusal(
        code="asked-elsewhere",
        edits=((PORTAL, "health: /healthz", "health: {ready: {path: /healthz, port: «8081}}"),),
        key_path="health.ready.port",
        found="port 8081 is no port that the load balancer reaches",
        hint="Answer the path at the port of 'listen'",
        neighbour=((PORTAL, "health: /healthz", "health: {ready: {grpc: a.v1.B, port: 8081}}"),),
    ),
    Refusal(
        code="not-one-way",
        edits=((QUOTE, "health: /healthz", "health: {ready: «{path: /healthz, grpc: ''}}"),),
        key_path="health.ready",
        found="path and grpc are named",
        allowed="one of path, grpc, command",
        neighbour=((QUOTE, "health: /healthz", "health: {ready: {path: /healthz}}"),),
    ),
    Refusal(
        code="port-of-a-command",
        edits=((QUOTE, "health: /healthz", "health: {ready: «{command: [/alive], port: 81}}"),),
        key_path="health.ready",
        found="a command is asked inside the container, at no port",
        hint="Leave 'port' out",
        neighbour=((QUOTE, "health: /healthz", "health: {ready: {command: [/alive]}}"),),
    ),
    Refusal(
        code="tls-without-port",
        edits=((QUOTE, "health: /healthz", "health: {ready: «{path: /healthz, tls: true}}"),),
        key_path="health.ready",
        found="'tls' stands without a path at a port of its own",
        hint="listen: {tls: true}",
        neighbour=(
            (QUOTE, "health: /healthz", "health: {ready: {path: /ready, tls: true, port: 8443}}"),
        ),
    ),
    Refusal(
        code="health-is-two",
        edits=((QUOTE, "health: /healthz", "health: «{path: /healthz, port: 8081}"),),
        key_path="health",
        found="path, port: it is not said whether that is readiness or liveness",
        hint="Put the mapping below 'ready'",
        neighbour=((QUOTE, "health: /healthz", "health: {ready: {path: /healthz, port: 8081}}"),),
    ),
    Refusal(
        code="unknown-key",
        edits=((QUOTE, "health: /healthz", "health: /healthz\n«liveness: /livez"),),
        key_path="liveness",
        found="unknown key 'liveness'",
        hint="It stands below 'health' now",
        neighbour=((QUOTE, "health: /healthz", "health: {ready: /healthz, alive: /livez}"),),
    ),
)

REFUSALS = ALONE + CONTAINER + HEALTH
