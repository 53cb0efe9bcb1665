"""Admission: what is derived, and how."""
