"""Tenancy: what people write about it."""
