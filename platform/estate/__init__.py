"""estate: declarations in, a plan, then manifests and documents out."""
