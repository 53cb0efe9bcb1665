"""Logging: problems of it."""
