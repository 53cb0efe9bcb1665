"""Tenancy: its Kubernetes objects, as data."""
