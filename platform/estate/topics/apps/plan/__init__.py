"""Apps: what is derived, and how."""
