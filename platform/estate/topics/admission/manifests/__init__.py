"""Admission: its Kubernetes objects, as data."""
