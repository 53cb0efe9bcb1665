"""Models of what people write: stack files, tenants, apps."""

from estate.declare.models.app import (
    APP_KINDS,
    App,
    AppBase,
    HttpApp,
    ServiceApp,
    ServingApp,
    TraditionalApp,
    WebApp,
)
from estate.declare.models.identity import Identity, Issuer
from estate.declare.models.stack import (
    F5,
    Cluster,
    Database,
    Firewall,
    Network,
    NfsFiler,
    Node,
    NodeSize,
    PlatformGroups,
    Pool,
    Stack,
)
from estate.declare.models.tenant import Namespace, SharedNamespace, Tenant, TenantGroups

__all__ = [
    "APP_KINDS",
    "F5",
    "App",
    "AppBase",
    "Cluster",
    "Database",
    "Firewall",
    "HttpApp",
    "Identity",
    "Issuer",
    "Namespace",
    "Network",
    "NfsFiler",
    "Node",
    "NodeSize",
    "PlatformGroups",
    "Pool",
    "ServiceApp",
    "ServingApp",
    "SharedNamespace",
    "Stack",
    "Tenant",
    "TenantGroups",
    "TraditionalApp",
    "WebApp",
]
