"""Logs: collection, Elasticsearch, Kibana, retention and who reads what.

Keys: ``estate:logging``.
"""
