"""Structured authentication: the tokens that API servers accept, and their users (B1, B6).

Beyond what is declared: each issuer's name stands before its users and groups, names of the
cluster's own are refused, an address of mail counts only once it is verified, and who has not
logged in sees health and nothing else.
"""

from __future__ import annotations

from estate.topics.identity.declare.issuers import Identity, Issuer

PREVIEW_GROUP = "estate:preview"
"""What the cluster room's policy holds to dry runs."""

HEALTH_PATHS = ("/healthz", "/livez", "/readyz")

_STABLE = 34
_ANONYMOUS_CONDITIONS = 32

Json = dict[str, object]


def limits_anonymous(minor: int) -> bool:
    """Whether this version can let anonymous requests see health and nothing else.

    Where it cannot, they are refused altogether, by a flag.
    """
    return minor >= _ANONYMOUS_CONDITIONS


def authentication(identity: Identity, minor: int) -> Json:
    """The AuthenticationConfiguration of API servers of version 1.``minor``."""
    version = "v1" if minor >= _STABLE else "v1beta1"
    paths = [{"path": path} for path in HEALTH_PATHS]
    found: Json = {
        "apiVersion": f"apiserver.config.k8s.io/{version}",
        "kind": "AuthenticationConfiguration",
        "jwt": [
            _issuer(issuer) for issuer in sorted(identity.issuers, key=lambda issuer: issuer.name)
        ],
    }
    if limits_anonymous(minor):
        found["anonymous"] = {"enabled": True, "conditions": paths}
    return found


def _issuer(issuer: Issuer) -> Json:
    address: Json = {"url": issuer.url, "audiences": list(issuer.audiences)}
    if len(issuer.audiences) > 1:
        address["audienceMatchPolicy"] = "MatchAny"
    if issuer.certificate_authority:
        address["certificateAuthority"] = issuer.certificate_authority
    prefix = f"{issuer.name}:"
    if issuer.preview_subject is None:
        groups: Json = {"claim": issuer.groups, "prefix": prefix}
    else:
        groups = {"expression": f"['{PREVIEW_GROUP}']"}
    found: Json = {"issuer": address}
    if rules := _claim_rules(issuer):
        found["claimValidationRules"] = rules
    found["claimMappings"] = {
        "username": {"claim": issuer.username, "prefix": prefix},
        "groups": groups,
    }
    found["userValidationRules"] = _user_rules(prefix, issuer.preview_subject is not None)
    return found


def _claim_rules(issuer: Issuer) -> list[Json]:
    required = dict(issuer.required_claims)
    if issuer.preview_subject is not None:
        required["sub"] = issuer.preview_subject
    rules: list[Json] = [
        {"claim": claim, "requiredValue": value} for claim, value in sorted(required.items())
    ]
    if issuer.username == "email":
        rules.append(
            {
                "expression": "has(claims.email_verified) && claims.email_verified == true",
                "message": "the address of mail is not verified",
            }
        )
    return rules


def _user_rules(prefix: str, preview: bool) -> list[Json]:
    """On the mapped user. A name that begins as the cluster's own is no mistake of a directory."""
    rules = [_not_reserved("user.username", prefix, "the user name is one of the cluster's own")]
    rules.append(
        {
            "expression": f"user.username.size() > {len(prefix)}",
            "message": "the token names no user",
        }
    )
    if not preview:
        inner = _not_reserved("group", prefix, "a group is one of the cluster's own")
        rules.append(
            {
                "expression": f"user.groups.all(group, {inner['expression']})",
                "message": inner["message"],
            }
        )
    return rules


def _not_reserved(name: str, prefix: str, message: str) -> Json:
    tests = [
        f"!{name}.lowerAscii().startsWith('{prefix}{word}')" for word in ("system:", "estate:")
    ]
    return {"expression": " && ".join(tests), "message": message}
