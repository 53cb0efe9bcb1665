"""How fast the estate is, against what it has to be: ratios measured in one run."""
