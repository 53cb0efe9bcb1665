"""Declarations of monitoring that are refused, by example."""

from __future__ import annotations

from tests.level0.refused import DMZ, LIFE, Refusal

FIRST = "{replica: 1, node: dmz-m01, path: /srv/disks/prometheus, size: 400Gi}"
SECOND = "{replica: 2, node: dmz-m02, path: /srv/disks/prometheus, size: 400Gi}"
WEBHOOK = (
    '{name: oncall, url: "https://oncall.harbour.example/dmz", '
    "address: 10.10.9.26, token: generated}"
)

REFUSALS = (
    Refusal(
        code="no-role-pool",
        edits=(
            (DMZ, "- {name: monitoring, role: monitoring}", "- {name: monitoring}"),
            (DMZ, "estate:monitoring:\n    ", "estate:monitoring:\n    «"),
        ),
        key_path="estate:monitoring",
        found="the zone has no pool for it",
        allowed="with a pool of the role 'monitoring'",
        hint="{name: monitoring, role: monitoring}",
    ),
    Refusal(
        code="no-platform-image",
        edits=(
            ("images.yaml", "  grafana:\n", "  graphana:\n"),
            (DMZ, "estate:monitoring:\n    ", "estate:monitoring:\n    «"),
        ),
        key_path="estate:monitoring",
        found="there is no image 'grafana' of the platform's own",
        allowed="an image 'grafana' in images.yaml",
    ),
    Refusal(
        code="daemon-set-again",
        edits=(
            (
                DMZ,
                "  estate:node_sizes:\n",
                "  estate:daemon_sets: [{name: «node-exporter, cpu: 100m, memory: 64Mi}]\n"
                "  estate:node_sizes:\n",
            ),
        ),
        key_path="estate:daemon_sets[0].name",
        found="'node-exporter' is counted already",
        hint="Take the row away",
    ),
    Refusal(
        code="unknown-webhook",
        edits=((DMZ, "    webhook: oncall\n", "    webhook: «on-call\n"),),
        key_path="estate:monitoring.webhook",
        found="there is no webhook 'on-call'",
        allowed="oncall",
        hint="Did you mean 'oncall'?",
    ),
    Refusal(
        code="unknown-webhook",
        edits=((LIFE, "webhook: oncall", "webhook: «pager"),),
        key_path="alerts.webhook",
        found="there is no webhook 'pager'",
        allowed="oncall",
    ),
    Refusal(
        code="name-taken",
        edits=((DMZ, f"- {WEBHOOK}", f"- {WEBHOOK}\n      - {WEBHOOK.replace(' o', ' «o', 1)}"),),
        key_path="estate:monitoring.webhooks[1].name",
        found="the name 'oncall' stands here again",
        allowed="each name once",
    ),
    Refusal(
        code="no-stack-secret",
        edits=((DMZ, WEBHOOK, WEBHOOK.replace("token: generated", "token: «stack")),),
        key_path="estate:monitoring.webhooks[0].token",
        found="Pulumi.dmz.yaml has no 'estate-secrets:alertmanager.oncall-g1'",
        allowed="a value that `pulumi config set --secret` has encrypted",
        hint="pulumi config set --secret 'estate-secrets:alertmanager.oncall-g1' --stack dmz",
    ),
    Refusal(
        code="no-disk",
        edits=(
            (DMZ, f"      - {SECOND}\n", ""),
            (DMZ, "estate:monitoring:\n    ", "estate:monitoring:\n    «"),
        ),
        key_path="estate:monitoring",
        found="Prometheus 2 has no disk to keep its samples on",
        allowed="a disk or a LUN for each of the two",
        hint="disks: [{replica: 2, ...}]",
        neighbour=(
            (
                DMZ,
                f"      - {SECOND}\n",
                "    luns: [{replica: 2, wwid: 3600508b400105e210000900000490000, size: 1Ti}]\n",
            ),
        ),
    ),
    Refusal(
        code="disk-taken",
        edits=((DMZ, SECOND, f"{SECOND}\n      - «{SECOND.replace('prometheus', 'two')}"),),
        key_path="estate:monitoring.disks[2]",
        found="Prometheus 2 has one already",
        also=("disks-together",),
    ),
    Refusal(
        code="disk-elsewhere",
        edits=((DMZ, SECOND, SECOND.replace("dmz-m02", "«dmz-l02")),),
        key_path="estate:monitoring.disks[1].node",
        found="'dmz-l02' is no node of pool 'monitoring'",
        allowed="dmz-m01, dmz-m02",
    ),
    Refusal(
        code="disks-together",
        edits=(
            (DMZ, f"- {SECOND}", f"- «{SECOND.replace('dmz-m02', 'dmz-m01').replace('eus', '2')}"),
        ),
        key_path="estate:monitoring.disks[1]",
        found="both Prometheus have their disks in 'dmz-m01'",
    ),
)
