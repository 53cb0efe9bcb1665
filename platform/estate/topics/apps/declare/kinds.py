"""What an app's team writes: ``apps/<app>.yaml``, one file for one app in one zone (N4)."""

from estate.topics.apps.declare.batch import BatchApp
from estate.topics.apps.declare.common import (
    AppBase,
    ConfigFile,
    DatabaseUse,
    ElasticApp,
    Listen,
    Metrics,
    Needs,
    Peer,
    RunningApp,
    Scale,
    ScalingApp,
    Secret,
    ServingApp,
)
from estate.topics.apps.declare.reached import (
    ExposedListen,
    HttpApp,
    Logs,
    ServiceApp,
    TraditionalApp,
    VirtualServer,
    WebApp,
)
from estate.topics.apps.declare.rpc import RpcApp
from estate.topics.apps.declare.stateful import StatefulApp, Volume
from estate.topics.apps.declare.worker import WorkerApp

App = TraditionalApp | WebApp | ServiceApp | RpcApp | StatefulApp | WorkerApp | BatchApp
APP_KINDS: dict[str, type[App]] = {
    "traditional": TraditionalApp,
    "web": WebApp,
    "service": ServiceApp,
    "rpc": RpcApp,
    "stateful": StatefulApp,
    "worker": WorkerApp,
    "batch": BatchApp,
}

__all__ = [
    "APP_KINDS",
    "App",
    "AppBase",
    "BatchApp",
    "ConfigFile",
    "DatabaseUse",
    "ElasticApp",
    "ExposedListen",
    "HttpApp",
    "Listen",
    "Logs",
    "Metrics",
    "Needs",
    "Peer",
    "RpcApp",
    "RunningApp",
    "Scale",
    "ScalingApp",
    "Secret",
    "ServiceApp",
    "ServingApp",
    "StatefulApp",
    "TraditionalApp",
    "VirtualServer",
    "Volume",
    "WebApp",
    "WorkerApp",
]
