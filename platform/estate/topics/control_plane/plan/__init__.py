"""Control plane: what is derived, and how."""
