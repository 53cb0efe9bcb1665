"""Checks of identity providers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from estate.declarations.catalogue import Catalogue, unknown
from estate.declarations.stack import Stack
from estate.reader.problems import Declared, KeyPath, Problem
from estate.reader.values import RESERVED_GROUPS, Zone
from estate.topics.identity.declare.issuers import Identity, Issuer
from estate.topics.identity.plan.groups import Entry, with_groups


def check_identity(catalogue: Catalogue) -> Iterator[Problem]:
    """Issuers that cannot be mistaken for each other, for the cluster or for the other zone's."""
    claimed: dict[tuple[str, str], Zone] = {}
    for zone, stack in catalogue.stacks.items():
        identity = stack.value.identity
        people = with_groups(identity)
        if identity.default not in people:
            path: KeyPath = ("identity", "default")
            yield unknown(stack, "unknown-issuer", path, identity.default, people)
        for index, issuer in enumerate(identity.issuers):
            yield from _one(stack, identity, index, issuer)
            yield from _isolated(claimed, (zone, stack, index, issuer))


def _one(
    stack: Declared[Stack], identity: Identity, index: int, issuer: Issuer
) -> Iterator[Problem]:
    path: KeyPath = ("identity", "issuers", index)
    before = identity.issuers[:index]
    if f"{issuer.name}:" in RESERVED_GROUPS:
        yield stack.problem(
            "issuer-reserved",
            (*path, "name"),
            f"users of an issuer '{issuer.name}' would pass for the cluster's own",
            f"names other than {', '.join(word.rstrip(':') for word in RESERVED_GROUPS)}",
        )
    yield from _once(stack, (*path, "name"), issuer.name, [one.name for one in before])
    yield from _once(stack, (*path, "url"), issuer.url, [one.url for one in before])
    for place, audience in enumerate(issuer.audiences):
        yield from _once(stack, (*path, "audiences", place), audience, issuer.audiences[:place])
    if issuer.preview_subject:
        yield from _preview(stack, path, issuer, issuer.preview_subject)


_REF = re.compile(r"(^|:)(?P<by>ref|environment):[^*:]+$")
"""How a subject ends that names one ref (GitLab, GitHub) or one environment (GitHub):
https://docs.gitlab.com/ci/secrets/id_token_authentication/,
https://docs.github.com/en/actions/reference/security/oidc."""


def _preview(
    stack: Declared[Stack], path: KeyPath, issuer: Issuer, subject: str
) -> Iterator[Problem]:
    """Who may preview runs code that was reviewed: a protected ref's, or an environment's."""
    if "sub" in issuer.required_claims:
        yield stack.problem(
            "superfluous",
            (*path, "required_claims", "sub"),
            "the claim 'sub' is required already, with the value of 'preview_subject'",
            hint="Leave the claim out",
        )
    ref = _REF.search(subject)
    if ref is None:
        yield stack.problem(
            "preview-of-any-ref",
            (*path, "preview_subject"),
            f"the subject '{subject}' names no ref: jobs of any branch could preview",
            "a subject that ends with ref:NAME or environment:NAME",
            "Take the subject of the protected branch that previews run from",
        )
    elif ref["by"] == "ref" and issuer.required_claims.get("ref_protected") != "true":
        yield stack.problem(
            "preview-of-open-ref",
            (*path, "preview_subject"),
            f"nothing says that the ref of '{subject}' is protected",
            'required_claims: {ref_protected: "true"}',
            "Add the claim, which GitLab and GitHub give to jobs of protected refs",
        )


def _once(
    stack: Declared[Stack], path: KeyPath, value: str, before: Sequence[str]
) -> Iterator[Problem]:
    if value in before:
        found = f"'{value}' stands here again"
        yield stack.problem("name-taken", path, found, "each once")


def _isolated(claimed: dict[tuple[str, str], Zone], entry: Entry) -> Iterator[Problem]:
    """A token that one zone accepts is none in the other: it could be carried across (A1)."""
    zone, stack, index, issuer = entry
    for place, audience in enumerate(issuer.audiences):
        first = claimed.setdefault((issuer.url, audience), zone)
        if first != zone:
            yield stack.problem(
                "not-isolated",
                ("identity", "issuers", index, "audiences", place),
                f"tokens of '{issuer.url}' for '{audience}' are accepted in zone '{first}' too",
                "an audience for each zone: they share nothing",
            )
