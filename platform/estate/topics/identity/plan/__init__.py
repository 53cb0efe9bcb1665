"""Identity: what is derived, and how."""
