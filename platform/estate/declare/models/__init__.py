"""Models of what people write: stack files, tenants, apps."""

from estate.declare.models.app import (
    APP_KINDS,
    App,
    AppBase,
    BatchApp,
    ElasticApp,
    HttpApp,
    ServiceApp,
    ServingApp,
    TraditionalApp,
    WebApp,
)
from estate.declare.models.exception import RuleException
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
    "BatchApp",
    "Cluster",
    "Database",
    "ElasticApp",
    "Firewall",
    "HttpApp",
    "Namespace",
    "Network",
    "NfsFiler",
    "Node",
    "NodeSize",
    "PlatformGroups",
    "Pool",
    "RuleException",
    "ServiceApp",
    "ServingApp",
    "SharedNamespace",
    "Stack",
    "Tenant",
    "TenantGroups",
    "TraditionalApp",
    "WebApp",
]
