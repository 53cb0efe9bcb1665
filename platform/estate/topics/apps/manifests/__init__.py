"""Apps: its Kubernetes objects, as data."""
