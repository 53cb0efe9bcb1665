"""Proof: what was declared held against what is, over the plan and its composition."""
