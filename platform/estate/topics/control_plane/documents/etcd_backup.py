"""How etcd is saved: snapshots, copies off the master, and the time of the last copy (A3)."""

from __future__ import annotations

from collections.abc import Iterator

from estate.topics.control_plane.declare.masters import Backups
from estate.topics.control_plane.documents.master_file import MasterFile
from estate.topics.control_plane.plan.model import METRICS, MastersPlan

BACKUPS = "/var/backups/etcd"
KEPT_DAYS = 14
KEY = "/etc/kubernetes/estate/backup.key"
"""The private key that masters log in with: made on each, handed over by nobody."""
KNOWN = "/etc/kubernetes/estate/backup.known_hosts"

METRIC = "estate_etcd_snapshot_copied_timestamp_seconds"

_UNITS = "/etc/systemd/system"
_CERTIFICATES = "/etc/kubernetes/pki/etcd"

_SERVICE = f"""\
[Unit]
Description=Snapshot of this master's etcd
RequiresMountsFor={BACKUPS}

[Service]
Type=oneshot
UMask=0077
# Saved beside the others first: one that is cut off, or does not read, never counts as one.
ExecStart=/usr/local/bin/etcdctl --endpoints=https://127.0.0.1:2379 \\
    --cacert={_CERTIFICATES}/ca.crt \\
    --cert={_CERTIFICATES}/healthcheck-client.crt --key={_CERTIFICATES}/healthcheck-client.key \\
    snapshot save {BACKUPS}/next
ExecStart=/usr/local/bin/etcdutl snapshot status {BACKUPS}/next
ExecStart=/bin/sh -c 'exec mv {BACKUPS}/next {BACKUPS}/$(date -u +%%Y%%m%%dT%%H%%M%%SZ).db'
{{copy}}ExecStart=/usr/bin/find {BACKUPS} -name "*.db" -mtime +{KEPT_DAYS} -delete
NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
ReadWritePaths={BACKUPS}{{writes}}
"""

_COPY = f"""\
# Off this machine; what is there already is not sent again. A copy that fails fails the unit, and
# the time below stays the one of the last copy: an alert fires.
ExecStart=/usr/bin/rsync --recursive --times --ignore-existing --include=*.db --exclude=* \\
    "--rsh=/usr/bin/ssh -p {{port}} -o BatchMode=yes -o StrictHostKeyChecking=yes \\
    -o UserKnownHostsFile={KNOWN} -i {KEY}" \\
    {BACKUPS}/ {{user}}@{{address}}:{{directory}}/%H/
ExecStart=/bin/sh -c 'umask 022; echo "{METRIC} $(date +%%s)" >{METRICS}/etcd-backup.prom.next; \\
    exec mv {METRICS}/etcd-backup.prom.next {METRICS}/etcd-backup.prom'
"""

_TIMER = """\
[Unit]
Description=Snapshots of this master's etcd, four times a day

[Timer]
OnCalendar=*-*-* 00/6:00:00
# Not on all masters at once.
RandomizedDelaySec=30min
Persistent=yes

[Install]
WantedBy=timers.target
"""


def etcd_backup_files(masters: MastersPlan) -> Iterator[MasterFile]:
    """The units, and the key by which masters know the machine that snapshots go to."""
    saved = "How etcd is saved on each master of"
    for kind, text in (("service", _service(masters.backups)), ("timer", _TIMER)):
        name = f"etcd-backup.{kind}"
        yield MasterFile(name=name, what=saved, path=f"{_UNITS}/{name}", text=text)
    if to := masters.backups:
        known = f"[{to.address}]:{to.port}" if to.port != 22 else str(to.address)
        yield MasterFile(
            name="backup.known_hosts",
            what="The machine that snapshots go to from each master of",
            path=KNOWN,
            text=f"{known} {to.host_key}\n",
        )


def _service(to: Backups | None) -> str:
    if to is None:
        return _SERVICE.format(copy="", writes="")
    copy = _COPY.format(port=to.port, user=to.user, address=to.address, directory=to.directory)
    return _SERVICE.format(copy=copy, writes=f" {METRICS}")
