"""Flows: which ways of connections are declared, in values that topics fill in (F6)."""
