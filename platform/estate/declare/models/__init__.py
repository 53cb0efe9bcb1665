"""Models of what people write: stack files, tenants, apps."""

from estate.declare.models.app import (
    APP_KINDS,
    App,
    AppBase,
    BatchApp,
    ElasticApp,
    HttpApp,
    RpcApp,
    ServiceApp,
    ServingApp,
    StatefulApp,
    TraditionalApp,
    WebApp,
)
from estate.declare.models.delivery import DeliveryService
from estate.declare.models.egress import Egress, Relay
from estate.declare.models.exception import RuleException
from estate.declare.models.firewall import Firewall, FirewallOrder
from estate.declare.models.harbor import Harbor
from estate.declare.models.identity import Identity, Issuer
from estate.declare.models.images import Images, PlatformImage
from estate.declare.models.load_balancer import F5, HAProxyPair, LoadBalancer, MetalLB
from estate.declare.models.logging import Logging
from estate.declare.models.masters import Master, Masters
from estate.declare.models.monitoring import (
    Monitoring,
    MonitoringDisk,
    MonitoringLun,
    Receiver,
)
from estate.declare.models.node_ports import NodePortRegister, RegisteredPort
from estate.declare.models.registry import ExternalRegistry, InternalRegistry
from estate.declare.models.routers import Routers, Shard
from estate.declare.models.stack import (
    Cluster,
    Database,
    Network,
    NfsFiler,
    Node,
    NodeSize,
    PlatformGroups,
    Pool,
    Stack,
)
from estate.declare.models.storage import Disk, LocalDisk, Storage
from estate.declare.models.tenant import Namespace, SharedNamespace, Tenant, TenantGroups

__all__ = [
    "APP_KINDS",
    "F5",
    "App",
    "AppBase",
    "BatchApp",
    "Cluster",
    "Database",
    "DeliveryService",
    "Disk",
    "Egress",
    "ElasticApp",
    "ExternalRegistry",
    "Firewall",
    "FirewallOrder",
    "HAProxyPair",
    "Harbor",
    "HttpApp",
    "Identity",
    "Images",
    "InternalRegistry",
    "Issuer",
    "LoadBalancer",
    "LocalDisk",
    "Logging",
    "Master",
    "Masters",
    "MetalLB",
    "Monitoring",
    "MonitoringDisk",
    "MonitoringLun",
    "Namespace",
    "Network",
    "NfsFiler",
    "Node",
    "NodePortRegister",
    "NodeSize",
    "PlatformGroups",
    "PlatformImage",
    "Pool",
    "Receiver",
    "RegisteredPort",
    "Relay",
    "Routers",
    "RpcApp",
    "RuleException",
    "ServiceApp",
    "ServingApp",
    "Shard",
    "SharedNamespace",
    "Stack",
    "StatefulApp",
    "Storage",
    "Tenant",
    "TenantGroups",
    "TraditionalApp",
    "WebApp",
]
