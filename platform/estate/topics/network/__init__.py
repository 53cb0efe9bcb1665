"""The cluster network: ranges, encapsulation, routes and maximum packet sizes.

Keys: ``estate:network``. Emits Calico's and the routers' documents. Requirements: A4, E12.
"""
