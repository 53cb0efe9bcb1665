"""Logging: what is derived, and how."""
