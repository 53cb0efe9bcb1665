"""Registries in and outside of the cluster, and every image that a zone needs.

Keys: ``estate:registry``, ``images.yaml``.
"""
