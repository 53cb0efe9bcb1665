"""What connections into the other zone refuse, by example (A1)."""

from __future__ import annotations

from tests.level0.refused import (
    DMZ,
    INNER_PORTAL,
    INTAKE,
    INTRANET,
    RESERVING,
    Refusal,
)

_PEER = "{app: reserving, zone: intranet, via: egress}"
_RELAY = "      - {app: reserving, port: 15433}\n"
_TARIFFS = "apps/broker-tariffs-intranet.yaml"
_BROKERS = "apps/broker-desk-dmz.yaml"

REFUSALS = (
    Refusal(
        code="unknown-app",
        edits=((INTAKE, "{app: reserving,", "{app: «reservings,"),),
        key_path="connects_to[0].app",
        found="there is no app 'reservings'",
        hint="Did you mean 'reserving'?",
    ),
    Refusal(
        code="peer-of-others",
        edits=(
            (INTAKE, "{app: reserving,", "{app: «reserving,"),
            (RESERVING, "serves_zones: [dmz]", "serves_zones: []"),
        ),
        key_path="connects_to[0].app",
        found="'reserving' of zone 'intranet' does not serve zone 'dmz'",
        allowed="apps of 'intranet' that serve zone 'dmz'",
        hint="Its team adds 'dmz' to serves_zones in apps/reserving-intranet.yaml",
    ),
    Refusal(
        code="peer-of-others",
        edits=(
            (INTAKE, "{app: reserving,", "{app: «reserving,"),
            (RESERVING, "serves: [claims]\n", ""),
        ),
        key_path="connects_to[0].app",
        found="'reserving' of the tenant 'actuarial' does not serve 'claims'",
        allowed="apps of 'claims', and those that serve it",
        hint="Its team adds 'claims' to serves in apps/reserving-intranet.yaml",
    ),
    Refusal(
        code="peer-retired",
        edits=(
            (INTAKE, "{app: reserving,", "{app: «reserving,"),
            (RESERVING, "replicas: 2", "replicas: 2\nstate: retired"),
        ),
        key_path="connects_to[0].app",
        found="'reserving' is retired: nothing answers there",
        hint="An app is retired after its callers have stopped calling it",
    ),
    Refusal(
        code="peer-not-reached",
        edits=((INTAKE, "{app: reserving,", "{app: «claims-archive,"),),
        key_path="connects_to[0].app",
        found="'claims-archive' of zone 'intranet' has no TCP port outside its cluster",
        allowed="apps of kind traditional with vip.port, and apps of kind web",
    ),
    Refusal(
        code="name-taken",
        edits=((INTAKE, f"  - {_PEER}", f"  - {_PEER}\n  - {{app: «reserving, zone: intranet}}"),),
        key_path="connects_to[1].app",
        found="the name 'reserving' stands here again",
        allowed="each name once",
        also=("via-missing", "ways-differ"),
    ),
    Refusal(
        code="via-missing",
        edits=((INTAKE, _PEER, "{app: «reserving, zone: intranet}"),),
        key_path="connects_to[0].app",
        found="the firewall 'fw-inner' stands before 'reserving'",
        allowed="via: direct, or via: egress",
        hint="direct opens it for the 7 nodes of pool 'shared'",
    ),
    Refusal(
        code="unknown-relay",
        edits=(
            (INTAKE, _PEER, "{app: reserving, zone: intranet, via: «egress}"),
            (DMZ, _RELAY, ""),
        ),
        key_path="connects_to[0].via",
        found="there is no relay 'reserving'",
        hint="Add {app: reserving, port: 15000} to estate:egress.relays in Pulumi.dmz.yaml",
        neighbour=(
            (INTAKE, _PEER, "{app: reserving, zone: intranet, via: direct}"),
            (DMZ, _RELAY, ""),
        ),
    ),
    Refusal(
        code="unknown-app",
        edits=((DMZ, "{app: reserving,", "{app: «reservings,"),),
        key_path="estate:egress.relays[1].app",
        found="there is no app 'reservings'",
        hint="Did you mean 'reserving'?",
        also=("unknown-relay",),
    ),
    Refusal(
        code="name-taken",
        edits=((DMZ, _RELAY, f"{_RELAY}      - {{app: «reserving, port: 15434}}\n"),),
        key_path="estate:egress.relays[2].app",
        found="the name 'reserving' stands here again",
        allowed="each name once",
    ),
    Refusal(
        code="no-firewall-between",
        edits=(
            (INTRANET, "    - {name: fw-inner, source_zone: dmz}\n", "    []\n"),
            (DMZ, "        across: [fw-inner]\n", ""),
            (INTAKE, "zone: intranet", "zone: «intranet"),
        ),
        key_path="connects_to[0].zone",
        found="no firewall is declared on the way from zone 'dmz' to 'intranet'",
        allowed="a firewall with source_zone: dmz in Pulumi.intranet.yaml",
        hint="The zones are isolated",
    ),
    Refusal(
        code="relay-to-routers",
        edits=(
            (
                _BROKERS,
                "kind: web",
                "connects_to: [{app: broker-tariffs, zone: intranet, via: «egress}]\nkind: web",
            ),
            (_TARIFFS, "kind: web", "serves_zones: [dmz]\nkind: web"),
            (
                DMZ,
                _RELAY,
                f"{_RELAY}      - {{app: broker-tariffs, port: 15434}}\n",
            ),
        ),
        key_path="connects_to[0].via",
        found="routers choose 'broker-tariffs' by its host name",
        allowed="via: direct, or an app with a virtual address of its own",
        neighbour=(
            (
                _BROKERS,
                "kind: web",
                "connects_to: [{app: broker-tariffs, zone: intranet, via: direct}]\nkind: web",
            ),
            (_TARIFFS, "kind: web", "serves_zones: [dmz]\nkind: web"),
        ),
    ),
    Refusal(
        code="name-of-both-zones",
        edits=(
            (
                _BROKERS,
                "kind: web",
                "connects_to: [{app: «broker-tariffs, zone: intranet, via: direct}]\nkind: web",
            ),
            (_TARIFFS, "kind: web", "serves_zones: [dmz]\nkind: web"),
            (_TARIFFS, "tariffs.intranet.harbour.example", "brokers.harbour.example"),
            (INTRANET, "tariffs.intranet.harbour.example", "brokers.harbour.example"),
        ),
        key_path="connects_to[0].app",
        found="in zone 'dmz' brokers.harbour.example is the name of another app",
        allowed="an app with a host that only zone 'intranet' has",
        hint="Routers choose the app by its host name",
    ),
    Refusal(
        code="superfluous",
        edits=((RESERVING, "serves_zones: [dmz]", "serves_zones: [dmz, «intranet]"),),
        key_path="serves_zones[1]",
        found="'intranet' is the zone of this app",
        allowed="the other zone",
        hint="Leave the name out",
    ),
    Refusal(
        code="name-taken",
        edits=((RESERVING, "serves_zones: [dmz]", "serves_zones: [dmz, «dmz]"),),
        key_path="serves_zones[1]",
        found="the name 'dmz' stands here again",
        allowed="each name once",
    ),
    Refusal(
        code="superfluous",
        edits=((INNER_PORTAL, "{app: underwriting}", "{app: underwriting, via: «direct}"),),
        key_path="connects_to[0].via",
        found="'underwriting' runs in this zone, where pods connect to pods",
        allowed="only where 'zone' is the other zone",
        hint="Leave the key out",
    ),
    Refusal(
        code="relay-of-what",
        edits=(
            (
                DMZ,
                "{database: claimdb, port: 15432}",
                "«{database: claimdb, app: reserving, port: 15432}",
            ),
        ),
        key_path="estate:egress.relays[0]",
        found="a relay takes connections for one server",
        allowed="either database: NAME, or app: NAME of an app of the other zone",
    ),
)
