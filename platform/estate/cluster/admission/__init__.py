"""What no object may be, held by the API server: policies, their parameters, and their probes."""

from estate.cluster.admission.manifests import admission
from estate.cluster.admission.probes import probes

__all__ = ["admission", "probes"]
