"""The plan as values, by topic.

Units: CPU in millicores, memory and storage in bytes. Tuples are sorted, so that equal
declarations give equal plans.
"""
