"""How the registry outside is emptied of what nobody needs: a script and two units (G1, G2, X10).

Nobody deletes images while it serves. For a collection every machine is set to read-only, one of
them deletes and collects, and every machine is set back: a blob that is pushed while others are
swept would be lost (distribution.github.io, "Garbage collection"), and each machine remembers
blobs that it has seen.

``--delete-untagged`` is not used: images are pushed by digest, and have no tag.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from estate.objects.manifest import JsonObject
from estate.objects.pod import USER
from estate.objects.registry import registry_configuration
from estate.plan import Plan
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.registry.declare.resolved_images import UNRESOLVED
from estate.topics.registry.plan import RegistryPlan
from estate.topics.registry.plan.model import ExternalRegistryPlan

KEEP_DAYS = 90
"""An image that no declaration names any more is kept for so long: a revert may need it."""

MODE = "X-Estate-Mode"
READ_ONLY = "read-only"
"""The header by which a machine says that it takes nothing in."""

LOCAL = "127.0.0.1:5003"
"""Where the one that deletes listens, for the minutes that it takes."""

CONFIGURATION = "/etc/estate/registry.yml"
READ_ONLY_FILE = "/etc/estate/registry-readonly.yml"
COLLECT_FILE = "/etc/estate/registry-collect.yml"
KEEP_FILE = "/etc/estate/registry-keep.txt"
SCRIPT_FILE = "/usr/local/lib/estate/registry-collect.sh"

SCRIPT = f"""\
#!/bin/sh
# registry-collect.sh try|delete: what no declaration names and nobody pushed for KEEP_DAYS days.
#
# 'try' prints what would go, 'delete' deletes it and frees its room. It ends with 1, and deletes
# nothing, unless every machine is read-only and the list of what is kept fits this registry.
# Its environment has STORAGE, KEEP (lines of path and digest), KEEP_DAYS, PROGRAM, CONFIG, LOCAL,
# HOST, MACHINES (address:port of each) and AUTHORITY.
set -eu
verb=$1
case "$verb" in try | delete) ;; *) echo "usage: $0 try|delete" >&2; exit 2 ;; esac
repositories=$STORAGE/docker/registry/v2/repositories
blobs=$STORAGE/docker/registry/v2/blobs/sha256
work=$(mktemp -d)
local=
finish() {{
    [ -z "$local" ] || kill "$local" 2>/dev/null || true
    rm -rf "$work"
}}
trap finish EXIT

refuse() {{
    echo "nothing is deleted: $1" >&2
    exit 1
}}

all_read_only() {{
    for machine in $MACHINES; do
        mode=$(curl --silent --show-error --max-time 10 --cacert "$AUTHORITY" --output /dev/null \\
            --dump-header - --connect-to "::$machine" "https://$HOST/v2/" | tr -d '\\r' |
            sed -n 's/^[Xx]-[Ee]state-[Mm]ode: //p') || mode='no answer'
        [ "$mode" = {READ_ONLY} ] ||
            refuse "$machine: ${{mode:-takes images in}}; start registry-readonly there"
    done
}}

# The manifests that the registry has, as lines of path and digest.
manifests() {{
    (cd "$repositories" && find . -path '*/_manifests/revisions/sha256/*/link' "$@") |
        sed -n -e 's|^\\./||' -e 's|/_manifests/revisions/| |' -e 's|sha256/|sha256:|' \\
            -e 's|/link$||p' | LC_ALL=C sort -u
}}

all_read_only
manifests >"$work/all"
# An image without a known digest: everything of its path stays.
sed -n 's/ \\*$/ /p' "$KEEP" >"$work/whole"
{{
    grep -v ' \\*$' "$KEEP" || true
    if [ -s "$work/whole" ]; then grep -F -f "$work/whole" "$work/all" || true; fi
}} | LC_ALL=C sort -u | LC_ALL=C comm -12 - "$work/all" >"$work/declared"
[ -s "$work/declared" ] || refuse "no image of $KEEP is in $STORAGE: the list is another registry's"
manifests -mtime "-$KEEP_DAYS" | LC_ALL=C sort -u - "$work/declared" >"$work/kept"

# What an index names stays with it: its digests, of the same path, as often as there are new ones.
cp "$work/kept" "$work/new"
while [ -s "$work/new" ]; do
    while read -r path digest; do
        hash=${{digest#sha256:}}
        grep -o 'sha256:[0-9a-f]\\{{64\\}}' "$blobs/$(printf %.2s "$hash")/$hash/data" |
            sed "s|^|$path |" || true
    done <"$work/new" | LC_ALL=C sort -u | LC_ALL=C comm -12 - "$work/all" |
        LC_ALL=C comm -23 - "$work/kept" >"$work/more"
    LC_ALL=C sort -u "$work/kept" "$work/more" -o "$work/kept"
    mv "$work/more" "$work/new"
done
LC_ALL=C comm -23 "$work/all" "$work/kept" >"$work/old"
echo "$(wc -l <"$work/all") manifests, $(wc -l <"$work/old") of them old"
sed 's/^/old: /' "$work/old"

if [ "$verb" = try ]; then
    "$PROGRAM" garbage-collect --dry-run "$CONFIG" >"$work/said" ||
        refuse "$(tail -n 1 "$work/said")"
    sed -n '/eligible for deletion$/p' "$work/said"
    exit 0
fi

"$PROGRAM" serve "$CONFIG" >"$work/serving" 2>&1 &
local=$!
tries=0
until curl --silent --fail --output /dev/null "http://$LOCAL/v2/"; do
    tries=$((tries + 1))
    [ "$tries" -lt 60 ] || refuse "$(tail -n 1 "$work/serving")"
    sleep 1
done
while read -r path digest; do
    curl --silent --show-error --fail --output /dev/null --request DELETE \\
        "http://$LOCAL/v2/$path/manifests/$digest" </dev/null
    echo "deleted: $path $digest"
done <"$work/old"
kill "$local"
wait "$local" || true
local=

all_read_only
"$PROGRAM" garbage-collect "$CONFIG" >"$work/said" || {{ tail -n 5 "$work/said" >&2; exit 1; }}
sed -n '/eligible for deletion$/p' "$work/said"
"""

_READ_ONLY = """\
[Unit]
Description=Container registry that takes nothing in
# Starting one ends the other.
Conflicts=registry.service
"""

_COLLECT = """\
[Unit]
Description=Collection of old images (%i)
RequiresMountsFor={storage}
After=registry-readonly.service

[Service]
Type=oneshot
User={user}
Group={user}
Environment=OTEL_TRACES_EXPORTER=none
Environment=KEEP_DAYS={days}
Environment=STORAGE={storage} KEEP={keep} PROGRAM={program} CONFIG={config} LOCAL={local}
Environment=HOST={host} AUTHORITY={authority}
Environment="MACHINES={machines}"
ExecStart=/bin/sh {script} %i
TimeoutStartSec=6h
UMask=0007
NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
ReadWritePaths={storage}
"""


@dataclass(frozen=True, kw_only=True)
class Collected:
    """A file of the collection, on every machine."""

    name: str
    what: str
    path: str
    text: str


def collection_files(
    registry: ExternalRegistryPlan, *, storage: str, program: str, users: str, service: str
) -> Iterator[Collected]:
    """The same on every machine, whichever of them collects; ``service`` is how it serves."""
    yield Collected(
        name="readonly.yml",
        what="Configuration of the read-only registry",
        path=READ_ONLY_FILE,
        text=yaml.safe_dump(
            registry_configuration(
                realm=registry.host,
                port=registry.port,
                directory=storage,
                certificate=registry.tls.certificate,
                key=registry.tls.key,
                users=users,
                writable=False,
                headers={MODE: READ_ONLY},
            ),
            sort_keys=False,
        ),
    )
    own = service.partition("[Service]")[2].replace(CONFIGURATION, READ_ONLY_FILE)
    own = own.partition("[Install]")[0]  # it is never enabled: a start is for a collection
    yield Collected(
        name="registry-readonly.service",
        what="How the read-only registry runs, outside",
        path="/etc/systemd/system/registry-readonly.service",
        text=f"{_READ_ONLY}{_needs(service)}\n[Service]{own}".rstrip() + "\n",
    )
    yield Collected(
        name="collect.yml",
        what="Configuration of the program that deletes and collects",
        path=COLLECT_FILE,
        text=yaml.safe_dump(_collecting(storage), sort_keys=False),
    )
    yield Collected(
        name="registry-collect@.service",
        what="How old images are collected",
        path="/etc/systemd/system/registry-collect@.service",
        text=_COLLECT.format(
            user=USER,
            storage=storage,
            days=KEEP_DAYS,
            keep=KEEP_FILE,
            program=program,
            config=COLLECT_FILE,
            local=LOCAL,
            host=registry.host,
            authority=registry.tls.certificate,  # which is with its chain
            machines=" ".join(f"{server.address}:{registry.port}" for server in registry.servers),
            script=SCRIPT_FILE,
        ),
    )


def _needs(service: str) -> str:
    """What the ordinary unit waits for, too."""
    lines = service.partition("[Service]")[0].splitlines()
    return "".join(
        f"{line}\n" for line in lines if line.startswith(("Wants=", "After=", "RequiresMountsFor="))
    )


def _collecting(storage: str) -> JsonObject:
    """Without a memory of blobs, and on loopback alone."""
    purging: JsonObject = {"enabled": False}
    return {
        "version": 0.1,
        "log": {"level": "warn"},
        "storage": {
            "filesystem": {"rootdirectory": storage, "maxthreads": 100},
            "delete": {"enabled": True},
            "maintenance": {"uploadpurging": purging},
        },
        "http": {"addr": LOCAL},
    }


def keep_list(plan: Plan) -> str:
    """Everything that the zone runs or builds on: path and digest, or all of a path."""
    control_plane = plan.of(ControlPlanePlan).masters
    registry = plan.of(RegistryPlan)
    images = {(image.path, image.digest) for image in registry.supply}
    if control_plane:
        images |= {
            (plane_image.path, plane_image.digest) for plane_image in control_plane.control_plane
        }
    images |= {
        (image.path, image.digest) for program in registry.programs for image in program.images
    }
    return "".join(
        f"{path} {'*' if digest == UNRESOLVED else digest}\n" for path, digest in sorted(images)
    )
