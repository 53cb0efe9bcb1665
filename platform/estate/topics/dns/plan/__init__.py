"""Dns: what is derived, and how."""
