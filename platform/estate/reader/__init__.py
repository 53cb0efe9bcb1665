"""Strict YAML, positions, problems and value types. Knows no topic."""
