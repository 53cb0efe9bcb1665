"""What an API server says a group may do: access reviews in bulk, and what it serves at all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, cast

import urllib3

from lab.cluster import Cluster

Json = dict[str, Any]
Headers = Sequence[tuple[str, str]]
"""A list, because a header may stand in it twice."""

AUTHENTICATED = "system:authenticated"
_AUTHORIZATION = "/apis/authorization.k8s.io/v1"
_AT_ONCE = 8


@dataclass(frozen=True, kw_only=True, order=True)
class Question:
    """May a member of ``group`` do this? ``namespace`` is empty for the cluster itself."""

    group: str
    verb: str
    api_group: str
    resource: str
    namespace: str = ""
    user: str = "somebody"
    name: str = ""
    """The one object that it is about; empty for all of them."""


@dataclass(frozen=True, kw_only=True, order=True)
class Served:
    """A resource that the API server serves, or part of one, with what it can do with it."""

    api_group: str
    resource: str
    verbs: tuple[str, ...]
    namespaced: bool


class Reviews:
    """Asks one API server as its administrator."""

    def __init__(self, cluster: Cluster) -> None:
        self._server = cluster.server
        self._pool = urllib3.PoolManager(
            ca_certs=str(cluster.pki / "ca.crt"),
            cert_file=str(cluster.pki / "admin.crt"),
            key_file=str(cluster.pki / "admin.key"),
            maxsize=_AT_ONCE,
            timeout=urllib3.Timeout(60),
        )

    def allowed(self, questions: Iterable[Question]) -> set[Question]:
        """Those that are answered with yes, by a SubjectAccessReview each."""
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            return {question for question, yes in threads.map(self._ask, questions) if yes}

    def rules(self, group: str, namespace: str) -> list[Json]:
        """Everything that a member may do in the namespace, as the member itself is told."""
        found: list[Json] = self.told(namespace, group=group)["resourceRules"]
        return sorted(found, key=json.dumps)

    def told(self, namespace: str, *, group: str = "", user: str = "somebody") -> Json:
        """The rules of resources and of URLs, as the API server lists them for the subject."""
        headers = [
            ("Impersonate-User", user),
            *([("Impersonate-Group", group)] if group else []),
            ("Impersonate-Group", AUTHENTICATED),
        ]
        status = self._review("SelfSubjectRulesReview", {"namespace": namespace}, headers)
        assert not status.get("incomplete"), status
        return status

    def served(self) -> list[Served]:
        """By discovery, so that a resource that a new version brings is asked about, too."""
        versions = {"": "/api/v1"}
        for group in self._get("/apis")["groups"]:
            versions[group["name"]] = f"/apis/{group['preferredVersion']['groupVersion']}"
        return sorted(
            Served(
                # What is sent may be of another group, as to pods/eviction; rights follow the URL.
                api_group=name,
                resource=one["name"],
                verbs=tuple(one["verbs"]),
                namespaced=one["namespaced"],
            )
            for name, path in versions.items()
            for one in self._get(path)["resources"]
        )

    def _ask(self, question: Question) -> tuple[Question, bool]:
        resource, _, subresource = question.resource.partition("/")
        attributes = {
            "verb": question.verb,
            "group": question.api_group,
            "resource": resource,
            "subresource": subresource,
            "namespace": question.namespace,
            "name": question.name,
        }
        spec = {
            "user": question.user,
            "groups": [question.group, AUTHENTICATED],
            "resourceAttributes": attributes,
        }
        return question, bool(self._review("SubjectAccessReview", spec)["allowed"])

    def _review(self, kind: str, spec: Json, headers: Headers = ()) -> Json:
        body = {"apiVersion": "authorization.k8s.io/v1", "kind": kind, "spec": spec}
        path = f"{_AUTHORIZATION}/{kind.lower()}s"
        return self._answer("POST", path, json.dumps(body), headers)["status"]

    def _get(self, path: str) -> Json:
        return self._answer("GET", path)

    def _answer(
        self,
        method: str,
        path: str,
        body: str | None = None,
        headers: Headers = (),
    ) -> Json:
        response = self._pool.request(
            method,
            f"{self._server}{path}",
            body=body,
            headers=urllib3.HTTPHeaderDict([("Content-Type", "application/json"), *headers]),
        )
        assert response.status < 300, response.data
        return cast(Json, json.loads(response.data))
