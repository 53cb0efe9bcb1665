"""Pipelines that would be somebody else (L4, B2)."""

from __future__ import annotations

from tests.level0.refused import INTRANET, LIFE, MOTOR, Refusal

ISSUER = "  issuer: gitlab\n"
SUBJECT = "project_path:life/deployment:ref_type:branch:ref:main"

RATING = "apps/rating-intranet.yaml"
USED = "delivery: [gitlab]"

REFUSALS = (
    Refusal(
        code="unknown-delivery",
        edits=((RATING, USED, "delivery: [«gitlap]"),),
        key_path="delivery[0]",
        found="there is no delivery 'gitlap'",
        hint="Did you mean 'gitlab'?",
    ),
    Refusal(
        code="delivery-of-others",
        edits=((RATING, USED, "delivery: [«jenkins]"),),
        key_path="delivery[0]",
        found="'jenkins' does not serve the tenant 'motor'",
        allowed="life",
        hint="Its owner adds the tenant in Pulumi.intranet.yaml",
    ),
    Refusal(
        code="name-of-others",
        edits=((INTRANET, "name: jenkins", "name: «policydb"),),
        key_path="estate:delivery[1].name",
        found="'policydb' is a name of the database 'policydb' (Pulumi.intranet.yaml:",
        allowed="each name once",
    ),
    Refusal(
        code="unknown-issuer",
        edits=((LIFE, ISSUER, "  issuer: «gitlap\n"),),
        key_path="deployer.issuer",
        found="there is no issuer 'gitlap'",
        hint="Did you mean 'gitlab'?",
    ),
    Refusal(
        code="deployer-is-a-person",
        edits=((LIFE, ISSUER, "  issuer: «staff\n"),),
        key_path="deployer.issuer",
        found="tokens of 'staff' name their user by 'email', as people's do",
        allowed="an issuer of pipelines, which are known by 'sub'",
        hint="estate:identity",
    ),
    Refusal(
        code="deployer-subject",
        edits=((LIFE, SUBJECT, "«project_path:life/*"),),
        key_path="deployer.subject",
        found="no token names 'project_path:life/*': a subject is compared as a whole",
        allowed="the subject of one pipeline, letter by letter",
        neighbour=((LIFE, SUBJECT, "project_path:life/other:ref_type:branch:ref:main"),),
    ),
    Refusal(
        code="deployer-of-others",
        edits=(
            (
                MOTOR,
                "zones:\n",
                f"deployer:\n  issuer: gitlab\n  subject: «{SUBJECT}\nzones:\n",
            ),
        ),
        key_path="deployer.subject",
        found="this pipeline deploys for the tenant 'life'",
        allowed="a pipeline of its own",
    ),
    Refusal(
        code="name-taken",
        edits=(
            ("apps/quote-dmz.yaml", "app: quote", "app: «deployer"),
            (
                MOTOR,
                "zones:\n",
                "deployer:\n  issuer: gitlab\n  subject: project_path:motor/x\nzones:\n",
            ),
        ),
        key_path="app",
        found="the account of the tenant's pipeline is called 'deployer'",
        allowed="another name",
    ),
)
