"""Where volumes come from: disks of nodes, LUNs of the SAN, drivers that make them (M1, M2, M7).

Disks and LUNs are an inventory: each is assigned to one replica of one volume, so that one that
joins moves no other. Files on NFS have `nfs_filers`; volumes that need a real disk do not.

Further requirements: M6, X15.
"""

from __future__ import annotations

from pydantic import Field

from estate.reader.addresses import Address
from estate.reader.amounts import Memory
from estate.reader.identifiers import Driver, Iqn, Wwid
from estate.reader.values import AbsolutePath, Line, Model, Name, NodeName


class Disk(Model):
    """What is assigned to one replica of one volume of an app."""

    app: Name = Field(examples=["registry-zk"])
    """The stateful app that has it."""
    volume: Name = Field(examples=["data"])
    """The volume, as the app names it."""
    replica: int = Field(ge=1, le=100, examples=[1])
    """The replica that has it, counted from 1."""
    size: Memory = Field(examples=["20Gi"])
    """How large it is."""


class LocalDisk(Disk):
    """A file system on a node; the pod that has it runs there and nowhere else."""

    node: NodeName = Field(examples=["int-n26"])
    """The node that it is in."""
    path: AbsolutePath = Field(examples=["/srv/disks/zk"])
    """Where the node has it mounted."""


class LocalBackend(Model):
    """Disks in nodes."""

    name: Name = Field(examples=["local-ssd"])
    """The name by which apps ask for it; also its storage class."""
    disks: tuple[LocalDisk, ...] = ()
    """The disks, each with the replica that has it."""


class FibreChannelLun(Disk):
    """A LUN that nodes see over Fibre Channel."""

    wwid: Wwid = Field(examples=["3600508b400105e210000900000490000"])
    """Its world wide identifier."""


class FibreChannelBackend(Model):
    """LUNs of an array on the Fibre Channel SAN."""

    name: Name = Field(examples=["san-fc"])
    """The name by which apps ask for it; also its storage class."""
    luns: tuple[FibreChannelLun, ...] = ()
    """The LUNs, each with the replica that has it."""


class IscsiLun(Disk):
    """A LUN of an iSCSI target."""

    lun: int = Field(ge=0, le=255, examples=[1])
    """Its number on the target."""


class IscsiBackend(Model):
    """LUNs of an iSCSI target."""

    name: Name = Field(examples=["san-ip"])
    """The name by which apps ask for it; also its storage class."""
    portals: tuple[Address, ...] = Field(min_length=1, examples=[["10.20.3.20", "10.20.3.21"]])
    """The addresses of the target, port 3260; two or more give several paths."""
    iqn: Iqn = Field(examples=["iqn.2026-01.example.insurer:array1"])
    """The target's name."""
    luns: tuple[IscsiLun, ...] = ()
    """The LUNs, each with the replica that has it."""


class CsiBackend(Model):
    """A storage system that makes volumes when a claim asks."""

    name: Name = Field(examples=["ceph"])
    """The name by which apps ask for it; also its storage class."""
    driver: Driver = Field(examples=["rbd.csi.ceph.com"])
    """The CSI driver, as it registers."""
    parameters: dict[Line, Line] = Field(
        default_factory=dict[Line, Line], examples=[{"pool": "kubernetes"}]
    )
    """The driver's parameters for each volume."""
    snapshots: bool = False
    """Whether there is a class of snapshots; needs the snapshot controller in the cluster."""


class Storage(Model):
    """The zone's storage by kind."""

    local: tuple[LocalBackend, ...] = ()
    """Disks in nodes."""
    fibre_channel: tuple[FibreChannelBackend, ...] = ()
    """Arrays on the Fibre Channel SAN."""
    iscsi: tuple[IscsiBackend, ...] = ()
    """Arrays on the IP SAN."""
    csi: tuple[CsiBackend, ...] = ()
    """Storage systems that create volumes for claims."""
