"""Routers: what is derived, and how."""
