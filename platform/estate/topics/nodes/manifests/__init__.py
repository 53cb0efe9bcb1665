"""Nodes: its Kubernetes objects, as data."""
