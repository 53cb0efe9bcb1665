"""Monitoring: what is watched, which rules hold, whom an alert reaches, and what runs it (I2)."""
