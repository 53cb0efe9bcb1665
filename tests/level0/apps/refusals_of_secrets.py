"""What keys of secrets and groups of variables refuse, by example."""

from __future__ import annotations

from tests.level0.refused import QUOTE, Refusal

_DATABASE = "{name: database, keys: [{name: USER_NAME}, {name: PASS}]}"


def _keys(text: str, secret: str = _DATABASE) -> tuple[str, str, str]:
    return (QUOTE, "replicas: ", f"secrets: [{secret}]\n{text}\nreplicas: ")


REFUSALS = (
    Refusal(
        code="bad-key",
        edits=(_keys("", "{name: database, keys: [{name: «a b}]}"),),
        key_path="secrets[0].keys[0].name",
        found="'a b' is not the name of a key or of its file",
        allowed="like password or keystore.p12",
        neighbour=(_keys("", "{name: database, keys: [{name: a.b}]}"),),
    ),
    Refusal(
        code="not-generated",
        edits=(_keys("", "{name: web, tls: «true}"),),
        key_path="secrets[0].tls",
        found="a generated secret is random text, and no certificate",
        hint="from: stack",
        neighbour=(_keys("", "{name: web}"),),
    ),
    Refusal(
        code="no-key",
        edits=(_keys("environment: {A: «{secret: database}}"),),
        key_path="environment.A",
        found="the secret 'database' has several keys",
        allowed="key: USER_NAME or PASS",
        neighbour=(_keys("environment: {A: {secret: database, key: PASS}}"),),
    ),
    Refusal(
        code="unknown-key-of-secret",
        edits=(_keys("environment: {A: {secret: database, key: «PAS}}"),),
        key_path="environment.A.key",
        found="'PAS'",
        hint="Did you mean 'PASS'?",
    ),
    Refusal(
        code="key-without-secret",
        edits=(_keys("environment: {A: «{pod: name, key: PASS}}"),),
        key_path="environment.A",
        found="a key is named, and no secret that has it",
        neighbour=(_keys("environment: {A: {pod: name}}"),),
    ),
    Refusal(
        code="binary-variable",
        edits=(
            _keys(
                "environment: {A: «{secret: store, key: a}}",
                "{name: store, from: stack, keys: [{name: a, form: binary}]}",
            ),
        ),
        key_path="environment.A",
        found="the key is binary, and an environment variable is text",
        hint="Read its file",
        also=("no-stack-secret",),
    ),
    Refusal(
        code="variable-twice",
        edits=(
            _keys("environment_from: [«{secret: database}]\nenvironment: {PASS: /etc/passfile}"),
        ),
        key_path="environment_from[0]",
        found="the secret 'database' gives PASS, which 'environment' gives already",
        hint="Set 'prefix'",
        neighbour=(
            _keys(
                "environment_from: [{secret: database, prefix: DB_}]\n"
                "environment: {PASS: /etc/passfile}"
            ),
        ),
    ),
    Refusal(
        code="unknown-settings",
        edits=(_keys("settings: {common: {A: b}}\nenvironment_from: [{settings: «comon}]"),),
        key_path="environment_from[0].settings",
        found="'comon'",
        hint="Did you mean 'common'?",
        neighbour=(_keys("settings: {common: {A: b}}\nenvironment_from: [{settings: common}]"),),
    ),
    Refusal(
        code="no-keys",
        edits=(_keys("environment_from: [{secret: «plain}]", "{name: plain}"),),
        key_path="environment_from[0].secret",
        found="the secret 'plain' has no 'keys' that could name variables",
        hint="Take its value in 'environment': NAME: {secret: plain}",
        neighbour=(_keys("environment: {A: {secret: plain}}", "{name: plain}"),),
    ),
)
