"""Router shards: HAProxy's controllers for the web apps of some tenants (C5, E6, E10)."""
