"""Exposure: its documents for other teams."""
