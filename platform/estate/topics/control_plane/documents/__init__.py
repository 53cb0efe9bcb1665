"""Control plane: its documents for other teams."""
