"""Firewall requests: every row that the zone's traffic needs, by firewall.

Keys: ``estate:firewalls``, ``firewall_order`` of apps.
"""
