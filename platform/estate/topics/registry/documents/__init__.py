"""Registry: its documents for other teams."""
