"""Apps from objects of a cluster, from rendered charts, from a compose file (N4)."""
