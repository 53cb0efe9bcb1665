"""Logging: its Kubernetes objects, as data."""
