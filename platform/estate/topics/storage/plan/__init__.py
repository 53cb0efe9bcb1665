"""Storage: what is derived, and how."""
