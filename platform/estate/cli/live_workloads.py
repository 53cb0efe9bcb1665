"""Reads workloads and warnings of a cluster, with the official client."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from estate.cli.why import KINDS, Json

_SECONDS = 10.0


def workloads(context: str) -> tuple[list[Json], list[Json]]:
    """Workloads and warnings behind a kubeconfig context. Any failure is raised."""
    # It takes a second to import, and only this verb needs it.
    from kubernetes import config  # pyright: ignore[reportMissingTypeStubs]

    api: Any = config.new_client_from_config(context=context)  # pyright: ignore[reportUnknownMemberType]

    def get(path: str, **query: str) -> Iterator[dict[str, Any]]:
        answer = api.call_api(
            path,
            "GET",
            query_params=list(query.items()),
            header_params={"Accept": "application/json"},
            auth_settings=["BearerToken"],
            _preload_content=False,
            _return_http_data_only=True,
            _request_timeout=_SECONDS,
        )
        yield from json.loads(answer.data)["items"]

    found = [
        {**one, "kind": kind}
        for kind, plural in KINDS.items()
        for one in get(f"/apis/apps/v1/{plural}")
    ]
    return [*found], [*get("/api/v1/events", fieldSelector="type=Warning")]
