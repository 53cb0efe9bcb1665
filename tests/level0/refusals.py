"""Every rule of declare/ and plan/ that refuses a declaration, by example.

An edit replaces the one place where ``old`` stands in a shipped file. ``«`` in the edits marks
where the problem must point; it is not written. ``neighbour`` is the nearest declaration that is
accepted.
"""

from __future__ import annotations

from dataclasses import dataclass

Edit = tuple[str, str, str]

DMZ = "Pulumi.dmz.yaml"
INTRANET = "Pulumi.intranet.yaml"
QUOTE = "apps/quote-dmz.yaml"
PORTAL = "apps/policy-portal-dmz.yaml"
INNER_PORTAL = "apps/policy-portal-intranet.yaml"
GATEWAY = "apps/broker-gateway-dmz.yaml"
DESK = "apps/claims-desk-intranet.yaml"
RESERVING = "apps/reserving-intranet.yaml"
UNDERWRITING = "apps/underwriting-intranet.yaml"
ARCHIVE = "apps/claims-archive-intranet.yaml"
MOTOR = "tenants/motor.yaml"
LIFE = "tenants/life.yaml"
ACTUARIAL = "tenants/actuarial.yaml"


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """One declaration that is refused, and what the message has to say."""

    code: str
    edits: tuple[Edit, ...]
    key_path: str
    found: str
    allowed: str = ""
    hint: str = ""
    neighbour: tuple[Edit, ...] = ()
    also: tuple[str, ...] = ()
    """Codes of other problems that the same edits cause."""


READER = (
    Refusal(
        code="duplicate-key",
        edits=((QUOTE, "replicas: 3", "replicas: 3\n«replicas: 4"),),
        key_path="replicas",
        found="the key 'replicas' stands here again (first in line 8)",
        allowed="each key once",
        neighbour=((QUOTE, "replicas: 3", "replicas: 4"),),
    ),
    Refusal(
        code="yaml-boolean",
        edits=((QUOTE, "zone: dmz", "zone: «no"),),
        key_path="zone",
        found="'no' is a word that YAML 1.1 may read as a boolean",
        hint='Write true or false for a boolean, quotes for text: "no"',
    ),
    Refusal(
        code="yaml-null",
        edits=((QUOTE, "health: /healthz", "health: «~"),),
        key_path="health",
        found="'~' is an empty value",
        hint="Leave the key out",
    ),
    Refusal(
        code="yaml-octal",
        edits=((QUOTE, "replicas: 3", "replicas: «03"),),
        key_path="replicas",
        found="'03' is a number with a leading zero, which YAML 1.1 reads as octal",
        hint="Write the number without the zero",
        neighbour=((QUOTE, "replicas: 3", "replicas: 5"),),
    ),
    Refusal(
        code="yaml-number",
        edits=((QUOTE, "{port: 8080}", "{port: «0x1F90}"),),
        key_path="listen.port",
        found="'0x1F90' is a number in a notation that readers disagree on",
        hint="Write it in decimal digits",
        neighbour=((QUOTE, "{port: 8080}", "{port: 8081}"),),
    ),
    Refusal(
        code="yaml-sexagesimal",
        edits=((QUOTE, "replicas: 3", "replicas: «1:30"),),
        key_path="replicas",
        found="'1:30' is a number that YAML 1.1 reads in base 60",
        hint='Put it in quotes if the text is meant: "1:30"',
    ),
    Refusal(
        code="yaml-float",
        edits=((DMZ, 'version: "1.36"', "version: «1.36"),),
        key_path="config.estate:cluster.version",
        found="'1.36' is an unquoted decimal or version (1.30 would become 1.3)",
        hint='Put it in quotes if the text is meant: "1.36"',
        neighbour=((DMZ, 'version: "1.36"', "version: '1.36'"),),
    ),
    Refusal(
        code="yaml-date",
        edits=((QUOTE, "app: quote", "app: «2026-01-31"),),
        key_path="app",
        found="'2026-01-31' is an unquoted date",
        hint='Put it in quotes if the text is meant: "2026-01-31"',
    ),
    Refusal(
        code="yaml-value-key",
        edits=((QUOTE, "health: /healthz", "health: «="),),
        key_path="health",
        found="'=' is YAML 1.1's value key",
        hint="Put it in quotes",
    ),
    Refusal(
        code="yaml-anchor",
        edits=((QUOTE, "{cpu: 500m, memory: 1Gi}", "«&small {cpu: 500m, memory: 1Gi}"),),
        key_path="size",
        found="'&small' is an anchor",
        allowed="values written out",
    ),
    Refusal(
        code="yaml-alias",
        edits=((QUOTE, "{cpu: 500m, memory: 1Gi}", "{cpu: &one 500m, memory: «*one}"),),
        key_path="size.memory",
        found="'*one' is an alias",
        allowed="values written out",
        also=("yaml-anchor",),
    ),
    Refusal(
        code="yaml-merge",
        edits=((QUOTE, "{cpu: 500m, memory: 1Gi}", "{«<<: {cpu: 500m}, cpu: 1, memory: 1Gi}"),),
        key_path="size.<<",
        found="'<<' is the merge key",
        allowed="values written out",
        neighbour=((QUOTE, "{cpu: 500m, memory: 1Gi}", "{cpu: 1, memory: 1Gi}"),),
    ),
    Refusal(
        code="yaml-tag",
        edits=((QUOTE, "replicas: 3", "replicas: «!!int 3"),),
        key_path="replicas",
        found="'tag:yaml.org,2002:int' is a tag",
        allowed="plain values",
    ),
    Refusal(
        code="key-not-text",
        edits=((QUOTE, "replicas: 3", "replicas: 3\n«8080: 1"),),
        key_path="8080",
        found="the key '8080' is no text",
        allowed="a word",
        also=("unknown-key",),
    ),
    Refusal(
        code="several-documents",
        edits=((QUOTE, "listen: {port: 8080}", "listen: {port: 8080}\n«---\napp: other"),),
        key_path="",
        found="a second document begins here",
        allowed="one document per file",
        hint="Put each declaration in a file of its own",
        neighbour=((QUOTE, "app: quote", "---\napp: quote"),),
    ),
    Refusal(
        code="yaml-syntax",
        edits=((QUOTE, "health: /healthz", "health: a«: b"),),
        key_path="",
        found="not valid YAML: mapping values are not allowed in this context",
        hint="Put the text in quotes",
    ),
    Refusal(
        code="tab",
        edits=(
            (
                MOTOR,
                "    pool: shared\n    quota: {cpu: 8, memory: 16Gi, pods: 20}\n  intranet",
                "    pool: shared\n«\tquota: {cpu: 8, memory: 16Gi, pods: 20}\n  intranet",
            ),
        ),
        key_path="",
        found="a tab in the indentation",
        allowed="spaces",
        neighbour=((QUOTE, "replicas: 3", "replicas:\t3"),),
    ),
    Refusal(
        code="unprintable",
        edits=((QUOTE, "app: quote", "app: quo«\u200bte"),),
        key_path="",
        found="U+200B, zero width space, cannot be seen",
        allowed="text that prints",
        neighbour=(
            (QUOTE, "# yaml-language-server", "# Lebensversicherung für «Ältere» 保险\n# y"),
        ),
    ),
    Refusal(
        code="too-deep",
        edits=((QUOTE, "app: quote", f"app: {'[' * 15}«[quote]{']' * 15}"),),
        key_path="",
        found="nested deeper than any declaration",
        allowed="16 levels",
    ),
)

FORMS = (
    Refusal(
        code="missing-key",
        edits=((QUOTE, "app: quote\n", "«"), (QUOTE, "health: /healthz\n", "")),
        key_path="health",
        found="the key 'health' is missing",
        hint="HTTP path that answers 200 when a replica can serve. Example: health: /healthz",
        also=("missing-key",),
    ),
    Refusal(
        code="unknown-key",
        edits=((QUOTE, "replicas: 3", "«replica: 3"),),
        key_path="replica",
        found="unknown key 'replica'",
        allowed="app, tenant, zone, owner, state, image, replicas",
        hint="Did you mean 'replicas'?",
        also=("missing-key",),
    ),
    Refusal(
        code="not-a-choice",
        edits=((PORTAL, "traffic_policy: Cluster", "traffic_policy: «cluster"),),
        key_path="listen.traffic_policy",
        found="found 'cluster'",
        allowed="Cluster, Local",
        hint="Did you mean 'Cluster'?",
        neighbour=((PORTAL, "traffic_policy: Cluster", "traffic_policy: Local"),),
    ),
    Refusal(
        code="wrong-type",
        edits=((QUOTE, "replicas: 3", 'replicas: «"3"'),),
        key_path="replicas",
        found="found '3', text",
        allowed="a whole number",
        hint="Write it without quotes: 3",
    ),
    Refusal(
        code="out-of-range",
        edits=((QUOTE, "replicas: 3", "replicas: «1"),),
        key_path="replicas",
        found="found '1'",
        allowed="at least 2",
        hint="two or more, so that the app survives the loss of a node",
        neighbour=((QUOTE, "replicas: 3", "replicas: 2"),),
    ),
    Refusal(
        code="too-short",
        edits=((DMZ, "vips: [10.10.0.16/28]", "vips: «[]"),),
        key_path="estate:f5.vips",
        found="nothing stands here",
        allowed="at least 1",
        hint="Where virtual addresses may be taken from. Example: vips: [10.10.0.16/28]",
    ),
    Refusal(
        code="too-long",
        edits=((DMZ, "context: dmz ", f"context: «{'x' * 254} "),),
        key_path="estate:cluster.context",
        found="the text has 254 characters",
        allowed="at most 253",
        neighbour=((DMZ, "context: dmz ", f"context: {'x' * 253} "),),
    ),
    Refusal(
        code="bad-name",
        edits=((QUOTE, "app: quote", "app: «Quote_App"),),
        key_path="app",
        found="'Quote_App' is not a name",
        allowed="lower-case letters, digits and '-', beginning with a letter, at most 30",
        hint="Did you mean 'quote-app'?",
        neighbour=((QUOTE, "app: quote", "app: quote-app"),),
    ),
    Refusal(
        code="bad-host",
        edits=((DMZ, "{host: registry.dmz", "{host: «https://registry.dmz"),),
        key_path="estate:registry.host",
        found="'https://registry.dmz.harbour.example' is not a host name",
        allowed="like registry.insurer.example",
        hint="Leave the scheme out",
        neighbour=((DMZ, "dmz.harbour.example}", "dmz.harbour.example:5000}"),),
    ),
    Refusal(
        code="bad-address",
        edits=((DMZ, "address: 10.10.1.11,", "address: «10.10.1.011,"),),
        key_path="estate:nodes[0].address",
        found="'10.10.1.011' is not an IPv4 address",
        allowed="without leading zeros, like 10.10.1.11",
        neighbour=((DMZ, "address: 10.10.1.11,", "address: 10.10.1.111,"),),
    ),
    Refusal(
        code="bad-cidr",
        edits=((DMZ, "nodes: 10.10.1.0/24", "nodes: «10.10.1.7/24"),),
        key_path="estate:network.nodes",
        found="'10.10.1.7/24' has host bits set",
        allowed="the network's first address",
        hint="Did you mean '10.10.1.0/24'?",
        neighbour=((DMZ, "nodes: 10.10.1.0/24", "nodes: 10.10.1.0/25"),),
    ),
    Refusal(
        code="bad-cidr",
        edits=((DMZ, "nodes: 10.10.1.0/24", "nodes: «10.10.1.0/255.255.255.0"),),
        key_path="estate:network.nodes",
        found="'10.10.1.0/255.255.255.0' has no prefix length",
        hint="Did you mean '10.10.1.0/24'?",
    ),
    Refusal(
        code="bad-cpu",
        edits=((QUOTE, "{cpu: 500m,", "{cpu: «0.5m,"),),
        key_path="size.cpu",
        found="'0.5m' is not an amount of CPU",
        allowed='cores such as 2 or "0.5", or millicores such as 500m',
        neighbour=((QUOTE, "{cpu: 500m,", '{cpu: "0.5",'),),
    ),
    Refusal(
        code="bad-memory",
        edits=((QUOTE, "memory: 1Gi", "memory: «1G"),),
        key_path="size.memory",
        found="'1G' is not an amount of memory",
        allowed="a number with Mi, Gi or Ti, such as 512Mi or 4Gi",
        hint="Did you mean '1Gi'?",
        neighbour=((QUOTE, "memory: 1Gi", "memory: 1024Mi"),),
    ),
    Refusal(
        code="bad-path",
        edits=((QUOTE, "health: /healthz", "health: «healthz"),),
        key_path="health",
        found="'healthz' is not an absolute path",
        allowed="like /exports/logs",
        hint="Did you mean '/healthz'?",
        neighbour=((QUOTE, "health: /healthz", "health: /"),),
    ),
    Refusal(
        code="bad-path",
        edits=((DESK, "path: /opt/claims/logs", "path: «/opt/../../etc"),),
        key_path="logs.path",
        found="'/opt/../../etc' is not an absolute path",
        allowed="no '..'",
    ),
    Refusal(
        code="bad-owner",
        edits=((QUOTE, "owner: quote@harbour.example", "owner: «the quote team"),),
        key_path="owner",
        found="'the quote team' is not a mail address",
        allowed="the team's mailbox, like life-portal@insurer.example",
    ),
    Refusal(
        code="bad-image",
        edits=(
            (
                QUOTE,
                "image: motor/quote@sha256:0ff1dffae91861885f57de3a1df5254f1c136940510ee"
                "4a8585db8dee6779bb7",
                "image: «motor/quote:1.2",
            ),
        ),
        key_path="image",
        found="'motor/quote:1.2' is not an image by digest",
        allowed="'@sha256:' and 64 hexadecimal digits",
        hint="A tag may move: pin what was tested by its digest",
    ),
    Refusal(
        code="bad-image",
        edits=((QUOTE, "image: motor/", "image: «registry.dmz.harbour.example/motor/"),),
        key_path="image",
        found="is not an image by digest",
        hint="Leave the registry's host out",
        neighbour=((QUOTE, "image: motor/", "image: motor/web/"),),
    ),
    Refusal(
        code="bad-version",
        edits=((DMZ, 'version: "1.36"', 'version: «"v1.36.2"'),),
        key_path="estate:cluster.version",
        found="'v1.36.2' is not a version of Kubernetes",
        allowed='"1.30" or later',
        hint='Did you mean "1.36"?',
        neighbour=((DMZ, 'version: "1.36"', 'version: "1.30"'),),
    ),
    Refusal(
        code="bad-uid",
        edits=(
            (DMZ, "    distribution: kubernetes", "    uid: «dmz\n    distribution: kubernetes"),
        ),
        key_path="estate:cluster.uid",
        found="'dmz' is not the UID of an object",
        allowed="32 hexadecimal digits in five groups",
        neighbour=(
            (
                DMZ,
                "    distribution: kubernetes",
                "    uid: 0b9c1f2e-8a51-4c50-9d0e-3f5f6f1c7a11\n    distribution: kubernetes",
            ),
        ),
    ),
    Refusal(
        code="secret-fact",
        edits=((DMZ, "{host: registry.dmz.harbour.example}", "«{secure: v1:abc}"),),
        key_path="estate:registry",
        found="this fact is encrypted",
        allowed="facts in the clear",
        neighbour=(
            (
                DMZ,
                "  estate:removal: allowed",
                "  estate:token: {secure: v1:abc}\n  estate:removal: allowed",
            ),
        ),
        also=("missing-key",),
    ),
    Refusal(
        code="wrong-file",
        edits=((MOTOR, "tenant: motor", "tenant: «motors"),),
        key_path="tenant",
        found="tenant 'motors' stands in the file of 'motor'",
        allowed="the file motors.yaml",
        also=("unknown-tenant", "unknown-tenant"),
    ),
)

NAMES = (
    Refusal(
        code="wrong-zone",
        edits=((DMZ, "    zone: dmz", "    zone: «intranet"),),
        key_path="estate:cluster.zone",
        found="the file of stack 'dmz' declares the zone 'intranet'",
        allowed="dmz",
        hint="Did you mean 'dmz'?",
    ),
    Refusal(
        code="wrong-zone",
        edits=((INTRANET, "source_zone: dmz", "source_zone: «intranet"),),
        key_path="estate:firewalls[0].source_zone",
        found="the firewall 'fw-inner' stands between 'intranet' and itself",
        allowed="the other zone",
    ),
    Refusal(
        code="name-taken",
        edits=((DMZ, "name: dmz-n02", "name: «dmz-n01"),),
        key_path="estate:nodes[1].name",
        found="the name 'dmz-n01' stands here again (first in line ",
        allowed="each name once",
        neighbour=((DMZ, "name: dmz-n02", "name: dmz-n20"),),
    ),
    Refusal(
        code="name-taken",
        edits=((GATEWAY, "{name: session-key}", "{name: session-key}\n  - {name: «session-key}"),),
        key_path="secrets[1].name",
        found="the name 'session-key' stands here again (first in line ",
        allowed="each name once",
        neighbour=((GATEWAY, "{name: session-key}", "{name: session-key}\n  - {name: other}"),),
    ),
    Refusal(
        code="name-taken",
        edits=((PORTAL, "{name: policydb}", "{name: policydb}\n  - {name: «policydb}"),),
        key_path="databases[1].name",
        found="the name 'policydb' stands here again (first in line ",
        allowed="each name once",
    ),
    Refusal(
        code="name-taken",
        edits=((INTRANET, "{name: claimdb", "{name: «policydb"),),
        key_path="estate:databases[1].name",
        found="'policydb' is a database of zone 'intranet' already",
        allowed="each name once",
        also=("unknown-database",) * 3,
    ),
    Refusal(
        code="name-taken",
        edits=((QUOTE, "app: quote", "app: «claim-intake"),),
        key_path="app",
        found="app 'claim-intake' of zone 'dmz' stands in apps/claim-intake-dmz.yaml:2:6 too",
        allowed="each app once per zone",
        neighbour=((QUOTE, "app: quote", "app: claims-desk"),),
    ),
    Refusal(
        code="not-isolated",
        edits=((INTRANET, "host: registry.intranet.", "host: «registry.dmz."),),
        key_path="estate:registry.host",
        found="the registry 'registry.dmz.harbour.example' is that of zone 'dmz' too",
        allowed="one for each zone",
    ),
    Refusal(
        code="not-isolated",
        edits=((INTRANET, "name: intranet\n", "name: «dmz\n"),),
        key_path="estate:cluster.name",
        found="the cluster's name 'dmz' is that of zone 'dmz' too",
        allowed="one for each zone",
        neighbour=((INTRANET, "name: intranet\n", "name: inner\n"),),
    ),
    Refusal(
        code="not-isolated",
        edits=((INTRANET, "context: intranet ", "context: «dmz "),),
        key_path="estate:cluster.context",
        found="the kubeconfig context 'dmz' is that of zone 'dmz' too",
        allowed="one for each zone",
    ),
    Refusal(
        code="unknown-pool",
        edits=(
            (
                DMZ,
                "name: dmz-n12, address: 10.10.1.22, rack: rack-a, size: medium, pool: shared",
                "name: dmz-n12, address: 10.10.1.22, rack: rack-a, size: medium, pool: «share",
            ),
        ),
        key_path="estate:nodes[11].pool",
        found="there is no pool 'share'",
        allowed="brokers, policy-portal, shared",
        hint="Did you mean 'shared'?",
    ),
    Refusal(
        code="unknown-pool",
        edits=((LIFE, "pool: shared", "pool: «commons"),),
        key_path="zones.intranet.pool",
        found="there is no pool 'commons'",
        allowed="claims, policy-portal, reserving, shared",
    ),
    Refusal(
        code="unknown-pool",
        edits=((PORTAL, "pool: policy-portal", "pool: «policy-portall"),),
        key_path="pool",
        found="there is no pool 'policy-portall'",
        allowed="policy-portal",
        hint="Did you mean 'policy-portal'?",
        also=("pool-unused",),
    ),
    Refusal(
        code="unknown-node-size",
        edits=(
            (
                DMZ,
                "rack: rack-a, size: medium, pool: policy-portal",
                "rack: rack-a, size: «medum, pool: policy-portal",
            ),
        ),
        key_path="estate:nodes[0].size",
        found="there is no node size 'medum'",
        allowed="large, medium",
        hint="Did you mean 'medium'?",
        neighbour=(
            (
                DMZ,
                "rack: rack-a, size: medium, pool: policy-portal",
                "rack: rack-a, size: large, pool: policy-portal",
            ),
        ),
    ),
    Refusal(
        code="unknown-tenant",
        edits=((QUOTE, "tenant: motor", "tenant: «moto"),),
        key_path="tenant",
        found="there is no tenant 'moto'",
        allowed="actuarial, brokers, claims, life, motor",
        hint="Did you mean 'motor'?",
    ),
    Refusal(
        code="unknown-tenant",
        edits=((DMZ, "{name: brokers, tenant: brokers}", "{name: brokers, tenant: «broker}"),),
        key_path="estate:pools[1].tenant",
        found="there is no tenant 'broker'",
        allowed="actuarial, brokers, claims, life, motor",
        hint="Did you mean 'brokers'?",
        also=("pool-of-others",),
    ),
    Refusal(
        code="unknown-app",
        edits=((DMZ, "tenant: life, app: policy-portal", "tenant: life, app: «policy-portals"),),
        key_path="estate:pools[0].app",
        found="there is no app 'policy-portals'",
        allowed="policy-portal",
        hint="Did you mean 'policy-portal'?",
        also=("pool-of-others",),
    ),
    Refusal(
        code="unknown-filer",
        edits=((PORTAL, "{filer: filer-dmz,", "{filer: «filer-intranet,"),),
        key_path="logs.filer",
        found="there is no filer 'filer-intranet'",
        allowed="filer-dmz",
    ),
    Refusal(
        code="unknown-database",
        edits=((PORTAL, "{name: policydb}", "{name: «policy-db}"),),
        key_path="databases[0].name",
        found="there is no database 'policy-db'",
        allowed="claimdb, policydb",
        hint="Did you mean 'policydb'?",
    ),
    Refusal(
        code="database-of-others",
        edits=((PORTAL, "{name: policydb}", "{name: «claimdb}"),),
        key_path="databases[0].name",
        found="database 'claimdb' does not serve the tenant 'life'",
        allowed="claims, actuarial",
        hint="Its owner adds the tenant in Pulumi.intranet.yaml",
        neighbour=(
            (PORTAL, "{name: policydb}", "{name: claimdb}"),
            (INTRANET, "tenants: [claims, actuarial]", "tenants: [claims, life, actuarial]"),
        ),
    ),
    Refusal(
        code="missing-tenant",
        edits=((DMZ, "tenant: life, app: policy-portal", "app: «policy-portal"),),
        key_path="estate:pools[0].app",
        found="pool 'policy-portal' names an app but no tenant",
        allowed="both, or tenant alone",
        also=("pool-of-others",),
    ),
    Refusal(
        code="pool-unused",
        edits=(
            (RESERVING, "pool: reserving\n", ""),
            (INTRANET, "tenant: actuarial, app: reserving", "tenant: actuarial, app: «reserving"),
            (
                ACTUARIAL,
                "owner: actuarial-platform@harbour.example",
                "owner: actuarial-platform@harbour.example\nzones: {intranet: {pool: shared, "
                "quota: {cpu: 40, memory: 90Gi, pods: 9}}}",
            ),
            (RESERVING, "{cpu: 6, memory: 24Gi}", "{cpu: 1, memory: 2Gi}"),
        ),
        key_path="estate:pools[1].app",
        found="the app 'reserving' does not run in its pool 'reserving'",
        hint="Write pool: reserving in apps/reserving-intranet.yaml, or leave 'app' out",
    ),
    Refusal(
        code="pool-of-others",
        edits=((MOTOR, "  dmz:\n    pool: shared", "  dmz:\n    pool: «brokers"),),
        key_path="zones.dmz.pool",
        found="pool 'brokers' belongs to tenant 'brokers'",
        allowed="a shared pool, or one of this tenant without an app",
    ),
    Refusal(
        code="pool-of-others",
        edits=((QUOTE, "replicas: 3", "replicas: 3\npool: «policy-portal"),),
        key_path="pool",
        found="pool 'policy-portal' is not dedicated to the app 'quote' of 'motor'",
        hint="Set tenant: motor and app: quote on the pool, or leave 'pool' out",
    ),
    Refusal(
        code="tenant-retired",
        edits=(
            (MOTOR, "tenant: motor", "tenant: motor\nstate: retired"),
            (QUOTE, "replicas: 3", "replicas: 3\nstate: «active"),
            ("apps/rating-intranet.yaml", "replicas: 3", "replicas: 3\nstate: retired"),
        ),
        key_path="state",
        found="the tenant 'motor' is retired, this app is not",
        hint="Retire the apps of a tenant with it: state: retired",
        neighbour=(
            (MOTOR, "tenant: motor", "tenant: motor\nstate: retired"),
            (QUOTE, "replicas: 3", "replicas: 3\nstate: retired"),
            ("apps/rating-intranet.yaml", "replicas: 3", "replicas: 3\nstate: retired"),
        ),
    ),
    Refusal(
        code="no-namespace",
        edits=((UNDERWRITING, "zone: intranet", "zone: «dmz"),),
        key_path="zone",
        found="tenant 'life' has no shared namespace in zone 'dmz'",
        hint="Declare zones.dmz in tenants/life.yaml, or give the app a pool of its own",
        also=("peer-elsewhere",),
    ),
    Refusal(
        code="namespace-taken",
        edits=(
            (PORTAL, "app: policy-portal", "app: «policy-portal"),
            (
                "+tenants/life-policy-portal.yaml",
                "",
                "tenant: life-policy-portal\nowner: a@b.example\n",
            ),
            (INNER_PORTAL, "app: policy-portal", "app: inner"),
            (INNER_PORTAL, "pool: policy-portal", "pool: inner"),
            (
                INTRANET,
                "{name: policy-portal, tenant: life, app: policy-portal}",
                "{name: inner, tenant: life, app: inner}",
            ),
            (
                INTRANET,
                "rack: rack-a, size: medium, pool: policy-portal",
                "rack: rack-a, size: medium, pool: inner",
            ),
            (
                INTRANET,
                "rack: rack-b, size: medium, pool: policy-portal",
                "rack: rack-b, size: medium, pool: inner",
            ),
        ),
        key_path="app",
        found="'life-policy-portal' of the app 'policy-portal' would be that of the tenant",
        hint="Rename one",
        neighbour=(("+tenants/life-policy.yaml", "", "tenant: life-policy\nowner: a@b.example\n"),),
    ),
    Refusal(
        code="namespace-reserved",
        edits=(("+tenants/kube-system.yaml", "", "tenant: «kube-system\nowner: a@b.example\n"),),
        key_path="tenant",
        found="the namespace 'kube-system' would be one of the cluster's own",
        allowed="names other than default, estate, kube, openshift",
        neighbour=(("+tenants/kubernetes.yaml", "", "tenant: kubernetes\nowner: a@b.example\n"),),
    ),
)

GROUPS = (
    Refusal(
        code="bad-group",
        edits=((LIFE, "admin: life-admins", 'admin: «"-life"'),),
        key_path="groups.admin",
        found="'-life' is not the name of a group",
        allowed="letters, digits, spaces",
        neighbour=((LIFE, "admin: life-admins", 'admin: "ou=Life, cn=Platform Admins"'),),
    ),
    Refusal(
        code="group-reserved",
        edits=((LIFE, "admin: life-admins", 'admin: «"system:masters"'),),
        key_path="groups.admin",
        found="the group 'system:masters' would be one of the cluster's own",
        allowed="names that do not begin with system: or estate:",
        neighbour=((LIFE, "admin: life-admins", 'admin: "staff:masters"'),),
    ),
    Refusal(
        code="group-reserved",
        edits=((DMZ, "admin: platform-admins", 'admin: «"Estate:preview"'),),
        key_path="estate:platform_groups.admin",
        found="the group 'Estate:preview' would be one of the cluster's own",
    ),
    Refusal(
        code="group-reserved",
        edits=((LIFE, "admin: life-admins", 'admin: «"staff:system:masters"'),),
        key_path="groups.admin",
        found="no token with the group 'system:masters' is accepted",
        allowed="names that do not begin with system: or estate:",
    ),
    Refusal(
        code="unknown-issuer",
        edits=((LIFE, "admin: life-admins", "admin: «partner:life-admins"),),
        key_path="groups.admin",
        found="there is no issuer 'partner'",
        allowed="partners, staff",
        hint="Did you mean 'partners'?",
        neighbour=((LIFE, "admin: life-admins", "admin: partners:life-admins"),),
    ),
    Refusal(
        code="unknown-issuer",
        edits=((INTRANET, "admin: platform-admins", "admin: «partners:admins"),),
        key_path="estate:platform_groups.admin",
        found="there is no issuer 'partners'",
        allowed="staff",
        neighbour=((DMZ, "admin: platform-admins", "admin: partners:admins"),),
    ),
    Refusal(
        code="group-of-others",
        edits=((MOTOR, "admin: motor-admins", "admin: «staff:life-admins"),),
        key_path="groups.admin",
        found="the group 'staff:life-admins' belongs to tenant 'life'",
        neighbour=((MOTOR, "admin: motor-admins", "admin: partners:life-admins"),),
    ),
    Refusal(
        code="group-of-others",
        edits=((MOTOR, "developer: motor-developers", "developer: «Life-Developers"),),
        key_path="groups.developer",
        found="the group 'Life-Developers' belongs to tenant 'life'",
        allowed="a group of its own",
        hint="People who work for both are members of both groups",
        neighbour=((MOTOR, "developer: motor-developers", "developer: motor-operators"),),
    ),
    Refusal(
        code="group-of-others",
        edits=((MOTOR, "admin: motor-admins", "admin: «platform-admins"),),
        key_path="groups.admin",
        found="the group 'platform-admins' belongs to the platform",
        neighbour=((MOTOR, "admin: motor-admins", "admin: motor-platform-admins"),),
    ),
)

ADDRESSES = (
    Refusal(
        code="range-not-private",
        edits=((DMZ, "services: 10.96.0.0/16", "services: «19.254.0.0/16"),),
        key_path="estate:network.services",
        found="19.254.0.0/16 is not private address space",
        allowed="10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10",
        hint="packets for real hosts on the internet would be lost in the cluster",
        neighbour=((DMZ, "services: 10.96.0.0/16", "services: 10.254.0.0/16"),),
    ),
    Refusal(
        code="range-not-private",
        edits=((DMZ, "pods: 10.64.0.0/16", "pods: «169.254.0.0/16"),),
        key_path="estate:network.pods",
        found="169.254.0.0/16 is not private address space",
        hint="This range has a meaning of its own",
    ),
    Refusal(
        code="range-overlap",
        edits=((INTRANET, "pods: 10.68.0.0/16", "pods: «10.64.128.0/17"),),
        key_path="estate:network.pods",
        found="10.64.128.0/17 overlaps the range of pods of zone 'dmz', 10.64.0.0/16",
        hint="Pods, services, nodes and VIPs of both zones need ranges of their own",
    ),
    Refusal(
        code="range-overlap",
        edits=((DMZ, "tunnels: 10.65.0.0/24", "tunnels: «10.64.0.0/24"),),
        key_path="estate:network.tunnels",
        found="10.64.0.0/24 overlaps the range of pods of zone 'dmz', 10.64.0.0/16",
        neighbour=((DMZ, "tunnels: 10.65.0.0/24", "tunnels: 10.66.0.0/24"),),
    ),
    Refusal(
        code="encapsulation",
        edits=(
            (DMZ, "cni: calico", "cni: flannel"),
            (DMZ, "encapsulation: vxlan", "encapsulation: «geneve"),
        ),
        key_path="estate:network.encapsulation",
        found="flannel does not offer 'geneve'",
        allowed="none, vxlan",
        neighbour=((DMZ, "cni: calico", "cni: flannel"),),
    ),
    Refusal(
        code="no-tunnels",
        edits=(
            (DMZ, "    nodes: 10.10.1.0/24", "    «nodes: 10.10.1.0/24"),
            (DMZ, "    tunnels: 10.65.0.0/24\n", ""),
        ),
        key_path="estate:network",
        found="packets travel in vxlan, but 'tunnels' is missing",
        hint="Pods see a node that forwards to them by its tunnel address",
        neighbour=(
            (DMZ, "    tunnels: 10.65.0.0/24\n", ""),
            (DMZ, "encapsulation: vxlan", "encapsulation: none"),
        ),
    ),
    Refusal(
        code="no-tunnels",
        edits=(
            (DMZ, "tunnels: 10.65.0.0/24", "tunnels: «10.65.0.0/24"),
            (DMZ, "encapsulation: vxlan", "encapsulation: none"),
        ),
        key_path="estate:network.tunnels",
        found="nothing is encapsulated, so no node has a tunnel address",
        hint="Leave the key out",
    ),
    Refusal(
        code="node-port-band",
        edits=((DMZ, "{first: 30000, last: 30085}", "«{first: 30085, last: 30000}"),),
        key_path="estate:network.node_ports",
        found="the band 30085 to 30000 is not within Kubernetes' own range",
        allowed="first <= last, both from 30000 to 32767",
        neighbour=((DMZ, "{first: 30000, last: 30085}", "{first: 30010, last: 32767}"),),
    ),
    Refusal(
        code="address-taken",
        edits=((DMZ, "address: 10.10.1.12,", "address: «10.10.1.11,"),),
        key_path="estate:nodes[1].address",
        found="10.10.1.11 is the address of node dmz-n01 of zone 'dmz' already",
        allowed="each address once",
    ),
    Refusal(
        code="address-taken",
        edits=((INTRANET, "address: 10.20.3.10", "address: «10.10.3.10"),),
        key_path="estate:nfs_filers[0].address",
        found="10.10.3.10 is the address of filer filer-dmz of zone 'dmz' already",
        allowed="each address once",
        neighbour=((INTRANET, "address: 10.20.3.10", "address: 10.20.3.11"),),
    ),
    Refusal(
        code="address-outside",
        edits=((DMZ, "address: 10.10.1.11,", "address: «10.10.2.11,"),),
        key_path="estate:nodes[0].address",
        found="10.10.2.11 is outside the range of nodes",
        allowed="10.10.1.0/24",
    ),
    Refusal(
        code="address-outside",
        edits=((DMZ, "address: 10.10.1.11,", "address: «10.10.1.255,"),),
        key_path="estate:nodes[0].address",
        found="10.10.1.255 is the network's own or its broadcast address",
        allowed="10.10.1.1 to 10.10.1.254",
        neighbour=((DMZ, "address: 10.10.1.11,", "address: 10.10.1.254,"),),
    ),
    Refusal(
        code="address-inside",
        edits=((DMZ, "address: 10.10.3.10", "address: «10.10.1.99"),),
        key_path="estate:nfs_filers[0].address",
        found="10.10.1.99 lies in the range of nodes of zone 'dmz', 10.10.1.0/24",
        hint="Policies admit that range as a whole: nothing else may stand in it",
    ),
)

EXPOSURE = (
    Refusal(
        code="node-port-taken",
        edits=((PORTAL, "node_port: 30010", "node_port: «30011"),),
        key_path="listen.node_port",
        found="node port 30011 is taken in zone 'dmz' by apps/broker-gateway-dmz.yaml:11:33",
        allowed="each port once in a zone",
        hint="Free: 30000, 30001, 30002, 30003, 30004",
        neighbour=((PORTAL, "node_port: 30010", "node_port: 30020"),),
    ),
    Refusal(
        code="node-port-outside",
        edits=((PORTAL, "node_port: 30010", "node_port: «30086"),),
        key_path="listen.node_port",
        found="node port 30086 is outside the band of zone 'dmz'",
        allowed="30000 to 30085",
        neighbour=((PORTAL, "node_port: 30010", "node_port: 30085"),),
    ),
    Refusal(
        code="vip-outside",
        edits=((PORTAL, "address: 10.10.0.21", "address: «10.20.0.21"),),
        key_path="vip.address",
        found="10.20.0.21 is outside the VIP ranges of zone 'dmz'",
        allowed="10.10.0.16/28",
        neighbour=((PORTAL, "address: 10.10.0.21", "address: 10.10.0.31"),),
        also=("vip-taken",),
    ),
    Refusal(
        code="vip-taken",
        edits=((RESERVING, "address: 10.20.0.23, port: 80", "address: «10.20.0.22, port: 80"),),
        key_path="vip.address",
        found="10.20.0.22:80 is taken by apps/claims-desk-intranet.yaml:12:16",
        allowed="each pair once",
        also=("vip-of-others",),
    ),
    Refusal(
        code="vip-of-others",
        edits=((RESERVING, "address: 10.20.0.23, port: 80", "address: «10.20.0.22, port: 8080"),),
        key_path="vip.address",
        found="10.20.0.22 is an address of the tenant 'claims'",
        hint="A virtual address belongs to one partition of the F5",
    ),
    Refusal(
        code="stickiness-lost",
        edits=((PORTAL, "port: 443}", "port: 443, stickiness: «source}"),),
        key_path="vip.stickiness",
        found="the F5 would keep a client on one node, but under traffic_policy: Cluster",
        allowed="stickiness: none, or traffic_policy: Local",
        neighbour=(
            (PORTAL, "port: 443}", "port: 443, stickiness: source}"),
            (PORTAL, "traffic_policy: Cluster", "traffic_policy: Local"),
        ),
    ),
    Refusal(
        code="clients-missing",
        edits=((DESK, "vip: {", "vip: «{"), (DESK, ", clients: [10.30.0.0/16]", "")),
        key_path="vip",
        found="pods see clients by their own address, but 'clients' is missing",
        allowed="the ranges that clients come from",
        hint="Example: clients: [10.30.0.0/16]",
        neighbour=((DESK, "snat: none, clients: [10.30.0.0/16]", "snat: auto"),),
    ),
    Refusal(
        code="egress-identity",
        edits=(
            (DMZ, "pod_egress_identity: node", "pod_egress_identity: pod"),
            (PORTAL, "{name: policydb}", "{name: «policydb}"),
        ),
        key_path="databases[0].name",
        found="the firewall before 'policydb' would see the app by its pod address",
        allowed="databases of the app's own zone, or pod_egress_identity: node in Pulumi.dmz.yaml",
        neighbour=((INTRANET, "pod_egress_identity: node", "pod_egress_identity: pod"),),
    ),
)

CAPACITY = (
    Refusal(
        code="reserves-too-large",
        edits=(
            (
                DMZ,
                "medium: {cpu: 8, memory: 32Gi, reserved: {cpu: 500m,",
                "medium: {cpu: 8, memory: 32Gi, reserved: «{cpu: 8,",
            ),
        ),
        key_path="estate:node_sizes.medium.reserved",
        found="a node of size 'medium' has nothing left for pods",
        allowed="less than 8 cpu and 31.9 GiB",
    ),
    Refusal(
        code="pool-too-small",
        edits=(
            (DMZ, "- {name: policy-portal, tenant: life", "- «{name: policy-portal, tenant: life"),
            (
                DMZ,
                "rack: rack-b, size: medium, pool: policy-portal",
                "rack: rack-b, size: medium, pool: shared",
            ),
        ),
        key_path="estate:pools[0]",
        found="pool 'policy-portal' of policy-portal has 1 node",
        allowed="at least 2 nodes, so that the apps survive the loss of one",
        hint="Add 1 more under estate:nodes with pool: policy-portal",
    ),
    Refusal(
        code="pool-does-not-survive",
        edits=(
            (DMZ, "- {name: policy-portal, tenant: life", "- «{name: policy-portal, tenant: life"),
            (PORTAL, "{cpu: 2, memory: 4Gi}", "{cpu: 4, memory: 4Gi}"),
        ),
        key_path="estate:pools[0]",
        found="2 nodes with 15 cpu and 59.8 GiB for pods, policy-portal need 8 cpu and 8 GiB; "
        "without node 'dmz-n01' there are 7.5 cpu and 29.9 GiB",
        allowed="everything pinned to a pool fits when any one node is gone",
        hint="Add 1 node of size 'medium', or shrink an app",
        neighbour=((PORTAL, "{cpu: 2, memory: 4Gi}", "{cpu: 3750m, memory: 4Gi}"),),
    ),
    Refusal(
        code="pool-does-not-survive",
        edits=(
            (DMZ, "- {name: policy-portal, tenant: life", "- «{name: policy-portal, tenant: life"),
            (PORTAL, "{cpu: 2, memory: 4Gi}", "{cpu: 9, memory: 4Gi}"),
        ),
        key_path="estate:pools[0]",
        found="policy-portal need 18 cpu",
        hint="A replica is larger than a node: shrink it, or use larger nodes",
    ),
    Refusal(
        code="quota-too-small",
        edits=(
            (
                MOTOR,
                "dmz:\n    pool: shared\n    quota: {cpu: 8,",
                "dmz:\n    pool: shared\n    quota: «{cpu: 1500m,",
            ),
        ),
        key_path="zones.dmz.quota",
        found="need 1.5 cpu and 3 GiB in 3 pods, and 0.5 cpu and 1 GiB in one more",
        hint="Raise the quota, or shrink an app",
        neighbour=(
            (
                MOTOR,
                "dmz:\n    pool: shared\n    quota: {cpu: 8,",
                "dmz:\n    pool: shared\n    quota: {cpu: 2,",
            ),
        ),
    ),
)

IDENTITY = (
    Refusal(
        code="bad-url",
        edits=((DMZ, "url: https://ci.", "url: «http://ci."),),
        key_path="estate:identity.issuers[2].url",
        found="'http://ci.harbour.example' is not an issuer's address",
        allowed="https:// and a host name",
        hint="Did you mean 'https://ci.harbour.example'?",
        neighbour=((DMZ, "url: https://ci.harbour.example", "url: https://ci.harbour.example/a/"),),
    ),
    Refusal(
        code="bad-certificate",
        edits=((DMZ, "          MIIB", "          MIIA"), (DMZ, "_authority: |", "_authority: «|")),
        key_path="estate:identity.issuers[0].certificate_authority",
        found="this is not a list of certificates",
        allowed="PEM: each from",
    ),
    Refusal(
        code="bad-certificate",
        edits=(
            (
                DMZ,
                "        groups: roles\n",
                "        groups: roles\n        certificate_authority: «|\n"
                "          -----BEGIN PRIVATE KEY-----\n",
            ),
        ),
        key_path="estate:identity.issuers[1].certificate_authority",
        found="this is not a list of certificates",
        hint="A private key belongs in no declaration",
    ),
    Refusal(
        code="issuer-reserved",
        edits=((DMZ, "name: ci\n", "name: «system\n"),),
        key_path="estate:identity.issuers[2].name",
        found="users of an issuer 'system' would pass for the cluster's own",
        allowed="names other than system, estate",
        neighbour=((DMZ, "name: ci\n", "name: systems\n"),),
    ),
    Refusal(
        code="unknown-issuer",
        edits=((DMZ, "default: staff ", "default: «ci "),),
        key_path="estate:identity.default",
        found="there is no issuer 'ci'",
        allowed="partners, staff",
    ),
    Refusal(
        code="name-taken",
        edits=((DMZ, "name: ci\n", "name: «partners\n"),),
        key_path="estate:identity.issuers[2].name",
        found="'partners' stands here again",
        allowed="each once",
    ),
    Refusal(
        code="name-taken",
        edits=((DMZ, "https://ci.harbour", "«https://login.partners.harbour"),),
        key_path="estate:identity.issuers[2].url",
        found="'https://login.partners.harbour.example' stands here again",
        allowed="each once",
    ),
    Refusal(
        code="not-isolated",
        edits=(
            (
                INTRANET,
                "/realms/staff\n        audiences: [estate-intranet]",
                "/realms/staff\n        audiences: [estate-intranet, «estate-dmz]",
            ),
        ),
        key_path="estate:identity.issuers[0].audiences[1]",
        found="realms/staff' for 'estate-dmz' are accepted in zone 'dmz' too",
        allowed="an audience for each zone",
        neighbour=(
            (
                INTRANET,
                "/realms/staff\n        audiences: [estate-intranet]",
                "/realms/staff\n        audiences: [estate-intranet, estate-tools]",
            ),
        ),
    ),
    Refusal(
        code="superfluous",
        edits=(
            (
                DMZ,
                "preview_subject: project:platform/estate\n",
                "preview_subject: project:platform/estate\n"
                "        required_claims: {sub: «project:other}\n",
            ),
        ),
        key_path="estate:identity.issuers[2].required_claims.sub",
        found="the claim 'sub' is required already",
        hint="Leave the claim out",
        neighbour=(
            (
                DMZ,
                "preview_subject: project:platform/estate\n",
                "preview_subject: project:platform/estate\n        required_claims: {ref: main}\n",
            ),
        ),
    ),
)

CONNECTIONS = (
    Refusal(
        code="unknown-app",
        edits=((RESERVING, "{app: claims-archive}", "{app: «claim-archive}"),),
        key_path="connects_to[0].app",
        found="there is no app 'claim-archive'",
        allowed="claims-archive, claims-desk, commission, policy-portal, rating, underwriting",
        hint="Did you mean 'claims-archive'?",
    ),
    Refusal(
        code="peer-elsewhere",
        edits=((INNER_PORTAL, "{app: underwriting}", "{app: «quote}"),),
        key_path="connects_to[0].app",
        found="'quote' does not run in zone 'intranet'",
        allowed="apps of zone 'intranet'",
        hint="The zones are isolated from each other",
    ),
    Refusal(
        code="peer-itself",
        edits=((RESERVING, "{app: claims-archive}", "{app: «reserving}"),),
        key_path="connects_to[0].app",
        found="'reserving' is this app itself",
        allowed="other apps of the zone",
        hint="its pods reach each other anyway",
    ),
    Refusal(
        code="peer-retired",
        edits=(
            (INNER_PORTAL, "{app: underwriting}", "{app: «underwriting}"),
            (UNDERWRITING, "replicas: 2", "replicas: 2\nstate: retired"),
        ),
        key_path="connects_to[0].app",
        found="'underwriting' is retired: nothing answers there",
        hint="whoever retires an app waits for those that call it",
        neighbour=(
            (INNER_PORTAL, "replicas: 2", "replicas: 2\nstate: retired"),
            (UNDERWRITING, "replicas: 2", "replicas: 2\nstate: retired"),
        ),
    ),
    Refusal(
        code="peer-of-others",
        edits=(
            (RESERVING, "{app: claims-archive}", "{app: «claims-archive}"),
            (ARCHIVE, "serves: [actuarial]\n", ""),
        ),
        key_path="connects_to[0].app",
        found="'claims-archive' of the tenant 'claims' does not serve 'actuarial'",
        allowed="apps of 'actuarial', and those that serve it",
        hint="Its team adds 'actuarial' to serves in apps/claims-archive-intranet.yaml",
        neighbour=((ARCHIVE, "serves: [actuarial]", "serves: [life, actuarial]"),),
    ),
    Refusal(
        code="superfluous",
        edits=((ARCHIVE, "serves:", "connects_to: [{app: «claims-desk}]\nserves:"),),
        key_path="connects_to[0].app",
        found="'claims-desk' runs in the same namespace, 'claims'",
        allowed="apps of other namespaces",
        hint="Leave the entry out",
    ),
    Refusal(
        code="superfluous",
        edits=((ARCHIVE, "serves: [actuarial]", "serves: [actuarial, «claims]"),),
        key_path="serves[1]",
        found="'claims' is the tenant of this app, whose apps need no consent",
        allowed="other tenants",
        hint="Leave the name out",
    ),
    Refusal(
        code="name-taken",
        edits=(
            (
                RESERVING,
                "  - {app: claims-archive}",
                "  - {app: claims-archive}\n  - {app: «claims-archive}",
            ),
        ),
        key_path="connects_to[1].app",
        found="the name 'claims-archive' stands here again (first in line ",
        allowed="each name once",
    ),
    Refusal(
        code="name-taken",
        edits=((ARCHIVE, "serves: [actuarial]", "serves: [actuarial, «actuarial]"),),
        key_path="serves[1]",
        found="the name 'actuarial' stands here again (first in line ",
        allowed="each name once",
    ),
    Refusal(
        code="unknown-tenant",
        edits=((ARCHIVE, "serves: [actuarial]", "serves: [actuarial, «actuary]"),),
        key_path="serves[1]",
        found="there is no tenant 'actuary'",
        allowed="actuarial, brokers, claims, life, motor",
        hint="Did you mean 'actuarial'?",
    ),
)

REFUSALS = (
    READER + FORMS + NAMES + GROUPS + IDENTITY + ADDRESSES + EXPOSURE + CAPACITY + CONNECTIONS
)
