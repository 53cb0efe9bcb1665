"""Nodes: what is derived, and how."""
