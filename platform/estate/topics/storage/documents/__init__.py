"""Storage: its documents for other teams."""
