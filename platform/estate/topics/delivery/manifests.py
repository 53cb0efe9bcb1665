"""What holds a tenant's deployer to images: its rights, and the policy on what it writes (L4).

RBAC knows objects, not fields: who may patch a workload could mount a secret or add a container.
So of all that a deployer sends, nothing may differ from what stands but the digests of containers
that are there already, in the repository that each has. Every other rule of admission holds too.
"""

from __future__ import annotations

from estate.objects.deployers import ACCOUNTS, DEPLOYER, Account, account_role
from estate.objects.limit import Demand, Limit, rule
from estate.objects.manifest import JsonObject, Manifest, manifest
from estate.objects.roles import Rule
from estate.plan import Plan
from estate.topics.tenancy.plan import TenancyPlan

NAME = "estate-deployer"

_IS_DEPLOYER = (
    "request.userInfo.username.startsWith('system:serviceaccount:') && "
    f"request.userInfo.username.endsWith(':{DEPLOYER}')"
)

_MINE = "object.metadata"
_THEIRS = "oldObject.metadata"
_LABELLED = ("labels", "annotations", "ownerReferences", "finalizers")


def deployer_roles(plan: Plan, labels: dict[str, str]) -> list[Manifest]:
    """Both accounts' rights; nothing where no tenant has a pipeline."""
    if not _deploys(plan):
        return []
    return [_role(account, rules, labels) for account, rules in ACCOUNTS.items()]


def deployer_limit(plan: Plan) -> tuple[Limit, ...]:
    """The policy; none where no tenant has a pipeline."""
    return (_LIMIT,) if _deploys(plan) else ()


def _deploys(plan: Plan) -> bool:
    return any(
        namespace.pipeline
        for tenant in plan.of(TenancyPlan).tenants
        for namespace in tenant.namespaces
    )


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


_BATCH = "object.kind == 'CronJob'"
_TEMPLATE = f"({_BATCH} ? X.spec.jobTemplate.spec.template : X.spec.template)"
_OBJECTS = {"new": "object", "old": "oldObject"}

_VARIABLES = (
    *((which, f"dyn({_TEMPLATE.replace('X', one)})") for which, one in _OBJECTS.items()),
    *(
        (f"{which}Job", f"dyn({_BATCH} ? {one}.spec.jobTemplate : {{'spec': {{}}}})")
        for which, one in _OBJECTS.items()
    ),
    *((f"{which}Spec", f"dyn({one}.spec)") for which, one in _OBJECTS.items()),
    *(
        (f"{which}Managed", f"dyn({one}.metadata.?managedFields.orValue([]))")
        for which, one in _OBJECTS.items()
    ),
)

_PAIRS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("variables.XSpec", ("template", "jobTemplate")),
    ("variables.XJob", ("spec",)),
    ("variables.XJob.spec", ("template",)),
    ("variables.X", ("spec",)),
    ("variables.X.spec", ("containers",)),
)

_CONTAINERS = (
    "variables.new.spec.containers.size() == variables.old.spec.containers.size() && "
    "variables.new.spec.containers.all(c, variables.old.spec.containers.exists(o, "
    f"o.name == c.name && {_same('c', 'o', 'image')} && c.image.split('@').size() == 2 && "
    "c.image.split('@')[0] == o.image.split('@')[0]))"
)


def _kept(*path: str, but: str) -> str:
    """What manager ``o`` owned below a path, ``n`` owns still, but for one field."""
    old, new = (
        f"{one}.?fieldsV1{''.join(f'[?{name!r}]' for name in path)}.orValue({{}})" for one in "on"
    )
    return f"{old}.all(k, k == {but!r} || (k in {new} && {new}[k] == {old}[k]))"


def _kept_below(*path: str) -> str:
    """The same at each level down to the containers, which may lose their images."""
    whole = (*path, "f:template", "f:spec", "f:containers")
    levels = [_kept(*whole[:depth], but=name) for depth, name in enumerate(whole)]
    old, new = (
        f"{one}.?fieldsV1{''.join(f'[?{name!r}]' for name in whole)}.orValue({{}})" for one in "on"
    )
    levels.append(
        f"{old}.all(c, {old}[c].all(k, k == 'f:image' || "
        f"(c in {new} && k in {new}[c] && {new}[c][k] == {old}[c][k])))"
    )
    return " && ".join(levels)


_SAME_MANAGER = (
    "n.manager == o.manager && n.operation == o.operation && "
    "n.?subresource.orValue('') == o.?subresource.orValue('')"
)
_MANAGED = (
    "variables.oldManaged.all(o, "
    f"[(variables.newManaged.filter(n, {_SAME_MANAGER}) + [dyn({{}})])[0]].all(n, "
    f"{_BATCH} ? {_kept_below('f:spec', 'f:jobTemplate', 'f:spec')} : {_kept_below('f:spec')}))"
)
"""Each former manager keeps its fields, but for images. Else a field that is taken out of the
declaration would stay: the API server removes only what its manager owned."""

_LIMIT = Limit(
    name=NAME,
    resources=tuple(
        rule(one.group, one.resources, ("CREATE", "UPDATE", "DELETE"))
        for one in ACCOUNTS["deployer"]
        if "patch" in one.verbs
    ),
    judged=_IS_DEPLOYER,
    variables=_VARIABLES,
    demands=(
        Demand(
            holds=" && ".join(
                f"({one})"
                for one in (
                    *(f"{_MINE}.?{one} == {_THEIRS}.?{one}" for one in _LABELLED),
                    *(
                        _same(pair.replace("X", "new"), pair.replace("X", "old"), *but)
                        for pair, but in _PAIRS
                    ),
                    _CONTAINERS,
                )
            ),
            says="A deployer changes the digests of images that are there, and nothing else: "
            "everything else is changed in the app's declaration.",
        ),
        Demand(
            holds=_MANAGED,
            says="A deployer takes no field from its manager (metadata.managedFields): what is "
            "taken out of the app's declaration would stay.",
        ),
    ),
)
