"""Delivery: problems of it."""
