"""Delivery: what is derived, and how."""
