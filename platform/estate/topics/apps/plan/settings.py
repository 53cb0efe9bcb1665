"""Groups of environment variables that containers of an app take in as a whole (K6)."""

from __future__ import annotations

import hashlib
import json

from estate.topics.apps.declare.kinds import App
from estate.topics.apps.plan.secret_plans import SettingsPlan


def plan_settings(app: App) -> tuple[SettingsPlan, ...]:
    """Each group, by name."""
    return tuple(
        SettingsPlan(name=settings_name(app, name), values=tuple(sorted(values.items())))
        for name, values in sorted(app.settings.items())
    )


def settings_name(app: App, name: str) -> str:
    """The name of its ConfigMap: another content has another, so that pods restart."""
    content = json.dumps(app.settings[name], sort_keys=True).encode()
    return f"{app.app}-{name}-{hashlib.sha256(content).hexdigest()[:10]}"
