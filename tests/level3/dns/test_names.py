"""Real name servers on loopback: the cluster's CoreDNS from the emitted Corefile, asking the lab's
API server for Services, and the company's from the emitted zone files (J1 to J4)."""

from __future__ import annotations

from pathlib import Path

import dns.resolver
import pytest

from estate.reader.values import ZONES, Zone
from estate.topics.exposure.plan import VirtualServersPlan
from estate.topics.nodes.plan import NodesPlan
from tests.level3.applied import Applied
from tests.name_servers import company, coredns, on_loopback
from tests.programs import status


@pytest.mark.parametrize("zone", ZONES)
def test_services_and_the_companys_names_resolve(
    world: Applied, zone: Zone, tmp_path: Path
) -> None:
    """J1, J2, J3, J4: a pod finds Services by name, and everything else where it is declared."""
    plan = world.estate.plans()[zone]
    known = f"{plan.of(NodesPlan).pools[0].nodes[0].name}.nodes.{zone}.harbour.example"
    kubeconfig = world.lab.state / "kubeconfig"
    with coredns(tmp_path, company(plan, tmp_path), known) as names:
        served = on_loopback(plan, f"kubeconfig {kubeconfig} {zone}", names.port)
        with coredns(tmp_path, served.corefile, "kubernetes.default.svc.cluster.local") as cluster:
            assert status(served.ready) == 200
            services = [
                one
                for one in world.get(zone, "services", "-A")
                if one["spec"].get("clusterIP", "None") != "None"
            ]
            assert len(services) > 3
            for service in services:
                where, name = service["metadata"]["namespace"], service["metadata"]["name"]
                answer = cluster.resolve(f"{name}.{where}.svc.cluster.local", "A")
                assert [str(one) for one in answer] == [service["spec"]["clusterIP"]]
            for server in plan.of(VirtualServersPlan).virtual_servers:
                for name in server.names:
                    answer = cluster.resolve(name, "A")
                    assert [str(one) for one in answer] == [str(server.address)]
            back = cluster.resolve_address(str(plan.of(NodesPlan).pools[0].nodes[0].address))
            assert [str(one) for one in back] == [f"{known}."]
            with pytest.raises(dns.resolver.NXDOMAIN):
                cluster.resolve("nobody.motor.svc.cluster.local", "A")
            answer = cluster.resolve("login.harbour.example", "A")
            assert [str(one) for one in answer] == ["10.40.0.9"]
            with pytest.raises(dns.resolver.NXDOMAIN):
                cluster.resolve("nobody.harbour.example", "A")
