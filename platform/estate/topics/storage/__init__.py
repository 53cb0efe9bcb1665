"""Volumes: disks, logical units, CSI drivers, NFS exports and storage classes.

Keys: ``estate:storage``, ``estate:nfs_filers``.
"""
