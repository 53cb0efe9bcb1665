"""Declarations from what a site has: nodes of a cluster, of Ansible, of a table (A9, N2)."""
