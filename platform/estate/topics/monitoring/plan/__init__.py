"""Monitoring: what is derived, and how."""
