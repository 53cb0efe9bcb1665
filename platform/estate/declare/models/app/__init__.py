"""What an app's team writes: ``apps/<app>.yaml``, one file for one app in one zone (N4)."""

from estate.declare.models.app.common import (
    AppBase,
    ConfigFile,
    DatabaseUse,
    Metrics,
    Peer,
    Secret,
    ServingApp,
)
from estate.declare.models.app.reached import (
    ExposedListen,
    HttpApp,
    Listen,
    Logs,
    ServiceApp,
    TraditionalApp,
    VirtualServer,
    WebApp,
)

App = TraditionalApp | WebApp | ServiceApp
APP_KINDS: dict[str, type[TraditionalApp] | type[WebApp] | type[ServiceApp]] = {
    "traditional": TraditionalApp,
    "web": WebApp,
    "service": ServiceApp,
}

__all__ = [
    "APP_KINDS",
    "App",
    "AppBase",
    "ConfigFile",
    "DatabaseUse",
    "ExposedListen",
    "HttpApp",
    "Listen",
    "Logs",
    "Metrics",
    "Peer",
    "Secret",
    "ServiceApp",
    "ServingApp",
    "TraditionalApp",
    "VirtualServer",
    "WebApp",
]
