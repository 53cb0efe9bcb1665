"""Cluster: its Kubernetes objects, as data."""
