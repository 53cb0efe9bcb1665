"""What a change of declarations means for other teams: deltas of what is emitted (D3, E8, X18).

Everything here compares two renders, file by file; neither side is derived here, so that the
earlier one may come from another revision's own code, or from a folder that was handed over.
"""
