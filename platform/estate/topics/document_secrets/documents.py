"""Files for machines whose secrets must exist before the cluster does (X11, G2).

They hold references. `estate handover` fills them from the declared source, for those who install
them; the cluster's own stack never holds these values.
"""

from __future__ import annotations

from estate.documents.document import Document
from estate.documents.secrets import reference
from estate.plan import Plan
from estate.topics.document_secrets.plan import BOOTSTRAP
from estate.topics.registry.plan import RegistryPlan


def bootstrap_documents(plan: Plan) -> tuple[Document, ...]:
    """What the registry's machines read beside their configuration."""
    registry = plan.of(RegistryPlan).external
    if registry is None:
        return ()
    secret, users = (
        reference(one.removeprefix(BOOTSTRAP)) for one in (registry.http_secret, registry.users)
    )
    return (
        Document("registry/registry.env", f"REGISTRY_HTTP_SECRET={secret}\n"),
        Document("registry/registry.htpasswd", f"{users}\n"),
    )
