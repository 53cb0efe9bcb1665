"""Destinations outside of a cluster: databases, relays, egress addresses, and models of firewalls.

Keys: ``estate:egress``, ``estate:databases``, ``estate:firewalls``.
"""
