"""Rules that nothing on a cluster may break, and exceptions from them.

Keys: ``estate:exceptions``. Emits ValidatingAdmissionPolicies and the list of exceptions.
"""
