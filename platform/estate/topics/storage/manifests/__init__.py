"""Storage: its Kubernetes objects, as data."""
