"""What environments refuse, by example: names, and what cannot differ between them."""

from __future__ import annotations

from tests.level0.refused import LIFE, QUOTE, REGISTER, Refusal

LIST = "+environments.yaml"
ONE = (LIST, "", "first: production\npromotion: [production]\n")
"""The shipped stacks as those of an environment with a name."""

REFUSALS = (
    Refusal(
        code="bad-environment",
        edits=((LIST, "", "first: production\npromotion: [«user-test, production]\n"),),
        key_path="promotion[0]",
        found="'user-test' is not the name of an environment",
        allowed="lower-case letters and digits",
    ),
    Refusal(
        code="bad-environment",
        edits=((LIST, "", "first: «dmz\npromotion: [production]\n"),),
        key_path="first",
        found="'dmz' is not the name of an environment",
        allowed="not dmz or intranet",
    ),
    Refusal(
        code="unknown-environment",
        edits=((LIST, "", "first: «prodution\npromotion: [production]\n"),),
        key_path="first",
        found="there is no environment 'prodution' in the list",
        allowed="production",
        hint="Did you mean 'production'?",
        neighbour=(ONE,),
    ),
    Refusal(
        code="name-taken",
        edits=((LIST, "", "first: production\npromotion: [production, «production]\n"),),
        key_path="promotion[1]",
        found="the environment 'production' stands here again",
        allowed="each environment once",
    ),
    Refusal(
        code="unknown-environment",
        edits=(ONE, (QUOTE, "replicas: 3", "replicas: 3\nin: {«producton: {replicas: 4}}")),
        key_path="in.producton",
        found="there is no environment 'producton'",
        allowed="production",
        hint="Did you mean 'production'?",
        neighbour=(ONE, (QUOTE, "replicas: 3", "replicas: 3\nin: {production: {replicas: 4}}")),
    ),
    Refusal(
        code="unknown-environment",
        edits=((QUOTE, "replicas: 3", "replicas: 3\nin: {«test: {replicas: 4}}"),),
        key_path="in.test",
        found="there is no environment 'test'",
        allowed="none is declared: name them in environments.yaml first",
    ),
    Refusal(
        code="unknown-environment",
        edits=(ONE, (LIFE, "tenant: life", "tenant: life\nonly_in: [production, «tset]")),
        key_path="only_in[1]",
        found="there is no environment 'tset'",
        allowed="production",
    ),
    Refusal(
        code="unknown-environment",
        edits=(
            (
                REGISTER,
                "ports:\n",
                "ports:\n  - {zone: dmz, port: 30001, protocol: TCP, owner: life/none, "
                "environment: «test}\n",
            ),
        ),
        key_path="ports[0].environment",
        found="there is no environment 'test'",
        allowed="none is declared",
    ),
    Refusal(
        code="common-key",
        edits=(ONE, (QUOTE, "replicas: 3", "replicas: 3\nin: {production: {«tenant: life}}")),
        key_path="in.production.tenant",
        found="'tenant' is the same in all environments",
        allowed="image, replicas",
    ),
    Refusal(
        code="not-in-environment",
        edits=(
            (
                LIST,
                "",
                "first: production\npromotion: [production]\n",
            ),
            (
                QUOTE,
                "replicas: 3",
                "replicas: 3\nonly_in: [test]\nin: {production: «{replicas: 4}}",
            ),
        ),
        key_path="in.production",
        found="this is not in the environment 'production'",
        allowed="test",
        hint="Add production to only_in",
        also=("unknown-environment",),
    ),
    Refusal(
        code="unknown-key",
        edits=(
            ONE,
            (QUOTE, "replicas: 3", "replicas: 3\nin: {production: {without: [«repicas]}}"),
        ),
        key_path="in.production.without[0]",
        found="there is no key 'repicas' that could be left out",
        allowed="replicas",
        hint="Did you mean 'replicas'?",
    ),
    Refusal(
        code="wrong-type",
        edits=(
            ONE,
            (QUOTE, "replicas: 3", "replicas: 3\nin: {production: {without: «scale}}"),
        ),
        key_path="in.production.without",
        found="this is no list",
        allowed="a list of keys",
    ),
    Refusal(
        code="out-of-range",
        edits=(ONE, (QUOTE, "replicas: 3", "replicas: 3\nin: {production: {replicas: «0}}")),
        key_path="in.production.replicas",
        found="found '0'",
        allowed="at least 1",
    ),
)
