"""The platform's own groups: what people write about them."""

from __future__ import annotations

from pydantic import Field

from estate.reader.values import GroupName, Model


class PlatformGroups(Model):
    """The platform's people, whose rights hold in the whole cluster."""

    admin: GroupName | None = Field(default=None, examples=["platform-admins"])
    """Reads everything but secrets and logs, and drains nodes."""
    auditor: GroupName | None = Field(default=None, examples=["platform-auditors"])
    """Reads everything but secrets and logs, and who has which right."""
    log_reader: GroupName | None = Field(default=None, examples=["platform-support"])
    """Reads pods and their logs, and nothing else."""
