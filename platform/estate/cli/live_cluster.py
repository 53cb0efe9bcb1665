"""Reads what the doctor asks of a cluster, with the official client. Nothing is written.

Whether a node port is inside of the API servers' range stands in no object: a dry run of a Service
shows it, which the API server validates and does not store.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from estate.composition import Composition
from estate.proof.doctor.live import LiveCluster, Service
from estate.proof.doctor.objects import kinds_of
from estate.proof.live_nodes import LiveNodes
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.network.plan import NetworkPlan

_SECONDS = 10.0
_OUTSIDE = "not in the valid range"
"""As k8s.io/kubernetes, pkg/registry/core/service/portallocator words it."""

_VERBS = ("create", "patch", "delete")

Json = Mapping[str, Any]


def live_cluster(composition: Composition) -> LiveCluster:
    """The cluster behind the stack's context. Any failure is raised."""
    plan = composition.plan
    api = _Api(plan.of(ControlPlanePlan).cluster.context)
    version = api.get("/version")
    system = api.get("/api/v1/namespaces/kube-system")["metadata"]
    served = {kind: api.kinds(kind) for kind in sorted(kinds_of(composition))}
    band = plan.of(NetworkPlan).network.node_ports
    refused_ports, not_tried = api.try_ports((band.first, band.last))
    return LiveCluster(
        version=version["gitVersion"],
        labels=system.get("labels", {}),
        uid=system["uid"],
        nodes=LiveNodes.model_validate(api.get("/api/v1/nodes")).items,
        services=tuple(_services(api)),
        daemon_sets=frozenset(
            one["metadata"]["name"] for one in api.items("/apis/apps/v1/daemonsets")
        ),
        kube_proxy=api.found("/api/v1/namespaces/kube-system/configmaps/kube-proxy")
        .get("data", {})
        .get("config.conf", ""),
        storage_classes={
            one["metadata"]["name"]: one["provisioner"]
            for one in api.items("/apis/storage.k8s.io/v1/storageclasses")
        },
        resource_metrics=_behind(
            api.found("/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io")
        ),
        served={version: frozenset(kinds) for version, kinds in served.items()},
        refused_ports=refused_ports,
        ports_not_tried=not_tried,
        refused_rights=tuple(api.refused(_resources(composition, served))),
        clock_skew=api.clock_skew,
    )


def _services(api: _Api) -> Iterator[Service]:
    system = api.items("/api/v1/namespaces/kube-system/services")
    for one in (*system, api.get("/api/v1/namespaces/default/services/kubernetes")):
        yield Service(
            namespace=one["metadata"]["namespace"],
            name=one["metadata"]["name"],
            address=one["spec"].get("clusterIP", "None"),
        )


def _behind(api_service: Json) -> str:
    service = api_service.get("spec", {}).get("service")
    return f"{service['namespace']}/{service['name']}" if service else ""


def _resources(
    composition: Composition, served: Mapping[str, Mapping[str, str]]
) -> list[tuple[str, str]]:
    """Group and resource of every kind that the stack registers and the cluster serves."""
    return sorted(
        (version.rpartition("/")[0], served[version][kind])
        for version, kinds in kinds_of(composition).items()
        for kind in kinds
        if kind in served[version]
    )


class _Api:
    """One API server, as the kubeconfig's context reaches it."""

    def __init__(self, context: str) -> None:
        # It takes a second to import, and few verbs need it.
        from kubernetes import client, config  # pyright: ignore[reportMissingTypeStubs]

        self._client: Any = config.new_client_from_config(context=context)  # pyright: ignore[reportUnknownMemberType]
        self._refusal: Any = client.ApiException
        self.clock_skew = 0.0
        """Seconds that its clock is ahead, by the latest answer."""

    def _asked(self, method: str, path: str, body: Json | None = None, **query: str) -> Json:
        answer = self._client.call_api(
            path,
            method,
            query_params=list(query.items()),
            header_params={"Accept": "application/json", "Content-Type": "application/json"},
            body=body,
            auth_settings=["BearerToken"],
            _preload_content=False,
            _return_http_data_only=True,
            _request_timeout=_SECONDS,
        )
        if date := answer.headers.get("Date"):
            here = datetime.now(UTC)
            self.clock_skew = (parsedate_to_datetime(date) - here).total_seconds()
        return json.loads(answer.data)

    def get(self, path: str) -> Json:
        """What has to be there."""
        return self._asked("GET", path)

    def items(self, path: str) -> list[Json]:
        """Of a list."""
        return self.get(path)["items"]

    def found(self, path: str) -> Json:
        """What may be missing: empty then."""
        try:
            return self.get(path)
        except self._refusal as refused:
            if refused.status == 404:
                return {}
            raise

    def kinds(self, api_version: str) -> dict[str, str]:
        """Resources by kind; none of a version that is not served."""
        at = f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"
        resources = self.found(at).get("resources", [])
        return {
            resource["kind"]: resource["name"]
            for resource in resources
            if "/" not in resource["name"]
        }

    def try_ports(self, ports: Iterable[int]) -> tuple[dict[int, str], str]:
        """Node ports outside of the API servers' range, and why nothing is known of them."""
        outside: dict[int, str] = {}
        for port in dict.fromkeys(ports):
            service = {
                "apiVersion": "v1",
                "kind": "Service",
                "metadata": {"name": "estate-doctor"},
                "spec": {"type": "NodePort", "ports": [{"port": port, "nodePort": port}]},
            }
            try:
                self._asked("POST", "/api/v1/namespaces/default/services", service, dryRun="All")
            except self._refusal as refused:
                said = str(json.loads(refused.body)["message"])
                if _OUTSIDE in said:
                    outside[port] = said.partition("Invalid value: ")[2] or said
                elif refused.status == 403:
                    return {}, f"the dry run is refused: {said}"
        return outside, ""

    def refused(self, resources: Iterable[tuple[str, str]]) -> Iterator[str]:
        """What the caller may not do with these, as verb and resource."""
        if self._may({"verb": "*", "group": "*", "resource": "*"}):
            return
        for group, resource in resources:
            for verb in _VERBS:
                if not self._may({"verb": verb, "group": group, "resource": resource}):
                    yield f"{verb} {resource}{f'.{group}' if group else ''}"

    def _may(self, attributes: Json) -> bool:
        review = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": attributes},
        }
        path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
        return bool(self._asked("POST", path, review)["status"]["allowed"])
