"""Nodes and pools: labels, taints, daemon sets, and where platform services are placed.

Keys: ``estate:nodes``, ``estate:node_sizes``, ``estate:pools``, ``estate:daemon_sets``.
"""
