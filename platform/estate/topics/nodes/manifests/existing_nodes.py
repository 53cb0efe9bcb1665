"""What keeps the estate's label patches from creating nodes; pure.

The program leaves out patches of nodes that have not joined. Two ways remain: a node that goes
between reading and writing, and the deletion of a patch whose node is gone, where the provider
applies an object without fields (provider/pkg/ssa/actions.go, ``Relinquish``). In both the API
server would create an empty Node, and its kubelet would later not register its taints (D2).
"""

from __future__ import annotations

from estate.objects.manifest import Manifest, manifest

NAME = "estate-existing-nodes"

_MESSAGE = (
    "The estate labels nodes and creates none. The node is not in the cluster any more: run "
    "`pulumi refresh`, which takes its label out of the state, then `pulumi up`."
)


def existing_nodes(manager: str, labels: dict[str, str]) -> tuple[Manifest, ...]:
    """The cluster refuses to create a Node for the field manager ``manager``."""
    return (
        manifest(
            "admissionregistration.k8s.io/v1",
            "ValidatingAdmissionPolicy",
            NAME,
            {
                "spec": {
                    "failurePolicy": "Fail",
                    "matchConstraints": {
                        "resourceRules": [
                            {
                                "apiGroups": [""],
                                "apiVersions": ["v1"],
                                "operations": ["CREATE"],
                                "resources": ["nodes"],
                                "scope": "Cluster",
                            }
                        ]
                    },
                    "validations": [
                        {
                            "expression": "!has(request.options.fieldManager) || "
                            f"request.options.fieldManager != '{manager}'",
                            "reason": "Forbidden",
                            "message": _MESSAGE,
                        }
                    ],
                }
            },
            labels=labels,
        ),
        manifest(
            "admissionregistration.k8s.io/v1",
            "ValidatingAdmissionPolicyBinding",
            NAME,
            {"spec": {"policyName": NAME, "validationActions": ["Deny"]}},
            labels=labels,
        ),
    )
