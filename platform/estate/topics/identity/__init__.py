"""People and pipelines that sign in, and the roles that their groups have.

Keys: ``estate:identity``, ``estate:platform_groups``.
"""
