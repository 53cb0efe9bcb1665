"""What is reached from outside: virtual servers, the F5, HAProxy pairs, keepalived and MetalLB.

Keys: ``estate:load_balancer``, ``estate:platform_load_balancer``, ``vip`` and ``listen`` of apps.
"""
