"""The masters: API servers, kubeadm's and kubelets' files, certificates, audit and authentication.

Keys: ``estate:cluster``, ``estate:masters``.
"""
