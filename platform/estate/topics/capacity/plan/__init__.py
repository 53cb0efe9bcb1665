"""Capacity: what is derived, and how."""
