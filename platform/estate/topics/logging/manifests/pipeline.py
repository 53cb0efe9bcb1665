"""What the collector reads, and where each line goes: data, from which its file is made (H3, H5).

A tenant's lines are known by the name of the file, which the kubelet gives it and no pod can: the
collector asks nobody, and has no rights in the cluster. Each tenant has an input and an output of
its own: who writes too much fills the room that was set aside for it, and holds up nobody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, TypedDict

from estate.objects.hashing import content_hash
from estate.objects.manifest import JsonObject
from estate.topics.apps.plan.log_files import CONTAINER
from estate.topics.exposure.plan.log_intake import INTAKE
from estate.topics.logging.plan import names
from estate.topics.logging.plan.audiences import STREAMS, application_stream
from estate.topics.logging.plan.logging import SYSTEM_NAMESPACES, LoggingPlan
from estate.topics.logging.plan.sizes import WAITING_GB
from estate.topics.nodes.plan.platform_namespaces import INGRESS_NAMESPACE

STATE = "/var/lib/estate-log-collector"
"""On the node: how far each file is read, and what is not sent yet."""

LOGS = "/var/log/containers"
JOURNAL = "/var/log/journal"
JOURNAL_INPUT = "journal"
UNITS = ("containerd.service", "kubelet.service", "chronyd.service", "sshd.service")

AUTHORITY = "/etc/authority/ca.crt"
PASSWORD = f"/etc/secrets/collector/{names.KEY}"
ACCOUNT = "estate-collector"

CHUNKS_IN_MEMORY = 64
"""Of about 2 MB each (docs.fluentbit.io, "Buffering and storage"): the rest of what waits is on
disk alone."""

RELOAD_SECONDS = 60
"""A reload waits until what is under way is sent, for ever by default; with an Elasticsearch that
does not answer the collector would read nothing meanwhile (github.com/fluent/fluent-bit/issues/
10670). After this time it aborts (github.com/fluent/fluent-bit/pull/10869, from 4.1 on), and the
kubelet starts it with the new file: lines wait in files and on disk. Three times ``grace``."""

PODS = "pods"
"""The parser that reads a file's name."""

_NAME = (
    r"^/var/log/containers/(?<pod>[^_]+)_(?<namespace>[^_]+)_(?<container>.+)-"
    r"(?<container_id>[0-9a-f]{64})\.log$"
)

TRACES = ("java", "go", "python")
"""What is one event though it has many lines: parsers that are built in (docs.fluentbit.io,
"Multiline"). Ruby's is left out: an app's images are of these three."""

TRACED = "infrastructure.pods"
"""The platform's own output, which may end in a trace as an app's may."""

READ = "512k"
"""Most that is read of a file at once, four times a second: 2 MB a second."""

Tail = TypedDict(
    "Tail",
    {
        "name": Literal["tail"],
        "tag": str,
        "path": str,
        "exclude_path": str,
        "path_key": str,
        "db": str,
        "multiline.parser": str,
        "read_from_head": bool,
        "skip_long_lines": bool,
        "buffer_chunk_size": str,
        "buffer_max_size": str,
        "inotify_watcher": bool,
        "storage.type": Literal["filesystem"],
    },
    total=False,
)
Systemd = TypedDict(
    "Systemd",
    {
        "name": Literal["systemd"],
        "alias": str,
        "tag": str,
        "path": str,
        "db": str,
        "systemd_filter": list[str],
        "strip_underscores": bool,
        "storage.type": Literal["filesystem"],
    },
)
Output = TypedDict(
    "Output",
    {
        "name": Literal["es"],
        "match_regex": str,
        "host": str,
        "port": int,
        "tls": bool,
        "tls.verify": bool,
        "tls.verify_hostname": bool,
        "tls.ca_file": str,
        "http_user": str,
        "http_passwd": str,
        "index": str,
        "write_operation": Literal["create"],
        "suppress_type_name": bool,
        "generate_id": bool,
        "time_key": str,
        "time_key_nanos": bool,
        "compress": Literal["gzip"],
        "trace_error": bool,
        "retry_limit": str,
        "workers": int,
        "storage.total_limit_size": str,
    },
)


def configuration(plan: LoggingPlan) -> JsonObject:
    """The collector's whole file, as Fluent Bit 5 reads it."""
    return _file(plan, file_name(plan))


def file_name(plan: LoggingPlan) -> str:
    """What the collector's own metrics call one of its inputs: the file that it runs by.

    A request to reload is answered before the file is read, and a file that is refused shows in
    the collector's log alone. Its metrics have each input's alias (docs.fluentbit.io,
    "Monitoring"), so an alias with the hash of everything else says which file was read last.
    """
    return f"{JOURNAL_INPUT}-{content_hash(_file(plan, JOURNAL_INPUT))}"


def _file(plan: LoggingPlan, journal: str) -> JsonObject:
    routes = list(_routes(plan))
    return {
        "env": [{"name": "PASSWORD", "uri": f"file://{PASSWORD}"}],
        "service": {
            "flush": 1,
            "grace": 20,
            "log_level": "warn",
            "http_server": True,
            "http_listen": "0.0.0.0",  # noqa: S104 policies say who may connect
            "http_port": names.COLLECTOR_PORT,
            "hot_reload": True,
            "hot_reload.timeout": RELOAD_SECONDS,
            "storage.path": f"{STATE}/chunks",
            "storage.sync": "normal",
            "storage.checksum": True,
            "storage.metrics": True,
            "storage.max_chunks_up": CHUNKS_IN_MEMORY,
            "storage.backlog.mem_limit": "32M",
        },
        "parsers": [
            {"name": PODS, "format": "regex", "regex": _NAME},
            {"name": _JSON, "format": "json"},
        ],
        "pipeline": {
            "inputs": [*_tails(plan, routes), _journal(journal)],
            "filters": list(_filters(plan, routes)),
            "outputs": [_output(plan, tag, index) for tag, index in _targets(plan)],
        },
    }


Route = tuple[str, tuple[str, ...]]
"""A tag, and the namespaces whose pods' lines have it."""

DEVICES = "access.devices"
"""The tag of load balancers' lines, by the pods that receive them."""

FILES = "files"
"""What begins the tag of a tenant's log files, which a container of that name says (H1)."""

_JSON = "json"


def _routes(plan: LoggingPlan) -> Iterator[Route]:
    yield "access.routers", (INGRESS_NAMESPACE,)
    if plan.intake:
        yield DEVICES, (plan.placement.namespace,)
    yield "infrastructure.pods", SYSTEM_NAMESPACES
    for tenant, namespaces in sorted(plan.tenants.items()):
        if namespaces:
            yield f"application.{tenant}", namespaces
        if tenant in plan.with_files:
            yield f"{FILES}.{tenant}", namespaces


def _targets(plan: LoggingPlan) -> Iterator[tuple[str, str]]:
    """Which tags go to which data stream, each once: what waits for it has one bound."""
    yield r"^access\.", STREAMS["access"]
    yield r"^infrastructure\.", STREAMS["infrastructure"]
    for tenant, namespaces in sorted(plan.tenants.items()):
        if namespaces:
            of = rf"^(application|{FILES})\.{tenant}$"
            yield of, application_stream(tenant)


def _tails(plan: LoggingPlan, routes: Iterable[Route]) -> Iterator[Tail]:
    for tag, namespaces in routes:
        kind, _, of = tag.partition(".")
        files_apart = kind == "application" and of in plan.with_files
        yield _tail(tag, namespaces, files_apart=files_apart)


def _tail(tag: str, namespaces: Iterable[str], *, files_apart: bool) -> Tail:
    begin = f"{LOGS}/{INTAKE}-" if tag == DEVICES else f"{LOGS}/"
    container = f"{CONTAINER}-" if tag.startswith(f"{FILES}.") else ""
    found: Tail = {
        "name": "tail",
        "tag": tag,
        "path": ",".join(f"{begin}*_{namespace}_{container}*.log" for namespace in namespaces),
        "path_key": "file",
        "db": f"{STATE}/{tag}.db",
        "multiline.parser": "cri",
        "read_from_head": True,
        "skip_long_lines": True,
        "buffer_max_size": "1M",
        "storage.type": "filesystem",
    }
    if tag.startswith("infrastructure."):
        # Its own errors about failed sends would be collected and cause further errors.
        found["exclude_path"] = f"{LOGS}/{names.COLLECTOR}-*,{LOGS}/{INTAKE}-*"
    if _traced(tag):
        # Lines of a trace reach the file one by one, and an inotify event follows the first of
        # them. Without inotify a file is looked at every 250 ms (plugins/in_tail/tail_fs_stat.c),
        # so that one reading has the whole trace.
        found |= {"inotify_watcher": False, "buffer_chunk_size": READ}
    if files_apart:
        found["exclude_path"] = f"{LOGS}/*_{CONTAINER}-*.log"
    return found


def _traced(tag: str) -> bool:
    return tag == TRACED or tag.startswith("application.")


def _traces() -> JsonObject:
    """Traces on standard output, after ``cri`` has joined what the runtime split.

    Without its own buffer the filter joins the lines of one reading, which are of one file. With
    it, the filter would keep one state for each input and tag (plugins/filter_multiline/ml.c), and
    so mix the traces of a tenant's pods; it would send everything through an emitter, which waits
    in memory, stops the reading of files when that is full, and is lost with a reload.
    """
    return {
        "name": "multiline",
        "match_regex": r"^(application\..+|infrastructure\.pods)$",
        "multiline.key_content": "log",
        "multiline.parser": ",".join(TRACES),
        "buffer": False,
    }


def _journal(alias: str) -> Systemd:
    return {
        "name": "systemd",
        "alias": alias,
        "tag": "infrastructure.nodes",
        "path": JOURNAL,
        "db": f"{STATE}/infrastructure.nodes.db",
        "systemd_filter": [f"_SYSTEMD_UNIT={unit}" for unit in UNITS],
        "strip_underscores": True,
        "storage.type": "filesystem",
    }


def _filters(plan: LoggingPlan, routes: Iterable[Route]) -> Iterator[JsonObject]:
    yield _traces()  # before the key ``log`` gets another name
    for tag, _ in routes:
        yield {
            "name": "parser",
            "match": tag,
            "key_name": "file",
            "parser": PODS,
            "reserve_data": True,
        }
        yield {"name": "modify", "match": tag, "rename": "log message"}
        if tag.startswith(("access.", f"{FILES}.")):
            # Ours: an app's own lines stay as it wrote them. What is no JSON stays a message.
            yield {
                "name": "parser",
                "match": tag,
                "key_name": "message",
                "parser": _JSON,
                "reserve_data": True,
            }
        if tag.startswith(f"{FILES}."):  # what was in the file, in the words of its reader
            yield {"name": "modify", "match": tag, "rename": "log message"}
    yield {"name": "modify", "match": "infrastructure.nodes", "rename": "MESSAGE message"}
    for tag, _ in routes:
        kind, _, of = tag.partition(".")
        if kind in ("application", FILES):
            yield {"name": "modify", "match": tag, "set": f"tenant {of}"}
    yield {
        "name": "modify",
        "match": "*",
        "set": [f"zone {plan.placement.zone}", "node ${NODE_NAME}"],
    }


def _output(plan: LoggingPlan, tag: str, index: str) -> Output:
    """An event that was sent twice is stored once: its name is made from what it says."""
    return {
        "name": "es",
        "match_regex": tag,
        "host": names.host(plan, names.ELASTICSEARCH),
        "port": names.HTTP_PORT,
        "tls": True,
        "tls.verify": True,
        "tls.verify_hostname": True,
        "tls.ca_file": AUTHORITY,
        "http_user": ACCOUNT,
        "http_passwd": "${PASSWORD}",
        "index": index,
        "write_operation": "create",
        "suppress_type_name": True,
        "generate_id": True,
        "time_key": "@timestamp",
        "time_key_nanos": True,
        "compress": "gzip",
        "trace_error": True,
        "retry_limit": "no_limits",
        "workers": 1,
        "storage.total_limit_size": f"{WAITING_GB}G",
    }
