"""Registry: what is derived, and how."""
