"""Capacity: problems of it."""
