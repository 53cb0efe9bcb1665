"""Dns: its documents for other teams."""
