"""The register of node ports: who has which port, and which are free.

Keys: ``registers/node-ports.yaml``.
"""
