"""The cluster network: ranges, encapsulation, routes and maximum packet sizes.

Keys: ``estate:network``. Emits Calico's and the routers' documents.
Requirements: A7, E12, K2, X1, X13, X14.
"""
