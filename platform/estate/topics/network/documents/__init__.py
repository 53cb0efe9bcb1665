"""Network: its documents for other teams."""
