"""Egress: its Kubernetes objects, as data."""
