"""Firewall: what is derived, and how."""
