"""Delivery services that apps use, and the accounts of pipelines that deploy.

Keys: ``estate:delivery``, ``deployer`` of tenants.
"""
