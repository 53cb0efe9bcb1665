"""Asks an API server what it would say, with the official client.

That client, because it finds the cluster as the provider and kubectl do: several kubeconfig files,
contexts, exec plugins, OIDC. It takes a second to import, so it is imported where it is used only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from estate.objects.probe import Probe

_SECONDS = 10.0


def asks(context: str) -> Callable[[Probe], str]:
    """What sends a probe to the cluster behind the kubeconfig context and returns the answer.

    Safe to call from many threads. An API server that does not answer is an answer, too.
    """
    from kubernetes import client, config  # pyright: ignore[reportMissingTypeStubs]
    from urllib3.exceptions import HTTPError

    api: Any = config.new_client_from_config(context=context)  # pyright: ignore[reportUnknownMemberType]

    def ask(probe: Probe) -> str:
        try:
            answer = api.call_api(
                probe.path,
                "POST",
                query_params=[("dryRun", "All"), ("fieldManager", "estate")],
                # A new connection each: behind one address, the next may be another API server.
                header_params={
                    "Accept": "application/json",
                    "Content-Type": "application/json",
                    "Connection": "close",
                },
                body=probe.body,
                auth_settings=["BearerToken"],
                _preload_content=False,
                _return_http_data_only=True,
                _request_timeout=_SECONDS,
            )
            return cast(bytes, answer.data).decode(errors="replace")
        except client.ApiException as refused:
            return str(cast(Any, refused).body)
        except HTTPError as failure:
            return f"no answer: {failure}"

    return ask
