"""Rules of a firewall held against the rows that the estate derives (F2, E14)."""
