"""Tables of what a plan has, for terminals, programs and the report."""
