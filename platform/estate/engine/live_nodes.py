"""Reads the names of a cluster's nodes, with the official client.

The client is imported where it is used, as in ``dry_run``.
"""

from __future__ import annotations

import json
from typing import Any

_SECONDS = 10.0
_NAMES_ONLY = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
"""A node's status can be 20 KiB of images; metadata is enough here."""


def names(context: str) -> frozenset[str]:
    """The names of all Node objects behind the kubeconfig context. Any failure is raised."""
    from kubernetes import config  # pyright: ignore[reportMissingTypeStubs]

    api: Any = config.new_client_from_config(context=context)  # pyright: ignore[reportUnknownMemberType]
    answer = api.call_api(
        "/api/v1/nodes",
        "GET",
        header_params={"Accept": _NAMES_ONLY},
        auth_settings=["BearerToken"],
        _preload_content=False,
        _return_http_data_only=True,
        _request_timeout=_SECONDS,
    )
    found: dict[str, Any] = json.loads(answer.data)
    return frozenset(one["metadata"]["name"] for one in found["items"])
