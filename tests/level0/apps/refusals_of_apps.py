"""What an app's own keys refuse, by example: archetypes, files, hosts, metrics."""

from __future__ import annotations

from tests.level0.refused import (
    ARCHIVE,
    DESK,
    EXCEPTIONS,
    GATEWAY,
    INTAKE,
    INTRANET,
    PORTAL,
    QUOTE,
    RESERVING,
    UNDERWRITING,
    Refusal,
)

BROKERS = "tenants/brokers.yaml"
BIG = "quota: {cpu: 200, memory: 400Gi, pods: 300}"

_DISK = (
    "          - {{app: registry-zk, volume: {}, replica: {}, node: {}, path: {}, size: 20Gi}}\n"
)
LOCAL = "      - name: local-ssd\n        disks:\n" + "".join(
    _DISK.format("data", number, f"int-z0{number}", "/srv/disks/zk") for number in (1, 2, 3)
)
LOGS = "".join(
    _DISK.format("log", number, node, "/srv/disks/log")
    for number, node in ((1, "int-z02"), (2, "int-z03"), (3, "int-z01"))
)
ISCSI = "    iscsi:\n      - {{name: san-ip, portals: [10.20.3.20], iqn: {}}}\n"

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
        code="mount-reserved",
        edits=((DESK, "application: /opt/claims/logs", "application: «/etc"),),
        key_path="logs.application",
        found="'/etc' of the logs of kind 'application' lies in the way of '/etc/ca-certificates'",
        allowed="directories of the app's own",
    ),
    Refusal(
        code="mount-reserved",
        edits=((PORTAL, "size: 20Gi,", "size: 20Gi, dump: «/tmp/dump,"),),
        key_path="logs.dump",
        found="'/tmp/dump' of the logs of kind 'dump' lies in the way of '/tmp'",
        neighbour=((PORTAL, "size: 20Gi,", "size: 20Gi, dump: /var/dump,"),),
    ),
)

COMMISSION = "apps/commission-intranet.yaml"
SETTLEMENT = "apps/settlement-intranet.yaml"
RATING = "apps/rating-intranet.yaml"

TIMES = (
    Refusal(
        code="bad-schedule",
        edits=((SETTLEMENT, "schedule: 30 2 * * 1-5", "schedule: «30 2 * *"),),
        key_path="schedule",
        found="'30 2 * *' has 4 fields",
        allowed="five, with one space between them",
        hint="Example: schedule: 30 2 * * 1-5",
    ),
    Refusal(
        code="bad-schedule",
        edits=((SETTLEMENT, "schedule: 30 2 * * 1-5", "schedule: «30 2 * * 1-7"),),
        key_path="schedule",
        found="'1-7' is no day of the week of a schedule",
        allowed="numbers from 0 to 6",
        neighbour=((SETTLEMENT, "schedule: 30 2 * * 1-5", "schedule: 0-29/5 2,14 */2 * 0"),),
    ),
    Refusal(
        code="bad-time-zone",
        edits=((SETTLEMENT, "Europe/Berlin", "«Europe/Berln"),),
        key_path="time_zone",
        found="'Europe/Berln' is not a time zone",
        allowed="IANA",
        hint="Did you mean 'Europe/Berlin'?",
        neighbour=((SETTLEMENT, "Europe/Berlin", "Etc/UTC"),),
    ),
    Refusal(
        code="peer-not-listening",
        edits=((RESERVING, "{app: claims-archive}", "{app: «settlement}"),),
        key_path="connects_to[0].app",
        found="'settlement' is of kind batch: nothing listens there",
        allowed="apps that listen",
    ),
)

NEEDS = (
    Refusal(
        code="no-platform-image",
        edits=(
            ("images.yaml", "  probe:", "  probe-1:"),
            (SETTLEMENT, "needs: {databases: [claimdb], within: 300}\n", ""),
            ("apps/premium-intranet.yaml", "needs: {apps: [registry-zk], within: 120}\n", ""),
            (INTAKE, "needs: {databases: [claimdb]}\n", ""),
            (UNDERWRITING, "{databases: [policydb]}", "«{databases: [policydb]}"),
        ),
        key_path="needs",
        found="there is no image for the init container",
        allowed="an image 'probe' in images.yaml",
    ),
    Refusal(
        code="unknown-app",
        edits=((UNDERWRITING, "{databases: [policydb]}", "{apps: [«ratings]}"),),
        key_path="needs.apps[0]",
        found="there is no app 'ratings'",
        hint="Did you mean 'rating'?",
    ),
    Refusal(
        code="need-not-met",
        edits=((UNDERWRITING, "{databases: [policydb]}", "{apps: [«policy-portal]}"),),
        key_path="needs.apps[0]",
        found="'policy-portal' runs in another namespace, to which no connection is declared",
        allowed="apps of its own namespace, or of connects_to",
        hint="Example: connects_to: [{app: policy-portal}]",
        neighbour=(
            (
                UNDERWRITING,
                "needs: {databases: [policydb]}",
                "needs: {apps: [policy-portal]}\nconnects_to: [{app: policy-portal}]",
            ),
        ),
    ),
    Refusal(
        code="need-not-met",
        edits=((DESK, "replicas: 2", "replicas: 2\nneeds: {apps: [«settlement]}"),),
        key_path="needs.apps[0]",
        found="'settlement' is of kind batch: nothing answers there",
        allowed="apps of the zone that listen",
        neighbour=((DESK, "replicas: 2", "replicas: 2\nneeds: {apps: [claims-archive]}"),),
    ),
    Refusal(
        code="need-not-met",
        edits=((UNDERWRITING, "{databases: [policydb]}", "{databases: [«claimdb]}"),),
        key_path="needs.databases[0]",
        found="the app does not connect to the database 'claimdb'",
        allowed="policydb",
        hint="Example: databases: [{name: claimdb}]",
    ),
    Refusal(
        code="needs-circle",
        edits=(
            (DESK, "replicas: 2", "replicas: 2\nneeds: {apps: [claims-archive]}"),
            (ARCHIVE, "replicas: 2", "replicas: 2\nneeds: {apps: [«claims-desk]}"),
        ),
        key_path="needs.apps[0]",
        found="claims-archive needs claims-desk needs claims-archive",
        allowed="needs without a cycle",
        hint="Leave one out",
        neighbour=((DESK, "replicas: 2", "replicas: 2\nneeds: {apps: [claims-archive]}"),),
    ),
)

SCALE = (
    Refusal(
        code="missing-max",
        edits=((COMMISSION, "{max: 4, cpu: 60}", "«{cpu: 60}"),),
        key_path="scale",
        found="the app shares its pool with others, so its highest number of replicas is needed",
        allowed="max: the most replicas",
        neighbour=((COMMISSION, "{max: 4, cpu: 60}", "{max: 5}"),),
    ),
    Refusal(
        code="max-below-replicas",
        edits=((COMMISSION, "replicas: 2", "replicas: 4"), (COMMISSION, "max: 4", "max: «4")),
        key_path="scale.max",
        found="at most 4 replicas, but 'replicas', the least, is 4",
        allowed="more than 4, or no 'scale'",
    ),
    Refusal(
        code="max-above-ceiling",
        edits=(
            (COMMISSION, "{max: 4, cpu: 60}", "{max: «200}"),
            (BROKERS, "quota: {cpu: 4, memory: 8Gi, pods: 10}", BIG),
        ),
        key_path="scale.max",
        found="200 replicas of 0.5 cpu and 1 GiB do not fit pool 'shared' when any one of its",
        allowed="at most ",
        hint="Add nodes to the pool, or lower the most of an app in it",
        also=("quota-exceeds-pool",),
    ),
)

ZOOKEEPER = "apps/registry-zk-intranet.yaml"
STORE = "apps/document-store-intranet.yaml"
THIRD = "replica: 3, node: int-z03, path: /srv/disks/zk, size: 20Gi"
LUN = "- {app: document-store, volume: documents, replica: 2, wwid: "

VOLUMES = (
    Refusal(
        code="state-on-nfs",
        edits=((STORE, "backend: san-fc", "backend: «filer-intranet"),),
        key_path="volumes[0].backend",
        found="'filer-intranet' is a filer: over NFS locks and flushes are not what stores",
        allowed="local-ssd, local-logs, san-fc, ceph",
        hint="NFS is for the log files of traditional apps",
        also=("unknown-volume", "unknown-volume"),
    ),
    Refusal(
        code="unknown-backend",
        edits=((STORE, "backend: san-fc", "backend: «san-fcc"),),
        key_path="volumes[0].backend",
        found="there is no backend 'san-fcc'",
        allowed="ceph, local-logs, local-ssd, san-fc",
        hint="Did you mean 'san-fc'?",
        also=("unknown-volume", "unknown-volume"),
    ),
    Refusal(
        code="unknown-volume",
        edits=((INTRANET, f"volume: data, {THIRD}", f"volume: «date, {THIRD}"),),
        key_path="estate:storage.local[0].disks[2].volume",
        found="there is no volume 'date'",
        hint="Did you mean 'data'?",
        also=("no-disk",),
    ),
    Refusal(
        code="unknown-app",
        edits=(
            (
                INTRANET,
                f"app: registry-zk, volume: data, {THIRD}",
                f"app: «zk, volume: data, {THIRD}",
            ),
        ),
        key_path="estate:storage.local[0].disks[2].app",
        found="there is no app 'zk'",
        allowed="document-store, registry-zk",
        hint="Of an app that has left, take its disks away too",
        also=("no-disk",),
    ),
    Refusal(
        code="no-disk",
        edits=(
            (ZOOKEEPER, "- {name: data", "- «{name: data"),
            (INTRANET, f"          - {{app: registry-zk, volume: data, {THIRD}}}\n", ""),
        ),
        key_path="volumes[0]",
        found="replica 3 of volume 'data' has no disk of 20Gi on 'local-ssd'",
        allowed="one for each replica, in Pulumi.intranet.yaml",
        hint="{app: registry-zk, volume: data, replica: 3, ...}",
    ),
    Refusal(
        code="disk-too-small",
        edits=((INTRANET, THIRD, THIRD.replace("20Gi", "«10Gi")),),
        key_path="estate:storage.local[0].disks[2].size",
        found="volume 'data' of 'registry-zk' asks for 20Gi",
        allowed="that much or more",
        neighbour=((INTRANET, THIRD, THIRD.replace("20Gi", "40Gi")),),
    ),
    Refusal(
        code="disk-elsewhere",
        edits=((INTRANET, THIRD, THIRD.replace("int-z03", "«int-n08")),),
        key_path="estate:storage.local[0].disks[2].node",
        found="'int-n08' is no node of pool 'zookeeper', in which 'registry-zk' runs",
        allowed="int-z01, int-z02, int-z03",
    ),
    Refusal(
        code="disk-taken",
        edits=(
            (
                INTRANET,
                "wwid: 3600508b400105e210000900000500000",
                "wwid: 3600508b400105e210000900000490000",
            ),
            (INTRANET, LUN, LUN.replace("- {", "- «{")),
        ),
        key_path="estate:storage.fibre_channel[0].luns[1]",
        found="this is assigned in line ",
        allowed="each disk to one replica of one volume",
    ),
    Refusal(
        code="disks-together",
        edits=(
            (ZOOKEEPER, "- {name: data", "- «{name: data"),
            (INTRANET, THIRD, "replica: 3, node: int-z02, path: /srv/disks/other, size: 20Gi"),
        ),
        key_path="volumes[0]",
        found="two replicas have their disks in 'int-z02' and would be lost with it",
        allowed="one node for each replica",
    ),
    Refusal(
        code="disks-apart",
        edits=(
            (
                ZOOKEEPER,
                "path: /data}",
                "path: /data}\n  - «{name: log, size: 1Gi, backend: local-ssd, path: /log}",
            ),
            (INTRANET, "        disks:\n", f"        disks:\n{LOGS}"),
        ),
        key_path="volumes[1]",
        found="replica 1 would have to run on int-z01 and int-z02 both",
        allowed="all disks of a replica in one node",
        also=("disks-together",),
    ),
    Refusal(
        code="no-quorum",
        edits=((ZOOKEEPER, "replicas: 3", "replicas: «2"),),
        key_path="replicas",
        found="2 servers",
        allowed="3 or 5",
    ),
    Refusal(
        code="no-quorum",
        edits=(
            (ZOOKEEPER, "replicas: 3", "replicas: «5"),
            (ZOOKEEPER, "backend: local-ssd", "backend: ceph"),
            (INTRANET, LOCAL, ""),
        ),
        key_path="replicas",
        found="5 servers need a node each, and pool 'zookeeper'",
        allowed="a pool of at least 5 nodes",
        neighbour=((ZOOKEEPER, "backend: local-ssd", "backend: ceph"), (INTRANET, LOCAL, "")),
    ),
    Refusal(
        code="name-taken",
        edits=((INTRANET, "name: san-fc\n", "name: «local-ssd\n"),),
        key_path="estate:storage.fibre_channel[0].name",
        found="the name 'local-ssd' stands here again (first in line ",
        allowed="each name once",
        also=("unknown-backend",),
    ),
    Refusal(
        code="name-taken",
        edits=(
            (
                ZOOKEEPER,
                "path: /data}",
                "path: /data}\n  - {name: «data, size: 1Gi, backend: ceph, path: /more}",
            ),
        ),
        key_path="volumes[1].name",
        found="the name 'data' stands here again (first in line ",
        allowed="each name once",
    ),
    Refusal(
        code="bad-wwid",
        edits=((INTRANET, "wwid: 3600508b400105e210000900000500000", "wwid: «lun-17"),),
        key_path="estate:storage.fibre_channel[0].luns[1].wwid",
        found="'lun-17' is not the world wide identifier of a LUN",
        allowed="as multipath -l shows them",
    ),
    Refusal(
        code="bad-iqn",
        edits=((INTRANET, "    csi:\n", f"{ISCSI.format('«array1')}    csi:\n"),),
        key_path="estate:storage.iscsi[0].iqn",
        found="'array1' is not the name of an iSCSI target",
        allowed="like iqn.2026-01.example.insurer:array1",
        neighbour=(
            (INTRANET, "    csi:\n", f"{ISCSI.format('iqn.2026-01.example.a:one')}    csi:\n"),
        ),
    ),
    Refusal(
        code="bad-driver",
        edits=((INTRANET, "driver: rbd.csi.ceph.com", "driver: «kubernetes.io/rbd"),),
        key_path="estate:storage.csi[0].driver",
        found="'kubernetes.io/rbd' is not the name of a CSI driver",
        allowed="like rbd.csi.ceph.com",
        hint="Provisioners of Kubernetes' own tree are gone",
    ),
    Refusal(
        code="bad-protocol",
        edits=((STORE, "protocol: http", "protocol: «HTTP/2"),),
        key_path="listen.protocol",
        found="'HTTP/2' is not the name of a protocol",
        allowed="as IANA registers it",
        neighbour=((STORE, "protocol: http", "protocol: s3"),),
    ),
)

PREMIUM = "apps/premium-intranet.yaml"
LEADER = "{app: registry-zk}"
ENSEMBLE = (
    "  estate:ensembles:\n    - {name: zk-machines, servers: [{address: 10.20.9.31, port: 2181}], "
    "tenants: [claims]}\n  estate:nfs_filers:\n"
)
RENAMED = (
    (
        "apps/policy-portal-intranet.yaml",
        "  - {app: underwriting}",
        "  - {app: rating-metrics}",
    ),
)
_OWN_POOL = "    - {name: premium, tenant: life, app: premium}\n"
_HOST_PORT = """\
    - rule: host-port
      namespace: life-premium
      account: premium
      ports: [20880]
      reason: agencies call it from machines
      owner: premium@harbour.example
      approved: "2026-01-31"
      expires: "2036-01-31"
"""
_THIRD = "address: 10.20.1.20, rack: rack-c, size: medium, pool: "
THIRD_NODE = (INTRANET, f"{_THIRD}shared", f"{_THIRD}premium")
OWN_NODES = (
    (PREMIUM, "replicas: 2", "replicas: 2\npool: premium"),
    (INTRANET, "    - {name: shared}\n", "    - {name: shared}\n" + _OWN_POOL),
    (
        INTRANET,
        "address: 10.20.1.21, rack: rack-a, size: medium, pool: shared",
        "address: 10.20.1.21, rack: rack-a, size: medium, pool: premium",
    ),
    (
        INTRANET,
        "address: 10.20.1.22, rack: rack-b, size: medium, pool: shared",
        "address: 10.20.1.22, rack: rack-b, size: medium, pool: premium",
    ),
    (INTRANET, EXCEPTIONS, EXCEPTIONS + _HOST_PORT),
)
UNTUNNELLED = (
    (INTRANET, "encapsulation: vxlan", "encapsulation: none"),
    (INTRANET, "    tunnels: 10.69.0.0/24\n", ""),
)

RPC = (
    Refusal(
        code="registry-choice",
        edits=((PREMIUM, LEADER, "«{app: registry-zk, ensemble: zk-machines}"),),
        key_path="registry",
        found="both are named",
        allowed="app or ensemble",
    ),
    Refusal(
        code="unknown-registry",
        edits=(
            (PREMIUM, LEADER, "{app: «document-store}"),
            (PREMIUM, "needs: {apps: [registry-zk], within: 120}\n", ""),
        ),
        key_path="registry.app",
        found="there is no registry 'document-store'",
        allowed="registry-zk",
        hint="A provider registers with a stateful app of preset zookeeper",
    ),
    Refusal(
        code="unknown-ensemble",
        edits=(
            (PREMIUM, LEADER, "{ensemble: «zk-machines}"),
            (PREMIUM, "needs: {apps: [registry-zk], within: 120}\n", ""),
        ),
        key_path="registry.ensemble",
        found="there is no ensemble 'zk-machines'",
        allowed="none is declared: add the ensemble first",
    ),
    Refusal(
        code="ensemble-of-others",
        edits=(
            (PREMIUM, LEADER, "{ensemble: «zk-machines}"),
            (PREMIUM, "needs: {apps: [registry-zk], within: 120}\n", ""),
            (INTRANET, "  estate:nfs_filers:\n", ENSEMBLE),
        ),
        key_path="registry.ensemble",
        found="the ensemble 'zk-machines' does not serve the tenant 'life'",
        allowed="claims",
        hint="Its owner adds the tenant in Pulumi.intranet.yaml",
        neighbour=(
            (PREMIUM, LEADER, "{ensemble: zk-machines}"),
            (PREMIUM, "needs: {apps: [registry-zk], within: 120}\n", ""),
            (INTRANET, "  estate:nfs_filers:\n", ENSEMBLE.replace("claims", "life")),
        ),
    ),
    Refusal(
        code="peer-of-others",
        edits=(
            (PREMIUM, LEADER, "{app: «registry-zk}"),
            (ZOOKEEPER, "serves: [life]\n", ""),
        ),
        key_path="registry.app",
        found="'registry-zk' of the tenant 'shared-services', the registry, does not serve 'life'",
        hint="Its team adds 'life' to serves in apps/registry-zk-intranet.yaml",
    ),
    Refusal(
        code="rpc-exposure",
        edits=((PREMIUM, "exposure: cluster", "exposure: cluster\nconsumers: «[10.20.7.0/24]"),),
        key_path="consumers",
        found="pods register their own addresses, which no host outside the cluster reaches",
        allowed="exposure: routed, or gateway",
    ),
    Refusal(
        code="rpc-exposure",
        edits=((PREMIUM, "exposure: cluster", "exposure: «routed"), *UNTUNNELLED),
        key_path="exposure",
        found="a route to the pods is requested, but no consumer outside is named",
        allowed="consumers: the networks that call it",
        neighbour=(
            (PREMIUM, "exposure: cluster", "exposure: routed\nconsumers: [10.20.7.0/24]"),
            *UNTUNNELLED,
        ),
    ),
    Refusal(
        code="rpc-exposure",
        edits=((PREMIUM, "exposure: cluster", "exposure: cluster\ngateway: «policy-portal"),),
        key_path="gateway",
        found="with exposure: cluster consumers look up the provider itself",
        allowed="exposure: gateway",
    ),
    Refusal(
        code="pods-not-routed",
        edits=((PREMIUM, "exposure: cluster", "exposure: «routed\nconsumers: [10.20.7.0/24]"),),
        key_path="exposure",
        found="packets between pods travel in vxlan",
        allowed="encapsulation: none in Pulumi.intranet.yaml, or exposure: gateway",
    ),
    Refusal(
        code="route-across-zones",
        edits=(
            (PREMIUM, "exposure: cluster", "exposure: routed\nconsumers: [«10.10.1.0/28]"),
            *UNTUNNELLED,
        ),
        key_path="consumers[0]",
        found="10.10.1.0/28 is in zone 'dmz': a route from there to pods would pass by",
        allowed="networks of zone 'intranet'",
    ),
    Refusal(
        code="host-port",
        edits=((PREMIUM, "exposure: cluster", "exposure: «node\nconsumers: [10.20.7.0/24]"),),
        key_path="exposure",
        found="pods that register their node need a port of the node, which no pod may hold",
        allowed="cluster, routed, gateway",
        hint="It takes an exception from the rule host-port",
    ),
    Refusal(
        code="name-taken",
        edits=((UNDERWRITING, "app: underwriting", "app: «rating-metrics"), *RENAMED),
        key_path="app",
        found="'rating-metrics' is what a Service of the app 'rating' is called",
        hint="Rename this app",
    ),
    Refusal(
        code="host-port-nodes",
        edits=(
            (PREMIUM, "exposure: cluster", "exposure: «node\nconsumers: [10.20.7.0/24]"),
            *OWN_NODES,
        ),
        key_path="exposure",
        found="2 replicas need a node each, and its pool has 2",
        allowed="one node more than replicas",
    ),
    Refusal(
        code="rpc-exposure",
        edits=(
            (PREMIUM, "exposure: cluster", "exposure: «node\nconsumers: [10.20.7.0/24]"),
            *OWN_NODES,
            THIRD_NODE,
            (UNDERWRITING, "replicas: 2", "replicas: 2\nconnects_to: [{app: premium}]"),
        ),
        key_path="exposure",
        found="'underwriting' of the cluster would be sent to a node's address",
    ),
    Refusal(
        code="rpc-gateway",
        edits=((PREMIUM, "exposure: cluster", "exposure: «gateway"),),
        key_path="exposure",
        found="the gateway is not named",
        allowed="gateway: an app of the zone",
    ),
    Refusal(
        code="rpc-gateway",
        edits=((PREMIUM, "exposure: cluster", "exposure: gateway\ngateway: «underwriting"),),
        key_path="gateway",
        found="'underwriting' is of kind 'service', which has no clients outside",
        allowed="an app of kind traditional or web",
    ),
    Refusal(
        code="rpc-gateway",
        edits=((PREMIUM, "exposure: cluster", "exposure: gateway\ngateway: «policy-portal"),),
        key_path="gateway",
        found="'policy-portal' does not connect to 'premium'",
        hint="Its team adds {app: premium} in apps/policy-portal-intranet.yaml",
        neighbour=(
            (PREMIUM, "exposure: cluster", "exposure: gateway\ngateway: policy-portal"),
            (
                "apps/policy-portal-intranet.yaml",
                "  - {app: underwriting}",
                "  - {app: underwriting}\n  - {app: premium}",
            ),
        ),
    ),
)

KEPT = "- {name: session-key, from: «stack}"
STORED = "  estate-secrets:broker-gateway.session-key-g1: {secure: v1:abc:def}\n"
DMZ = "Pulumi.dmz.yaml"

SECRETS = (
    Refusal(
        code="no-stack-secret",
        edits=((GATEWAY, "- {name: session-key}", KEPT),),
        key_path="secrets[0].from",
        found="Pulumi.dmz.yaml has no 'estate-secrets:broker-gateway.session-key-g1'",
        allowed="a value that `pulumi config set --secret` has encrypted",
        hint="pulumi config set --secret 'estate-secrets:broker-gateway.session-key-g1' "
        "--stack dmz",
        neighbour=(
            (GATEWAY, "- {name: session-key}", KEPT.replace("«", "")),
            (DMZ, "  estate:registry:", f"{STORED}  estate:registry:"),
        ),
    ),
    Refusal(
        code="secret-in-clear",
        edits=(
            (GATEWAY, "- {name: session-key}", KEPT),
            (
                DMZ,
                "  estate:registry:",
                "  estate-secrets:broker-gateway.session-key-g1: hunter2\n  estate:registry:",
            ),
        ),
        key_path="secrets[0].from",
        found="stands in Pulumi.dmz.yaml in clear text",
        hint="give it another value: this one is out",
    ),
)

REFUSALS = REACHED + INSIDE + TIMES + NEEDS + SCALE + VOLUMES + RPC + SECRETS
