"""Certificates that cert-manager asks for and renews, where the stack declares its issuers."""

from __future__ import annotations

from estate.objects.manifest import Manifest, manifest
from estate.topics.logging.plan.certificates import CertificatePlan, plan_certificates
from estate.topics.logging.plan.logging import LoggingPlan
from estate.topics.nodes.manifests.service import Service

_DURATION = "2160h0m0s"  # 90 days
_RENEWED = "720h0m0s"  # 30 days before the end, so that a broken issuer is seen in time


def certificates(plan: LoggingPlan) -> tuple[Manifest, ...]:
    """One for each Secret; none where people ask for certificates themselves."""
    declared = plan.declared.certificates.cert_manager
    if declared is None:
        return ()
    return tuple(
        _certificate(
            plan,
            certificate,
            declared.transport_issuer if certificate.layer == "transport" else declared.issuer,
        )
        for certificate in plan_certificates(plan)
    )


def _certificate(plan: LoggingPlan, wanted: CertificatePlan, issuer: str) -> Manifest:
    service = Service(name=wanted.holder, placement=plan.placement)
    return manifest(
        "cert-manager.io/v1",
        "Certificate",
        wanted.secret,
        {
            "spec": {
                "secretName": wanted.secret,
                "dnsNames": list(wanted.names),
                "usages": [
                    "digital signature",
                    "server auth",
                    *(["client auth"] if wanted.client else []),
                ],
                "duration": _DURATION,
                "renewBefore": _RENEWED,
                # A key is no older than its certificate.
                "privateKey": {
                    "algorithm": "ECDSA",
                    "size": 256,
                    "encoding": "PKCS8",
                    "rotationPolicy": "Always",
                },
                "revisionHistoryLimit": 1,
                "issuerRef": {"group": "cert-manager.io", "kind": "ClusterIssuer", "name": issuer},
            }
        },
        namespace=service.namespace,
        labels=service.labels,
        logical=f"{service.namespace}-{wanted.secret}",
    )
