"""Requests to an API server over a pool of kept connections."""

from __future__ import annotations

import json
import time
from typing import cast
from urllib.parse import urlencode

import urllib3

from lab.plugins.kubernetes.errors import ApiError, UnreachableError
from lab.plugins.kubernetes.kubeconfig import ClusterAccess
from lab.plugins.wire import Json, JsonMap

JSON = "application/json"
JSON_PATCH = "application/json-patch+json"
APPLY_PATCH = "application/apply-patch+yaml"  # JSON is YAML

_TRIES_WHEN_BUSY = 10
_TOO_MANY = 429


class Api:
    """One API server. Safe to use from many threads at once."""

    def __init__(self, access: ClusterAccess, connections: int) -> None:
        self._server = access.server.rstrip("/")
        self._headers = {"Accept": JSON, "User-Agent": "pulumi-kubernetes/lab"}
        if access.token:
            self._headers["Authorization"] = f"Bearer {access.token}"
        self._pool = urllib3.PoolManager(
            num_pools=1,
            maxsize=connections,
            block=False,
            retries=False,
            timeout=urllib3.Timeout(connect=5, read=60),
            ssl_context=access.tls,
        )

    def get(self, path: str, query: dict[str, str] | None = None, accept: str = JSON) -> JsonMap:
        return self._send("GET", path, query, None, {"Accept": accept})

    def post(self, path: str, query: dict[str, str], body: JsonMap) -> JsonMap:
        return self._send("POST", path, query, body, {"Content-Type": JSON})

    def patch(self, path: str, query: dict[str, str], body: Json, kind: str) -> JsonMap:
        return self._send("PATCH", path, query, body, {"Content-Type": kind})

    def delete(self, path: str, body: JsonMap) -> JsonMap:
        return self._send("DELETE", path, None, body, {"Content-Type": JSON})

    def _send(
        self,
        method: str,
        path: str,
        query: dict[str, str] | None,
        body: Json,
        headers: dict[str, str],
    ) -> JsonMap:
        url = self._server + path
        if query:
            url += ("&" if "?" in path else "?") + urlencode(query)
        data = None if body is None else json.dumps(body).encode()
        for attempt in range(_TRIES_WHEN_BUSY):
            try:
                answer = self._pool.request(
                    method, url, body=data, headers={**self._headers, **headers}
                )
            except urllib3.exceptions.HTTPError as failure:
                raise UnreachableError(f"{method} {self._server}: {failure}") from failure
            if answer.status == _TOO_MANY and attempt + 1 < _TRIES_WHEN_BUSY:
                time.sleep(float(answer.headers.get("Retry-After", "1")))
                continue
            return _parsed(answer.status, answer.data)
        raise AssertionError("the last attempt returns or raises")


def _parsed(status: int, data: bytes) -> JsonMap:
    try:
        body = cast(Json, json.loads(data))
    except ValueError:
        body = None
    value: JsonMap = body if isinstance(body, dict) else {}
    if status >= 400:
        text = data.decode(errors="replace").strip()
        raise ApiError({"code": status, "message": text, **value})
    return value
