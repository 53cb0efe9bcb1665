"""Prometheus, Alertmanager, Grafana, exporters, rules, and who receives an alert.

Keys: ``estate:monitoring``.
"""
