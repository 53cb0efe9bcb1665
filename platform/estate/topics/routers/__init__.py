"""Router shards: HAProxy ingress controllers or gateways for hosts and paths of web apps.

Keys: ``estate:routers``.
"""
