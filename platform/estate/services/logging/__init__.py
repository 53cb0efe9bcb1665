"""Logging: Elasticsearch, Kibana and the collector of one zone."""
