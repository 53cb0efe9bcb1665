"""Routers: its Kubernetes objects, as data."""
