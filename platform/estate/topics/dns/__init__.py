"""Names: the zone's domain, its name servers, zone files and CoreDNS' forwards.

Keys: ``estate:dns``.
"""
