"""The component of admission."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from estate.engine.handles import Handles
from estate.engine.kubernetes_object import register
from estate.engine.window import Registers
from estate.topics.admission.manifests.admission import admission as admission_manifests
from estate.topics.admission.plan.admission import AdmissionPlan


@dataclass(frozen=True, kw_only=True)
class AdmissionArgs:
    """What admission is made from."""

    admission: AdmissionPlan
    """The register that the rules are held against."""


class Admission(pulumi.ComponentResource):
    """The cluster gains its rules: nothing is created in tenants' namespaces that breaks one."""

    def __init__(
        self, name: str, args: AdmissionArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("estate:cluster:Admission", name, None, opts)
        found = admission_manifests(args.admission)
        judges = [manifest for manifest in found if not manifest.kind.endswith("Binding")]
        made = register(judges, self).resources
        # A binding takes effect at once, and refuses everything until what it names is there.
        bound = register(found[len(judges) :], self, after=made).resources
        self.registered = (self, *made, *bound)
        self.register_outputs({})


def admission(
    name: str, part: AdmissionPlan, handles: Handles, opts: pulumi.ResourceOptions
) -> Registers:
    """Registers the group of this name."""
    return Admission(name, AdmissionArgs(admission=part), opts)
