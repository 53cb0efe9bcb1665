"""Environment variables that the platform sets itself, by kind of app (A8, H1, K1, K3)."""

from __future__ import annotations

from estate.topics.apps.declare.kinds import App
from estate.topics.apps.declare.rpc import RpcApp
from estate.topics.apps.declare.stateful import StatefulApp

JAVA_OPTIONS = "JAVA_TOOL_OPTIONS"
"""Of apps with log files: the app's own text stands first, and the directory of dumps behind it."""

POD_NAME = "POD_NAME"

DUBBO = (
    "DUBBO_REGISTRY_ADDRESS",
    "DUBBO_PROTOCOL_PORT",
    "DUBBO_IP_TO_REGISTRY",
    "DUBBO_PORT_TO_REGISTRY",
    "DUBBO_IP_TO_BIND",
    "DUBBO_PORT_TO_BIND",
)
"""How a provider registers and listens."""

ZOOKEEPER = ("ZOO_MY_ID", "ZOO_CONF_DIR", "ZOOCFGDIR", "ZOO_DATA_DIR", "ZOO_LOG_DIR")
"""What the entry point of Apache's image reads."""


def platform_variables(app: App) -> tuple[str, ...]:
    """The names that an app may not give a value of its own."""
    if isinstance(app, RpcApp):
        return (POD_NAME, *DUBBO)
    if isinstance(app, StatefulApp) and app.preset == "zookeeper":
        return (POD_NAME, *ZOOKEEPER)
    return (POD_NAME,)
