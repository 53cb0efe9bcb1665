"""The verbs of `estate import`."""
