"""Monitoring: its Kubernetes objects, as data."""
