"""Declarations of logging that are refused, by example."""

from __future__ import annotations

from tests.level0.refused import DMZ, INTRANET, Edit, Refusal

SETS = "    sets:\n"
SNAPSHOTS = "snapshots: {filer: filer-dmz, size: 6Ti"


def disk(of: str, replica: int, zone: str = "dmz") -> str:
    """A row of the shipped files."""
    size = {"master": "20Gi", "hot": "800Gi", "warm": "4Ti"}[of]
    node = f"{zone}-l0{replica}"
    return f"{{replica: {replica}, node: {node}, path: /srv/disks/logs-{of}, size: {size}}}"


def _backend(of: str, name: str, file: str = DMZ) -> tuple[Edit, ...]:
    begin = f"      {of}:\n        backend: "
    return ((file, f"{begin}local-logs\n", f"{begin}{name}\n"),)


def _without(of: str, replica: int) -> Edit:
    return (DMZ, f"          - {disk(of, replica)}\n", "")


def _luns(of: str) -> tuple[Edit, ...]:
    """The disks of a set in the intranet become LUNs."""
    begin = f"      {of}:\n        backend: "
    disks = "".join(f"          - {disk(of, one, 'int')}\n" for one in (1, 2, 3))
    luns = "".join(
        f"          - {{replica: {one}, wwid: 3600508b400105e21000090000049010{one}, size: 5Ti}}\n"
        for one in (1, 2, 3)
    )
    head = "        disks:                           # a node each\n"
    return (
        (INTRANET, f"{begin}local-logs\n{head}{disks}", f"{begin}san-fc\n        luns:\n{luns}"),
    )


def _managed(transport: str) -> Edit:
    names = "elasticsearch-http-tls, kibana: kibana-tls"
    issuers = f"{{issuer: company-ca, transport_issuer: {transport}}}"
    return (DMZ, names, f"{names}, cert_manager: {issuers}")


REFUSALS = (
    Refusal(
        code="authority-shared",
        edits=(_managed("«company-ca"),),
        key_path="estate:logging.certificates.cert_manager.transport_issuer",
        found="'company-ca' also signs certificates for clients",
        allowed="a ClusterIssuer of an authority that signs nothing else",
        neighbour=(_managed("elasticsearch-ca"),),
    ),
    Refusal(
        code="unknown-filer",
        edits=((DMZ, "snapshots: {filer: filer-dmz", "snapshots: {filer: «filer-dmx"),),
        key_path="estate:logging.snapshots.filer",
        found="'filer-dmx'",
        allowed="filer-dmz",
    ),
    Refusal(
        code="directory-taken",
        edits=((DMZ, SNAPSHOTS, SNAPSHOTS + ", directory: «registry-internal"),),
        key_path="estate:logging.snapshots.directory",
        found="'registry-internal' is the directory of a registry or of a namespace's apps",
        allowed="a directory of its own",
        neighbour=((DMZ, SNAPSHOTS, SNAPSHOTS + ", directory: logs"),),
    ),
    Refusal(
        code="snapshots-shorter",
        edits=((DMZ, SNAPSHOTS, SNAPSHOTS + ", days: «{access: 60}"),),
        key_path="estate:logging.snapshots.days",
        found="snapshots of access are kept for 60 days, those of application for 90",
        allowed="access: 90 or more",
        neighbour=((DMZ, SNAPSHOTS, SNAPSHOTS + ", days: {access: 90}"),),
    ),
    Refusal(
        code="outside-domains",
        edits=((DMZ, "host: logs.dmz.harbour.example", "host: «logs.dmz.harbor.example"),),
        key_path="estate:logging.published.host",
        found="'logs.dmz.harbor.example' is in none of the domains of zone 'dmz'",
        allowed="harbour.example",
    ),
    Refusal(
        code="vip-outside",
        edits=((DMZ, "address: 10.10.0.28, clients", "address: «10.10.0.99, clients"),),
        key_path="estate:logging.published.address",
        found="10.10.0.99 is outside the VIP ranges of zone 'dmz'",
        allowed="10.10.0.16/28",
    ),
    Refusal(
        code="no-role-pool",
        edits=(
            (DMZ, "- {name: logging, role: logging}", "- {name: logging}"),
            (DMZ, "estate:logging:\n    ", "estate:logging:\n    «"),
        ),
        key_path="estate:logging",
        found="the zone has no pool for it",
        allowed="with a pool of the role 'logging'",
        hint="{name: logging, role: logging}",
    ),
    Refusal(
        code="no-platform-image",
        edits=(
            ("images.yaml", "  fluent-bit:\n", "  fluent-bits:\n"),
            (DMZ, "estate:logging:\n    ", "estate:logging:\n    «"),
        ),
        key_path="estate:logging",
        found="there is no image 'fluent-bit' of the platform's own",
        allowed="an image 'fluent-bit' in images.yaml",
    ),
    Refusal(
        code="daemon-set-again",
        edits=(
            (
                DMZ,
                "  estate:node_sizes:\n",
                "  estate:daemon_sets: [{name: «log-collector, cpu: 100m, memory: 64Mi}]\n"
                "  estate:node_sizes:\n",
            ),
        ),
        key_path="estate:daemon_sets[0].name",
        found="'log-collector' is counted already",
        hint="Take the row away",
    ),
    Refusal(
        code="unknown-issuer",
        edits=((DMZ, "readers: [web-operations]", "readers: [«suppliers:web-operations]"),),
        key_path="estate:logging.streams.access.readers[0]",
        found="there is no issuer 'suppliers'",
        allowed="staff",
    ),
    Refusal(
        code="state-on-nfs",
        edits=_backend("hot", "«filer-dmz"),
        key_path="estate:logging.sets.hot.backend",
        found="'filer-dmz' is a filer: Lucene relies on locks and flushes that NFS does not keep",
        allowed="local-logs",
        hint="disks of its nodes, or on a SAN",
    ),
    Refusal(
        code="store-distributed",
        edits=_backend("hot", "«ceph", INTRANET),
        key_path="estate:logging.sets.hot.backend",
        found="'ceph' is a storage system with copies of its own",
        allowed="local-ssd, local-logs, san-fc",
        hint="give each node a plain disk",
        neighbour=_luns("warm"),
    ),
    Refusal(
        code="store-distributed",
        edits=(
            (
                DMZ,
                "  estate:removal: allowed ",
                "    iscsi:\n      - {name: san-ip, portals: [10.10.3.20], "
                "iqn: iqn.2026-01.example.harbour:array1}\n  estate:removal: allowed ",
            ),
            *_backend("warm", "«san-ip"),
        ),
        key_path="estate:logging.sets.warm.backend",
        found="'san-ip' is reached over the network that logs come by",
        allowed="local-logs",
        hint="disks in nodes, or Fibre Channel",
    ),
    Refusal(
        code="unknown-backend",
        edits=_backend("warm", "«local-log"),
        key_path="estate:logging.sets.warm.backend",
        found="there is no backend 'local-log'",
        allowed="local-logs",
        hint="Did you mean 'local-logs'?",
    ),
    Refusal(
        code="disk-of-another-kind",
        edits=(
            *_backend("warm", "san-fc", INTRANET),
            (INTRANET, f"- {disk('warm', 1, 'int')}", f"- «{disk('warm', 1, 'int')}"),
        ),
        key_path="estate:logging.sets.warm.disks[0]",
        found="'san-fc' is an array on Fibre Channel, and 3 stand under disks",
        allowed="luns of an array",
        neighbour=_luns("warm"),
    ),
    Refusal(
        code="disk-taken",
        edits=((DMZ, f"- {disk('hot', 3)}", f"- «{disk('hot', 3).replace('a: 3', 'a: 2')}"),),
        key_path="estate:logging.sets.hot.disks[2]",
        found="hot 2 has one already",
        allowed="one for each replica",
    ),
    Refusal(
        code="disk-taken",
        edits=(
            (DMZ, f"- {disk('warm', 2)}", f"- «{disk('warm', 2).replace('logs-warm', 'logs-hot')}"),
        ),
        key_path="estate:logging.sets.warm.disks[1]",
        found="this is assigned",
        allowed="a disk or LUN of its own",
    ),
    Refusal(
        code="disk-elsewhere",
        edits=((DMZ, disk("hot", 2), disk("hot", 2).replace("dmz-l02", "«dmz-m02")),),
        key_path="estate:logging.sets.hot.disks[1].node",
        found="'dmz-m02' is no node of pool 'logging'",
        allowed="dmz-l01, dmz-l02, dmz-l03",
    ),
    Refusal(
        code="disks-together",
        edits=(
            (
                DMZ,
                f"- {disk('hot', 2)}",
                f"- «{disk('hot', 2).replace('dmz-l02', 'dmz-l01').replace('logs-hot', 'more')}",
            ),
        ),
        key_path="estate:logging.sets.hot.disks[1]",
        found="hot 1 and 2 have their disks in 'dmz-l01' and would be lost together",
        allowed="one node for each",
        also=("pool-does-not-survive",),
    ),
    Refusal(
        code="no-disk",
        edits=(_without("hot", 2), (DMZ, "      hot:\n        ", "      hot:\n        «")),
        key_path="estate:logging.sets.hot",
        found="hot 2 has no disk to keep its data on",
        allowed="a disk or a LUN for each",
        hint="{replica: 2, ...}",
    ),
    Refusal(
        code="no-quorum",
        edits=(_without("master", 3), (DMZ, "      master:\n        ", "      master:\n        «")),
        key_path="estate:logging.sets.master",
        found="of 2 masters no majority is left where it should be when one is gone",
        allowed="3 or 5",
    ),
    Refusal(
        code="masters-together",
        edits=(
            (DMZ, "      master:\n        ", "      master:\n        «"),
            (
                DMZ,
                "name: dmz-l02, address: 10.10.1.106, rack: rack-b",
                "name: dmz-l02, address: 10.10.1.106, rack: rack-a",
            ),
            (
                DMZ,
                "    - {name: dmz-m01,",
                "    - {name: dmz-l04, address: 10.10.1.120, rack: rack-b, size: large, "
                "pool: logging}\n    - {name: dmz-m01,",
            ),
        ),
        key_path="estate:logging.sets.master",
        found="2 of 3 masters stand in 'rack-a': without that rack there is no majority",
        allowed="one rack for each: rack-a, rack-b, rack-c",
    ),
    Refusal(
        code="store-too-few",
        edits=(_without("warm", 3), (DMZ, "      warm:\n        ", "      warm:\n        «")),
        key_path="estate:logging.sets.warm",
        found="2 warm nodes: when one is lost, no other is left for its copies",
        allowed="3 or more, for 1 + 1 copies of everything",
    ),
    Refusal(
        code="logs-too-large",
        edits=(
            (DMZ, "events_per_second: 300", "events_per_second: 3000"),
            (DMZ, "      hot:\n        ", "      hot:\n        «"),
        ),
        key_path="estate:logging.sets.hot",
        found="application: 3000/s x 600 B = 159.3 GiB a day x 2 copies x 4 days = 1275 GiB; "
        "together 1464 GiB, and 2 of 3 hot nodes, 85 % full, hold 1360 GiB",
        allowed="what the hot nodes hold when any one is lost",
        hint="Add 1 of 800 GiB, or keep logs for fewer days",
        also=("logs-too-large",),
        neighbour=((DMZ, "events_per_second: 300", "events_per_second: 600"),),
    ),
)
