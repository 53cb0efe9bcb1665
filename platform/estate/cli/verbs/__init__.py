"""The verbs of `estate`, a file each. What only one verb needs is imported by that verb."""
