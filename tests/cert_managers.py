"""The shipped estate whose intranet leaves certificates of logging to cert-manager."""

from __future__ import annotations

from tests.estates import Estate


def with_cert_manager(estate: Estate) -> Estate:
    """Two issuers: the company's, and one for nodes of Elasticsearch alone."""
    names = "elasticsearch-http-tls, kibana: kibana-tls"
    issuers = "{issuer: company-ca, transport_issuer: elasticsearch-ca}"
    return estate.edit("Pulumi.intranet.yaml", names, f"{names}, cert_manager: {issuers}")
