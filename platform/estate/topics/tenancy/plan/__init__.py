"""Tenancy: what is derived, and how."""
