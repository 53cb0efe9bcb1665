"""Tenants: namespaces, quotas, network isolation, rights and owners.

Keys: ``tenants/*.yaml``, ``estate:quota_sizes``.
"""
