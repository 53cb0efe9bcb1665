"""Apps that speak Dubbo: providers that register themselves where consumers look (K1)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from estate.reader.addresses import Cidr
from estate.reader.values import Model, Name
from estate.topics.apps.declare.common import ElasticApp


class Registry(Model):
    """The ZooKeeper that providers register with: one of the two."""

    app: Name | None = Field(default=None, examples=["registry-zk"])
    """A stateful app of the zone, of preset zookeeper."""
    ensemble: Name | None = Field(default=None, examples=["zk-machines"])
    """An ensemble on machines of the zone: one of estate:ensembles."""


class RpcApp(ElasticApp):
    """A Dubbo provider. Consumers get its address from the registry."""

    kind: Literal["rpc"]
    """``rpc``: a Dubbo provider, which consumers find by the registry."""
    registry: Registry = Field(examples=[{"app": "registry-zk"}])
    """Its registry; its consumers may connect to it, too."""
    exposure: Literal["cluster", "routed", "node", "gateway"] = Field(examples=["cluster"])
    """``cluster``: pods register their addresses, which only the cluster reaches. ``routed``: so
    do these, and consumers outside have a route to them. ``node``: pods register their node.
    ``gateway``: consumers outside call a gateway, which is a consumer inside."""
    consumers: tuple[Cidr, ...] = Field(default=(), examples=[["10.20.7.0/24"]])
    """Networks outside the cluster whose hosts call the pods; with ``routed`` or ``node``."""
    gateway: Name | None = Field(default=None, examples=["api-gateway"])
    """The app that consumers outside call in its place; with ``gateway``."""
