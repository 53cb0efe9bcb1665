"""A stand-in for `pulumi-resource-kubernetes`, against the real API server.

It does what the estate uses and the recordings show, no more.
"""
