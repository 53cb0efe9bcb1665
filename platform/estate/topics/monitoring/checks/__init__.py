"""Monitoring: problems of it."""
