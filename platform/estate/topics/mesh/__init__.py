"""Namespaces in the service mesh, and who speaks mutual TLS to them.

Keys: ``estate:mesh``, and ``mesh`` of tenants' namespaces.
"""
