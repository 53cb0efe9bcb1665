"""Egress: what is derived, and how."""
