"""Router shards: HAProxy's ingress controller for the web apps of some tenants (C5, E6, E10)."""
