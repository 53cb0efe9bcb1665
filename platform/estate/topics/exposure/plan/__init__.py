"""Exposure: what is derived, and how."""
