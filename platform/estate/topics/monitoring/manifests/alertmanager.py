"""Alertmanager's configuration: each tenant's alerts to the tenant, the rest to the platform (I8).

Only keys that Debian's Alertmanager 0.25 and current releases both read.
"""

from __future__ import annotations

from estate.objects.manifest import JsonObject
from estate.topics.monitoring.declare import Webhook
from estate.topics.monitoring.plan.monitoring import PLATFORM, MonitoringPlan
from estate.topics.tenancy.plan.model import ReceiverPlan

TOKENS = "/etc/alertmanager/tokens"
"""Where the webhooks' tokens are mounted, each in a folder of its webhook's name."""

REPEATED = {"critical": "1h", "warning": "12h"}
"""The time until an alert that goes on is sent again, by severity."""


def receiver_name(of: str, severity: str) -> str:
    """A tenant may bear any name, also ``platform``: what stands before tells them apart."""
    return f"{'' if of == PLATFORM else 'tenant-'}{of}-{severity}"


def alertmanager_configuration(plan: MonitoringPlan) -> JsonObject:
    """Root and heartbeat are the platform's; each tenant has a branch."""
    tenants = sorted(name for name in plan.receivers if name != PLATFORM)
    mail = plan.declared.mail
    webhooks = {webhook.name: webhook for webhook in plan.declared.webhooks}
    return {
        "global": {
            "resolve_timeout": "5m",
            "smtp_smarthost": f"{mail.host}:{mail.port}",
            "smtp_from": mail.sender,
            "smtp_require_tls": True,
        },
        "route": {
            "receiver": receiver_name(PLATFORM, "warning"),
            "group_by": ["alertname", "namespace", "pool"],
            "group_wait": "30s",
            "group_interval": "5m",
            "repeat_interval": REPEATED["warning"],
            "routes": [
                _heartbeat(plan.declared.webhook),
                *(_branch(name, f'tenant="{name}"') for name in tenants),
                _critical(PLATFORM),
            ],
        },
        "inhibit_rules": _INHIBITED,
        "receivers": [
            {"name": "nobody"},
            *_heartbeat_receiver(plan.declared.webhook, webhooks),
            *(
                _receiver(receiver_name(name, severity), plan.receivers[name], severity, webhooks)
                for name in (*tenants, PLATFORM)
                for severity in REPEATED
            ),
        ],
    }


def _heartbeat(webhook: str | None) -> JsonObject:
    """Sent all the time to the service that notices its absence, if one is declared."""
    return {
        "receiver": "heartbeat" if webhook else "nobody",
        "matchers": ['alertname="Heartbeat"'],
        "group_wait": "0s",
        "group_interval": "1m",
        "repeat_interval": "5m",
    }


def _heartbeat_receiver(webhook: str | None, known: dict[str, Webhook]) -> list[JsonObject]:
    if webhook is None:
        return []
    return [{"name": "heartbeat", "webhook_configs": [_webhook(known[webhook])]}]


def _branch(of: str, matcher: str) -> JsonObject:
    return {
        "receiver": receiver_name(of, "warning"),
        "matchers": [matcher],
        "routes": [_critical(of)],
    }


def _critical(of: str) -> JsonObject:
    return {
        "receiver": receiver_name(of, "critical"),
        "matchers": ['severity="critical"'],
        "group_wait": "10s",
        "repeat_interval": REPEATED["critical"],
    }


_INHIBITED: list[JsonObject] = [
    {  # the worse of two that say the same
        "source_matchers": ['severity="critical"'],
        "target_matchers": ['severity="warning"'],
        "equal": ["alertname", "namespace", "pool", "node", "tenant"],
    },
    {  # what runs on a node that is gone
        "source_matchers": ['alertname="NodeDown"'],
        "target_matchers": [
            'alertname=~"Pod.+|Kubelet.+|NodeExporter.+|KubeProxy.+|NetworkPlugin.+|Component.+"'
        ],
        "equal": ["node"],
    },
    {  # whatever is counted by kube-state-metrics, while the API server does not answer it
        "source_matchers": ['alertname="ApiServerDown"'],
        "target_matchers": ['alertname=~"Pool.+|Workload.+|Node.+NotDeclared|DeclaredNode.+"'],
    },
]


def _receiver(
    name: str, plan: ReceiverPlan, severity: str, webhooks: dict[str, Webhook]
) -> JsonObject:
    """Mail for everything; what is critical goes to the webhook as well."""
    found: JsonObject = {
        "name": name,
        "email_configs": [{"to": plan.email, "send_resolved": True}],
    }
    if severity == "critical" and plan.webhook:
        found["webhook_configs"] = [_webhook(webhooks[plan.webhook])]
    return found


def _webhook(webhook: Webhook) -> JsonObject:
    found: JsonObject = {"url": webhook.url, "send_resolved": True}
    if webhook.token:
        token = f"{TOKENS}/{webhook.name}/value"
        authorization = {"type": "Bearer", "credentials_file": token}
        found["http_config"] = {"authorization": authorization}
    return found
