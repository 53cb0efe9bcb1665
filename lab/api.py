"""As much of a Kubernetes client as the lab needs: a few requests with a client certificate."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import urllib3

from toolchain.trouble import Trouble

Object = dict[str, Any]

_APPLY = "application/apply-patch+yaml"


class ApiError(Trouble):
    """The API server said no."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"the API server answered {status}: {message}")
        self.status = status


class Api:
    """One API server, as its administrator."""

    def __init__(self, server: str, pki: Path) -> None:
        self._server = server
        self._pool = urllib3.PoolManager(
            ca_certs=str(pki / "ca.crt"),
            cert_file=str(pki / "admin.crt"),
            key_file=str(pki / "admin.key"),
            timeout=urllib3.Timeout(10),
            retries=False,
        )

    def ready(self) -> bool:
        """Whether it serves."""
        try:
            return self._pool.request("GET", f"{self._server}/readyz").status == 200
        except urllib3.exceptions.HTTPError:
            return False

    def get(self, path: str) -> Object:
        """Reads one object or a list."""
        return self._request("GET", path)

    def apply(self, path: str, obj: Object, manager: str) -> Object:
        """Server-side apply."""
        return self._request("PATCH", f"{path}?fieldManager={manager}&force=true", obj, _APPLY)

    def patch(self, path: str, body: Object) -> Object:
        """A merge patch."""
        return self._request("PATCH", path, body, "application/merge-patch+json")

    def delete(self, path: str) -> Object:
        """Deletes one object."""
        return self._request("DELETE", path)

    def _request(
        self, method: str, path: str, body: Object | None = None, kind: str = "application/json"
    ) -> Object:
        try:
            response = self._pool.request(
                method,
                f"{self._server}{path}",
                body=None if body is None else json.dumps(body),
                headers={"Content-Type": kind, "Accept": "application/json"},
            )
        except urllib3.exceptions.HTTPError as error:
            raise Trouble(f"the API server at {self._server} does not answer: {error}") from error
        answer = cast(Object, json.loads(response.data or b"{}"))
        if response.status >= 300:
            raise ApiError(response.status, str(answer.get("message", response.reason)))
        return answer
