"""What a cluster is, held against what its stack declares, before anything is applied (A1, N2)."""
