"""The name under which an app is asked for its health (J4, X3)."""

from __future__ import annotations

from estate.topics.apps.declare.kinds import App
from estate.topics.apps.declare.reached import TraditionalApp, WebApp


def first_name(app: App) -> str:
    """What is sent as Host where its health is asked: programs refuse a Host that they don't know.

    Empty for an app that users know by no name.
    """
    if isinstance(app, TraditionalApp):
        return app.vip.names[0] if app.vip.names else ""
    return app.hosts[0] if isinstance(app, WebApp) else ""
