"""Stand-ins for the Pulumi plugins that no package registry has.

Lab equipment: the language host and two providers, for a machine that reaches package
registries only. The product never imports them and cannot tell which ones it talks to.
"""

from lab.plugins.provisioning import provision

__all__ = ["provision"]
