"""Checks of pipelines that deploy."""

from __future__ import annotations

from collections.abc import Iterator

from estate.declarations.catalogue import Catalogue, unknown
from estate.objects.deployers import DEPLOYER
from estate.reader.problems import KeyPath, Problem
from estate.reader.values import RESERVED_GROUPS
from estate.topics.identity.plan.groups import with_groups


def check_deployers(catalogue: Catalogue) -> Iterator[Problem]:
    """A pipeline is one tenant's, and known by what no person can be given."""
    issuers = {
        issuer.name: issuer
        for stack in catalogue.stacks.values()
        for issuer in with_groups(stack.value.identity).values()
    }
    owners: dict[tuple[str, str], str] = {}
    for name, tenant in sorted(catalogue.tenants.items()):
        deployer = tenant.value.deployer
        if deployer is None:
            continue
        path: KeyPath = ("deployer", "issuer")
        if deployer.issuer not in issuers:
            yield unknown(tenant, "unknown-issuer", path, deployer.issuer, issuers)
        elif issuers[deployer.issuer].username != "sub":
            yield tenant.problem(
                "deployer-is-a-person",
                path,
                f"tokens of '{deployer.issuer}' name their user by "
                f"'{issuers[deployer.issuer].username}', as people's do",
                "an issuer of pipelines, which are known by 'sub'",
                "Declare the system that runs pipelines as an issuer of its own: estate:identity",
            )
        path = ("deployer", "subject")
        if deployer.subject.startswith(RESERVED_GROUPS) or "*" in deployer.subject:
            yield tenant.problem(
                "deployer-subject",
                path,
                f"no token names '{deployer.subject}': a subject is compared as a whole",
                "the subject of one pipeline, letter by letter",
            )
        owner = owners.setdefault((deployer.issuer, deployer.subject), name)
        if owner != name:
            yield tenant.problem(
                "deployer-of-others",
                path,
                f"this pipeline deploys for the tenant '{owner}'",
                "a pipeline of its own",
            )
    for app in catalogue.apps:
        if app.value.app == DEPLOYER and catalogue.tenants[app.value.tenant].value.deployer:
            found = f"the account of the tenant's pipeline is called '{DEPLOYER}'"
            yield app.problem("name-taken", ("app",), found, "another name")
