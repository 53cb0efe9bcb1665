"""Exposure: problems of it."""
