"""What holds a tenant's deployer to images: its rights, and the policy on what it writes (L4).

RBAC knows objects, not fields: who may patch a workload could mount a secret or add a container.
So of all that a deployer sends, nothing may differ from what stands but the digests of containers
that are there already, in the repository that each has. Every other rule of admission holds too.
"""

from __future__ import annotations

from estate.objects.deployers import ACCOUNTS, DEPLOYER, Account, account_role
from estate.objects.manifest import JsonObject, Manifest, manifest
from estate.objects.roles import Rule
from estate.plan import Plan
from estate.topics.tenancy.plan import TenancyPlan

NAME = "estate-deployer"
_API = "admissionregistration.k8s.io/v1"

_IS_DEPLOYER = (
    "request.userInfo.username.startsWith('system:serviceaccount:') && "
    f"request.userInfo.username.endsWith(':{DEPLOYER}')"
)

_MINE = "object.metadata"
_THEIRS = "oldObject.metadata"
_LABELLED = ("labels", "annotations", "ownerReferences", "finalizers")


def deployers(plan: Plan, labels: dict[str, str]) -> list[Manifest]:
    """Both accounts' rights and the policy; nothing where no tenant has a pipeline."""
    if not any(
        one.pipeline for tenant in plan.of(TenancyPlan).tenants for one in tenant.namespaces
    ):
        return []
    return [
        *(_role(account, rules, labels) for account, rules in ACCOUNTS.items()),
        manifest(_API, "ValidatingAdmissionPolicy", NAME, {"spec": _policy()}, labels=labels),
        manifest(
            _API,
            "ValidatingAdmissionPolicyBinding",
            NAME,
            {"spec": {"policyName": NAME, "validationActions": ["Deny"]}},
            labels=labels,
        ),
    ]


def _role(account: Account, rules: tuple[Rule, ...], labels: dict[str, str]) -> Manifest:
    return manifest(
        "rbac.authorization.k8s.io/v1",
        "ClusterRole",
        account_role(account),
        {"rules": [_rule(one) for one in rules]},
        labels=labels,
    )


def _rule(rule: Rule) -> JsonObject:
    found: JsonObject = {
        "apiGroups": [rule.group],
        "resources": list(rule.resources),
        "verbs": list(rule.verbs),
    }
    return found | ({"resourceNames": list(rule.names)} if rule.names else {})


def _same(new: str, old: str, *but: str) -> str:
    """Both maps are equal, key by key, but for some keys."""
    return (
        f"{new}.all(k, k in {list(but)} || (k in {old} && {new}[k] == {old}[k])) && "
        f"{old}.all(k, k in {list(but)} || k in {new})"
    )


def _policy() -> JsonObject:
    batch = "object.kind == 'CronJob'"
    template = f"({batch} ? X.spec.jobTemplate.spec.template : X.spec.template)"
    names = {"new": "object", "old": "oldObject"}
    variables = [
        *((which, f"dyn({template.replace('X', one)})") for which, one in names.items()),
        *(
            (f"{which}Job", f"dyn({batch} ? {one}.spec.jobTemplate : {{'spec': {{}}}})")
            for which, one in names.items()
        ),
        *((f"{which}Spec", f"dyn({one}.spec)") for which, one in names.items()),
    ]
    pairs = [("variables.newSpec", "variables.oldSpec", ("template", "jobTemplate"))]
    pairs += [("variables.newJob", "variables.oldJob", ("spec",))]
    pairs += [("variables.newJob.spec", "variables.oldJob.spec", ("template",))]
    pairs += [("variables.new", "variables.old", ("spec",))]
    pairs += [("variables.new.spec", "variables.old.spec", ("containers",))]
    of_each = _same("c", "o", "image")
    containers = (
        "variables.new.spec.containers.size() == variables.old.spec.containers.size() && "
        "variables.new.spec.containers.all(c, variables.old.spec.containers.exists(o, "
        f"o.name == c.name && {of_each} && c.image.split('@')[0] == o.image.split('@')[0]))"
    )
    checks = [
        *(f"{_MINE}.?{one} == {_THEIRS}.?{one}" for one in _LABELLED),
        *(_same(new, old, *but) for new, old, but in pairs),
        containers,
    ]
    return {
        "failurePolicy": "Fail",
        "matchConstraints": {
            "resourceRules": [
                {
                    "apiGroups": [rule.group],
                    "apiVersions": ["*"],
                    "operations": ["CREATE", "UPDATE", "DELETE"],
                    "resources": list(rule.resources),
                    "scope": "Namespaced",
                }
                for rule in ACCOUNTS["deployer"]
                if "patch" in rule.verbs
            ]
        },
        "matchConditions": [{"name": "deployer", "expression": _IS_DEPLOYER}],
        "variables": [{"name": name, "expression": text} for name, text in variables],
        "validations": [
            {
                "expression": " && ".join(f"({one})" for one in checks),
                "reason": "Forbidden",
                "message": "A deployer changes the digests of images that are there, and nothing "
                "else: everything else is changed in the app's declaration.",
            }
        ],
    }
