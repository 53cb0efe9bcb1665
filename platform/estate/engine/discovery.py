"""Asks an API server which kinds of objects it serves, with the official client.

Every authenticated client may ask that. The client is imported where it is used, as in ``dry_run``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

_SECONDS = 10.0


def asks(context: str) -> Callable[[str], frozenset[str]]:
    """What tells the kinds of one API version, such as ``metallb.io/v1beta1``, behind a context.

    None of them where the cluster does not serve the version. Any other answer is raised.
    """
    from kubernetes import client, config  # pyright: ignore[reportMissingTypeStubs]

    api: Any = config.new_client_from_config(context=context)  # pyright: ignore[reportUnknownMemberType]

    def ask(api_version: str) -> frozenset[str]:
        try:
            answer = api.call_api(
                f"/apis/{api_version}",
                "GET",
                header_params={"Accept": "application/json"},
                auth_settings=["BearerToken"],
                _preload_content=False,
                _return_http_data_only=True,
                _request_timeout=_SECONDS,
            )
        except client.ApiException as refused:
            if refused.status == 404:  # pyright: ignore[reportUnknownMemberType]
                return frozenset()
            raise
        found: dict[str, Any] = json.loads(answer.data)
        return frozenset(one["kind"] for one in found["resources"])

    return ask
