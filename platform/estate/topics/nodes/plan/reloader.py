"""The container that asks a program to read its changed file again, for programs that do not."""

from __future__ import annotations

from estate.topics.nodes.plan.model import Amount

IMAGE = "config-reloader"
"""Its name in images.yaml."""

RELOADER = Amount(cpu=10, memory=50 * 2**20)
"""What prometheus-operator gives it by default (cmd/operator/main.go, v0.92.1: 10m and 50Mi)."""
