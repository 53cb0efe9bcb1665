"""What is installed on masters, read by the programs that read it there (A3, X11)."""

from __future__ import annotations

import base64
import os
import re
import ssl
import subprocess
from contextlib import ExitStack
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
import yaml

from estate.plan import Plan
from estate.proof.prove import prove_plans
from estate.reader.values import ZONES, Zone
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.document_secrets.plan import document_secrets
from estate.topics.monitoring.plan import names
from estate.topics.network.plan import NetworkPlan, cluster_range
from estate.topics.nodes.plan import NodesPlan
from lab.ports import free
from tests.documents import as3, firewall_cells, platform_servers, table, texts
from tests.estates import Estate, shipped
from tests.keepalived import keepalived
from tests.level0.control_plane.test_masters import without_masters
from tests.loopback import FakeNode, moved, running, until, with_state
from tests.programs import running as running_program
from tests.programs import until as until_true
from tests.registries import make_pki
from toolchain import build

pytestmark = pytest.mark.level2

DMZ = "Pulumi.dmz.yaml"
HAPROXY = "haproxy/masters/haproxy.cfg"
KEEPALIVED = "keepalived/masters/{host}/keepalived.conf"
ENDPOINT = "10.10.1.5:8443"
MASTERS = ("dmz-c01", "dmz-c02", "dmz-c03")
V1 = "kubeadm.k8s.io/v1beta4"
DISCOVERY = "/etc/kubernetes/discovery.conf"


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return shipped(tmp_path).plans()["dmz"]


def behind_the_f5(estate: Estate) -> Estate:
    """The masters hold no address: the F5 leads to them."""
    estate.edit(DMZ, "    keepalived: {interface: eth0, virtual_router: 60}\n", "")
    return estate.edit(DMZ, "{address: 10.10.1.5, port: 8443}", "{address: 10.10.0.27}")


def parts(text: str) -> dict[str, dict[str, Any]]:
    """The parts of one of kubeadm's files by kind."""
    return {one["kind"]: one for one in yaml.safe_load_all(text)}


def given(part: dict[str, Any]) -> dict[str, str]:
    """Flags as kubeadm is told them."""
    return {one["name"]: one["value"] for one in part["extraArgs"]}


# kubeadm


def kubeadm(text: str, folder: Path, *verb: str) -> subprocess.CompletedProcess[str]:
    """kubeadm with one of the files; it wants a discovery file to be there, too."""
    discovery = folder / "discovery.conf"
    discovery.write_text("apiVersion: v1\nkind: Config\n", encoding="utf-8")
    path = folder / "kubeadm.yaml"
    path.write_text(text.replace(DISCOVERY, str(discovery)), encoding="utf-8")
    return subprocess.run(
        [str(build.binary("kubeadm")), "config", *verb, "--config", str(path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("zone", ZONES)
def test_kubeadm_takes_every_file_that_is_handed_over(zone: Zone, tmp_path: Path) -> None:
    """A3: of the first master, of those that join, and of any other node; strictly decoded."""
    plan = shipped(tmp_path).plans()[zone]
    found = texts(plan)
    files = [one for one in found if one.endswith("/kubeadm.yaml")]
    nodes = [node for pool in plan.of(NodesPlan).pools for node in pool.nodes]
    assert len(files) == 4 + len(nodes)  # three masters, and what all API servers have
    for name in files:
        ran = kubeadm(found[name], tmp_path, "validate")
        assert (ran.returncode, ran.stdout, ran.stderr) == (0, "ok\n", ""), f"{name}: {ran.stderr}"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("certSANs", "certSan", 'unknown field "apiServer.certSan"'),
        ("advertiseAddress: 10.10.1.6", "advertiseAddress: 10.10.1.600", "10.10.1.600"),
        ("controlPlaneEndpoint: api.dmz", "controlPlaneEndpoint: api_dmz", "hostport api_dmz"),
        ("podSubnet: 10.64.0.0/15", "podSubnet: 10.64.0.0", "podSubnet"),
        ("kubernetesVersion: v1.36.3", "kubernetesVersion: v1.36", "version"),
        ("clusterCIDR: ", "clusterCidr: ", 'unknown field "clusterCidr"'),
    ],
)
def test_what_kubeadm_does_not_take_is_told(
    plan: Plan, old: str, new: str, says: str, tmp_path: Path
) -> None:
    """A3: the reading above can fail, in kubeadm's own words."""
    text = texts(plan)["masters/dmz-c01/kubeadm.yaml"]
    assert text.count(old) == 1
    ran = kubeadm(text.replace(old, new), tmp_path, "validate")
    assert ran.returncode != 0 and says in ran.stderr, ran.stderr


@pytest.mark.parametrize("zone", ZONES)
def test_the_mirror_list_holds_each_image_that_kubeadm_asks_for(zone: Zone, tmp_path: Path) -> None:
    """A3, G5, X11: from where kubeadm would ask by itself, to where the emitted file leads it."""
    plan = shipped(tmp_path).plans()[zone]
    ran = kubeadm(
        texts(plan)["masters/" + _first(plan) + "/kubeadm.yaml"], tmp_path, "images", "list"
    )
    wanted = set(ran.stdout.split())
    assert len(wanted) == 7
    by_itself = f"apiVersion: {V1}\nkind: ClusterConfiguration\nkubernetesVersion: v1.36.3\n"
    asked = set(kubeadm(by_itself, tmp_path, "images", "list").stdout.split())
    rows = [
        row
        for row in table(plan, "images/mirror.csv")
        if row["target"].startswith(f"registry.{zone}.harbour.example/kubernetes/")
    ]
    assert {row["target"].partition("@")[0] for row in rows} == wanted
    assert {f"{row['source']}:{row['version']}" for row in rows} == asked
    lines = [line.split() for line in texts(plan)["images/mirror.txt"].splitlines()]
    tagged = {tuple(line) for line in lines if line[1].startswith("kubernetes/")}
    assert tagged == {
        (row["source"], f"kubernetes/{row['image']}", row["digest"], row["version"]) for row in rows
    }


def _first(plan: Plan) -> str:
    return plan.of(ControlPlanePlan).machines[0].name


def test_masters_start_with_the_same_facts_as_everything_else(plan: Plan) -> None:
    """A3, B1: flags and files are those that the lab's API servers start with."""
    found = texts(plan)
    begins = parts(found["masters/dmz-c01/kubeadm.yaml"])
    alone = yaml.safe_load(found["api-server/kubeadm.yaml"])
    assert begins["ClusterConfiguration"] == alone
    assert alone["controlPlaneEndpoint"] == "api.dmz.harbour.example:8443"
    assert alone["apiServer"]["certSANs"] == ["api.dmz.harbour.example", "10.10.1.5"]
    assert alone["networking"]["podSubnet"] == str(cluster_range(plan.of(NetworkPlan).network))
    assert alone["networking"]["serviceSubnet"] == str(plan.of(NetworkPlan).network.services)
    assert begins["InitConfiguration"]["localAPIEndpoint"] == {
        "advertiseAddress": "10.10.1.6",
        "bindPort": 6443,
    }
    for name in MASTERS[1:]:
        (joins,) = parts(found[f"masters/{name}/kubeadm.yaml"]).values()
        assert "controlPlane" in joins
        assert joins["discovery"] == {"file": {"kubeConfigPath": DISCOVERY}}


def test_etcd_answers_monitoring_where_monitoring_asks(plan: Plan) -> None:
    """A3, I3: without TLS and from other machines, so on a port that serves metrics alone."""
    etcd = parts(texts(plan)["masters/dmz-c01/kubeadm.yaml"])["ClusterConfiguration"]["etcd"]
    flags = given(etcd["local"])
    assert flags["listen-metrics-urls"] == f"http://0.0.0.0:{names.NODE.etcd}"
    assert int(flags["quota-backend-bytes"]) == 8 * 2**30
    assert flags["auto-compaction-mode"] == "periodic"


def test_scheduler_and_controller_manager_answer_monitoring_and_show_no_profiles(
    plan: Plan,
) -> None:
    """I2, I3: kubeadm binds both to loopback; they ask the API server who may read."""
    found = parts(texts(plan)["masters/dmz-c01/kubeadm.yaml"])["ClusterConfiguration"]
    every = str(IPv4Address(0))
    for what in ("scheduler", "controllerManager"):
        assert given(found[what]) == {"bind-address": every, "profiling": "false"}


@pytest.mark.parametrize(
    ("phase", "number"),
    [
        ("scheduler", names.NODE.scheduler),
        ("controller-manager", names.NODE.controller_manager),
    ],
)
def test_kubeadm_lets_both_ask_who_reads_and_kubelets_probe_them_where_they_listen(
    plan: Plan, phase: str, number: int, tmp_path: Path
) -> None:
    """I2, I3: by the manifests that kubeadm itself writes from the file."""
    path = tmp_path / "kubeadm.yaml"
    path.write_text(texts(plan)["masters/dmz-c01/kubeadm.yaml"], encoding="utf-8")
    subprocess.run(
        [
            *(str(build.binary("kubeadm")), "init", "phase", "control-plane", phase),
            *("--config", str(path), "--dry-run"),
        ],
        env={"PATH": os.environ["PATH"], "KUBEADM_INIT_DRYRUN_DIR": str(tmp_path)},
        check=True,
        capture_output=True,
        timeout=60,
    )
    pod = yaml.safe_load((tmp_path / f"kube-{phase}.yaml").read_text(encoding="utf-8"))
    assert pod["spec"]["hostNetwork"] is True
    (container,) = pod["spec"]["containers"]
    flags = dict(one.removeprefix("--").split("=", 1) for one in container["command"][1:])
    assert flags["bind-address"] == str(IPv4Address(0))
    for what in ("authentication-kubeconfig", "authorization-kubeconfig"):
        assert flags[what] == f"/etc/kubernetes/{phase}.conf"
    assert [one["containerPort"] for one in container["ports"]] == [number]
    for probe in ("livenessProbe", "startupProbe"):
        assert "host" not in container[probe]["httpGet"]  # the pod's address, no longer loopback


def test_masters_of_another_team_are_asked_for_the_same_addresses(tmp_path: Path) -> None:
    """I2: what they have to merge says so."""
    estate = shipped(tmp_path)
    without_masters(estate)
    found = yaml.safe_load(texts(estate.plans()["dmz"])["api-server/kubeadm.yaml"])
    every = str(IPv4Address(0))
    for what in ("scheduler", "controllerManager"):
        assert given(found[what]) == {"bind-address": every}


def test_no_file_of_a_master_holds_a_secret(plan: Plan) -> None:
    """X11: tokens and keys are made where they are used, and live for an hour."""
    for name, text in texts(plan).items():
        if name.startswith("masters/"):
            assert not re.search(r"(?i)token:|certificateKey|secret", text), name


def test_the_password_of_masters_exists_before_their_cluster(tmp_path: Path) -> None:
    """X11: a stack is applied to a cluster, so it cannot make what its cluster needs to begin."""
    groups: dict[Zone, str] = {"dmz": "masters", "intranet": "lb-intranet"}
    for zone, plan in shipped(tmp_path).plans().items():
        group = groups[zone]
        origins = {
            document_secret.name: document_secret.origin
            for document_secret in document_secrets(plan)
        }
        assert origins[f"keepalived-{group}"] == "bootstrap"
        assert (
            f"${{secret:keepalived-{group}}}" in texts(plan)[f"keepalived/{group}/auth_pass.conf"]
        )


# HAProxy and keepalived


def test_haproxy_reads_what_masters_get(plan: Plan, tmp_path: Path) -> None:
    """A3: without a warning."""
    path = tmp_path / "haproxy.cfg"
    path.write_text(with_state(texts(plan)[HAPROXY], tmp_path), encoding="utf-8")
    done = subprocess.run(
        ["haproxy", "-c", "-dW", "-f", str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr + done.stdout


def test_a_master_is_asked_whether_it_is_ready_and_not_whether_it_accepts(plan: Plan) -> None:
    """A3: over TLS, with the one answer that counts; watches are not cut while nothing happens."""
    lines = [line.strip() for line in texts(plan)[HAPROXY].splitlines()]
    assert "http-check send meth GET uri /readyz ver HTTP/1.1 hdr Host api.dmz.harbour.example" in (
        lines
    )
    assert "http-check expect status 200" in lines
    assert "timeout tunnel 4h" in lines
    (default,) = [line for line in lines if line.startswith("default-server")]
    assert "check-ssl" in default and "on-marked-down shutdown-sessions" in default
    assert [line for line in lines if line.startswith("server ")] == [
        f"server {name}-6443 10.10.1.{6 + place}:6443 check" for place, name in enumerate(MASTERS)
    ]


@pytest.mark.parametrize("host", MASTERS)
def test_keepalived_reads_what_each_master_gets(plan: Plan, host: str, tmp_path: Path) -> None:
    """A3: without a word of complaint."""
    found = texts(plan)
    password = found["keepalived/masters/auth_pass.conf"]
    done = keepalived(
        found[KEEPALIVED.format(host=host)],
        password.replace("${secret:keepalived-masters}", "abcd1234"),
        tmp_path,
    )
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "")


def test_masters_know_each_other_and_share_their_segments_register(plan: Plan) -> None:
    """A3, E4: every other master is a peer, priorities differ, the number is theirs alone."""
    found = texts(plan)
    priorities: set[str] = set()
    for place, host in enumerate(MASTERS):
        text = found[KEEPALIVED.format(host=host)]
        peers = re.search(r"unicast_peer \{([^}]*)\}", text)
        assert peers and set(peers[1].split()) == {
            f"10.10.1.{6 + other}" for other in range(3) if other != place
        }
        priorities |= set(re.findall(r"priority (\d+)", text))
    assert len(priorities) == 3
    holders: dict[str, set[str]] = {}
    for row in table(plan, "keepalived/virtual-routers.csv"):
        if row["segment"] == "10.10.1.0/24":
            holders.setdefault(row["virtual_router"], set()).add(row["name"])
    assert holders["60"] == {"masters"}
    assert all(len(holder) == 1 for holder in holders.values())


def test_an_api_server_that_is_not_ready_is_taken_out_and_comes_back(
    plan: Plan, tmp_path: Path
) -> None:
    """A3: it accepts connections and speaks TLS all the while: a check of the port would stay."""
    pki = make_pki(tmp_path / "pki", [moved("10.10.1.5")])
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(pki.certificate, pki.key)
    authority = pki.certificate.read_text(encoding="ascii")
    nodes = [
        FakeNode(name, f"10.10.1.{6 + place}", 6443, tls=tls) for place, name in enumerate(MASTERS)
    ]
    nodes.pop().stop()  # one is lost altogether
    first, second = nodes
    try:
        with running(texts(plan)[HAPROXY], tmp_path) as balancer:

            def answering(client: str = "10.40.0.9") -> set[str | None]:
                return {balancer.get(ENDPOINT, client, authority=authority) for _ in range(6)}

            assert until(lambda: answering() == {"dmz-c01", "dmz-c02"})
            assert answering("10.10.1.77") == {"dmz-c01", "dmz-c02"}  # any node
            assert answering("10.30.0.9") == {None}  # nobody else
            second.status = 500
            assert until(lambda: answering() == {"dmz-c01"})
            first.status = 500
            assert until(lambda: answering() == {None})
            second.status = 200
            assert until(lambda: answering() == {"dmz-c02"})
        assert first.asked >= {"/readyz"}
    finally:
        for node in nodes:
            node.stop()


# Others in front


def test_an_f5_asks_masters_the_same(tmp_path: Path) -> None:
    """A3: a monitor over TLS for /readyz, bytes passed through, clients as declared."""
    estate = behind_the_f5(shipped(tmp_path))
    plan = estate.plans()["dmz"]
    server = platform_servers(as3(plan))["api_server"]
    assert server.addresses == {"10.10.0.27"}
    assert server.service["virtualPort"] == 6443
    assert server.service["class"] == "Service_TCP"
    assert server.members == [f"10.10.1.{number}:6443" for number in (6, 7, 8)]
    assert server.monitor["monitorType"] == "https"
    assert server.monitor["send"].startswith("GET /readyz HTTP/1.1")
    assert server.monitor["receive"] == "HTTP/1.[01] 200"
    assert set(server.clients) == {"10.40.0.0/16", "10.10.1.0/24"}
    assert HAPROXY not in texts(plan)
    assert prove_plans(estate.plans(), estate.load()).problems == ()


def test_the_f5_crosses_the_firewall_before_nodes_to_every_master(tmp_path: Path) -> None:
    """A3, E14: and administrators the one before virtual addresses. Nodes and masters cross the
    former to the address that the F5 holds."""
    plan = behind_the_f5(shipped(tmp_path)).plans()["dmz"]
    rows = [row for row in firewall_cells(plan) if row["app"] == "api-server"]
    found = {(row["firewall"], row["source_address"], row["destination_address"]) for row in rows}
    machines = [node.address for pool in plan.of(NodesPlan).pools for node in pool.nodes]
    machines += [machine.address for machine in plan.of(ControlPlanePlan).machines]
    assert found == {
        ("fw-outer", "10.40.0.0/16", "10.10.0.27"),
        *(("fw-dmz", str(machine), "10.10.0.27") for machine in machines),
        *(
            ("fw-dmz", own, f"10.10.1.{number}")
            for own in ("10.10.0.2", "10.10.0.3")
            for number in (6, 7, 8)
        ),
    }


def test_a_pair_for_the_platform_leads_to_masters_beside_the_registry(tmp_path: Path) -> None:
    """A3: the shipped intranet; the same check, the same clients."""
    found = texts(shipped(tmp_path).plans()["intranet"])
    assert HAPROXY not in found
    text = found["haproxy/lb-intranet/haproxy.cfg"]
    part = next(one for one in text.split("\nbackend ") if one.startswith("platform_api-server\n"))
    assert "uri /readyz" in part and "check-ssl" in part
    assert re.findall(r"server (\S+) ", part.partition("frontend")[0])[-3:] == [
        "int-c01-6443",
        "int-c02-6443",
        "int-c03-6443",
    ]


# etcd's snapshots


def test_systemd_takes_the_units_that_save_etcd(plan: Plan, tmp_path: Path) -> None:
    """A3: four times a day on each master; what was cut off never counts as a snapshot."""
    folder = tmp_path / "units"
    folder.mkdir()
    found = texts(plan)
    for name in ("etcd-backup.service", "etcd-backup.timer"):
        text = found[f"masters/{name}"]
        # The programs are not installed here; any other will do to read the unit.
        text = re.sub(r"/usr/local/bin/\w+", "/bin/true", text)
        (folder / name).write_text(text, encoding="utf-8")
    ran = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(str(one) for one in sorted(folder.iterdir()))],
        capture_output=True,
        text=True,
        check=False,
    )
    complaints = [line for line in ran.stderr.splitlines() if "etcd-backup" in line]
    assert (ran.returncode, complaints) == (0, [])
    steps = re.findall(r"(?m)^ExecStart=(\S+)", found["masters/etcd-backup.service"])
    programs = [step.rpartition("/")[2] for step in steps]
    assert programs == ["etcdctl", "etcdutl", "sh", "rsync", "sh", "find"]


def commands(unit: str) -> list[str]:
    """What the unit starts, one after the other, as a shell writes it."""
    lines = unit.replace("\\\n", " ").splitlines()
    found = [line.removeprefix("ExecStart=") for line in lines if line.startswith("ExecStart=")]
    return [one.replace("%%", "%").replace("%H", "dmz-c01") for one in found]


def test_a_snapshot_is_taken_checked_copied_off_and_restores(plan: Plan, tmp_path: Path) -> None:
    """A3: by the unit's own commands and the real etcdctl, etcdutl and rsync, with another folder
    in place of the other machine; then three members begin from it, as docs/control-plane.md has
    it."""
    backups, away, metrics = (tmp_path / one for one in ("backups", "away", "metrics"))
    for folder in (backups, away, metrics):
        folder.mkdir()
    client, peer = free(2)
    etcd = [
        *(str(build.binary("etcd")), "--data-dir", str(tmp_path / "etcd"), "--name", "dmz-c01"),
        *("--listen-client-urls", f"http://127.0.0.1:{client}"),
        *("--advertise-client-urls", f"http://127.0.0.1:{client}"),
        *("--listen-peer-urls", f"http://127.0.0.1:{peer}"),
        *("--initial-advertise-peer-urls", f"http://127.0.0.1:{peer}"),
        *("--initial-cluster", f"dmz-c01=http://127.0.0.1:{peer}"),
    ]
    etcdctl, etcdutl = str(build.binary("etcdctl")), str(build.binary("etcdutl"))
    replaced = (
        (r"--(cacert|cert|key)=\S+", ""),
        (r"https://127\.0\.0\.1:2379", f"http://127.0.0.1:{client}"),
        (r"/usr/local/bin/etcdctl", etcdctl),
        (r"/usr/local/bin/etcdutl", etcdutl),
        (r'"--rsh=[^"]+"', ""),
        (r"etcd-dmz@10\.10\.2\.40:/backups/etcd/dmz/", f"{away}/"),
        (r"/var/backups/etcd", str(backups)),
        (r"/var/lib/estate/metrics", str(metrics)),
    )
    with running_program(tmp_path, *etcd):
        put = [etcdctl, f"--endpoints=http://127.0.0.1:{client}", "put", "/registry/a", "kept"]
        until_true(lambda: subprocess.run(put, capture_output=True, check=False).returncode == 0)
        for command in commands(texts(plan)["masters/etcd-backup.service"]):
            for pattern, text in replaced:
                command = re.sub(pattern, text, command)
            ran = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
            assert ran.returncode == 0, f"{command}: {ran.stderr}"
    (copied,) = (away / "dmz-c01").iterdir()
    assert copied.suffix == ".db" and copied.read_bytes()
    line = (metrics / "etcd-backup.prom").read_text(encoding="utf-8").split()
    assert line[0] == "estate_etcd_snapshot_copied_timestamp_seconds" and int(line[1]) > 0
    peers = {name: f"http://127.0.0.1:{port}" for name, port in zip(MASTERS, free(3), strict=True)}
    members = ",".join(f"{name}={url}" for name, url in peers.items())
    for name, url in peers.items():
        restored = subprocess.run(
            [
                *(etcdutl, "snapshot", "restore", str(copied), "--name", name),
                *("--data-dir", str(tmp_path / name), "--initial-cluster", members),
                *("--initial-advertise-peer-urls", url),
                *("--bump-revision", "1000000000", "--mark-compacted"),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        assert restored.returncode == 0, restored.stderr
    endpoints: dict[str, int] = dict(zip(MASTERS, free(3), strict=True))
    with ExitStack() as started:
        for name, url in peers.items():
            (tmp_path / f"run-{name}").mkdir()
            command = [
                *(str(build.binary("etcd")), "--name", name, "--data-dir", str(tmp_path / name)),
                *("--listen-peer-urls", url, "--initial-advertise-peer-urls", url),
                *("--listen-client-urls", f"http://127.0.0.1:{endpoints[name]}"),
                *("--advertise-client-urls", f"http://127.0.0.1:{endpoints[name]}"),
                *("--initial-cluster", members),
            ]
            started.enter_context(running_program(tmp_path / f"run-{name}", *command))
        get = [
            *(etcdctl, f"--endpoints=http://127.0.0.1:{endpoints['dmz-c03']}"),
            *("get", "/registry/a", "--print-value-only"),
        ]
        until_true(
            lambda: (
                subprocess.run(get, capture_output=True, text=True, check=False).stdout == "kept\n"
            )
        )


# Certificates


@pytest.mark.parametrize("zone", ZONES)
def test_the_list_of_certificates_is_what_kubeadm_makes(zone: Zone, tmp_path: Path) -> None:
    """B4, A3: in a folder of the test's own, from the emitted file; every file, its subject, its
    signer and its use."""
    plan = shipped(tmp_path).plans()[zone]
    first = plan.of(ControlPlanePlan).machines[0]
    text = texts(plan)[f"masters/{first.name}/kubeadm.yaml"]
    pki, conf = tmp_path / "pki", tmp_path / "conf"
    text = text.replace("kind: ClusterConfiguration\n", f"{OF_CLUSTER}: {pki}\n")
    path = tmp_path / "kubeadm.yaml"
    path.write_text(text, encoding="utf-8")
    for phase in (["certs", "all"], ["kubeconfig", "all", "--kubeconfig-dir", str(conf)]):
        ran = subprocess.run(
            [str(build.binary("kubeadm")), "init", "phase", *phase, "--config", str(path)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
    made = {
        f"/etc/kubernetes/pki/{one.relative_to(pki)}": one.read_bytes()
        for one in pki.rglob("*.crt")
    }
    for one in conf.iterdir():
        if one.name == "kubelet.conf":
            continue  # the kubelet goes on with a certificate of its own, which has its row
        (user,) = yaml.safe_load(one.read_text(encoding="utf-8"))["users"]
        data = base64.b64decode(user["user"]["client-certificate-data"])
        made[f"/etc/kubernetes/{one.name}"] = data
    rows = {
        row["file"]: row
        for row in table(plan, "api-server/certificates.csv")
        if row["on"] == "masters"
    }
    assert rows.keys() == made.keys()
    for file, data in made.items():
        said = read_certificate(data)
        subject = rows[file]["subject"].replace("(master)", first.name)
        assert said["subject"] == subject, file
        expected = {
            "signs": set[str](),
            "client": {"client"},
            "server": {"server"},
            "server and client": {"server", "client"},
        }[rows[file]["usage"]]
        assert said["usage"] == expected, file
        signer = {
            "itself": subject,
            "cluster authority": "CN=kubernetes",
            "etcd authority": "CN=etcd-ca",
            "front proxy authority": "CN=front-proxy-ca",
        }[rows[file]["signed_by"]]
        assert said["issuer"] == signer, file


OF_CLUSTER = "kind: ClusterConfiguration\ncertificatesDir"


def read_certificate(data: bytes) -> dict[str, Any]:
    """Subject, issuer and extended usages, as the list writes them."""
    ran = subprocess.run(
        ["openssl", "x509", "-noout", "-subject", "-issuer", "-ext", "extendedKeyUsage"],
        input=data,
        capture_output=True,
        check=False,
    )
    lines = ran.stdout.decode().splitlines()
    named = {line.partition("=")[0]: line.partition("=")[2] for line in lines[:2]}
    usage = " ".join(lines[2:])
    return {
        **{key: value.replace(" = ", "=").replace(", ", " ") for key, value in named.items()},
        "usage": {
            word
            for word in ("client", "server")
            if f"TLS Web {word.capitalize()} Authentication" in usage
        },
    }


def api_server_flags(plan: Plan) -> dict[str, str]:
    """What API servers are started with."""
    return given(yaml.safe_load(texts(plan)["api-server/kubeadm.yaml"])["apiServer"])


def test_the_audit_log_has_room_for_the_days_that_are_declared(tmp_path: Path) -> None:
    """B6: 40 events a second of 1,200 bytes for a week are 29 GB, in files of 200 MB."""
    estate = shipped(tmp_path)
    flags = given(
        yaml.safe_load(texts(estate.plans()["dmz"])["api-server/kubeadm.yaml"])["apiServer"]
    )
    room = int(flags["audit-log-maxbackup"]) * int(flags["audit-log-maxsize"]) * 2**20
    assert room >= 40 * 1200 * 86_400 * 7 and flags["audit-log-maxage"] == "7"
    estate.edit(DMZ, "events_per_second: 40\n", "events_per_second: 80\n")
    more = given(
        yaml.safe_load(texts(estate.plans()["dmz"])["api-server/kubeadm.yaml"])["apiServer"]
    )
    assert int(more["audit-log-maxbackup"]) >= 2 * int(flags["audit-log-maxbackup"]) - 1


def test_a_pods_token_lives_for_the_hour_that_it_says(plan: Plan) -> None:
    """B5: by default kube-apiserver extends it to a year."""
    flags = api_server_flags(plan)
    assert flags["service-account-extend-token-expiration"] == "false"


def test_every_file_of_a_master_is_handed_over_and_has_one_place(plan: Plan) -> None:
    """A3, A9: the list of each master names documents that there are."""
    found = texts(plan)
    rows = table(plan, "masters/machines.csv")
    assert {row["machine"] for row in rows} == {*MASTERS}
    for name in MASTERS:
        own = [row for row in rows if row["machine"] == name]
        assert [row["document"] for row in own if row["document"] not in found] == []
        assert len({row["file"] for row in own}) == len(own)
    secret = [row for row in rows if "${secret:" in found[row["document"]]]
    assert secret and {row["mode"] for row in secret} == {"0600"}
