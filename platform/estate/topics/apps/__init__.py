"""Apps of all kinds: traditional, web, service, rpc, stateful and batch.

Keys: ``apps/*.yaml``, ``estate:ensembles``.
"""
