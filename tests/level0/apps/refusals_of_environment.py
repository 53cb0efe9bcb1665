"""What environment, command and arguments refuse, by example."""

from __future__ import annotations

from tests.level0.refused import QUOTE, Refusal

PREMIUM = "apps/premium-intranet.yaml"
ZOOKEEPER = "apps/registry-zk-intranet.yaml"


def _environment(text: str, file: str = QUOTE) -> tuple[str, str, str]:
    return (file, "replicas: ", f"environment: {{{text}}}\nreplicas: ")


REFUSALS = (
    Refusal(
        code="secret-in-clear",
        edits=(_environment("DB_PASSWORD: «geheim"),),
        key_path="environment.DB_PASSWORD",
        found="DB_PASSWORD looks like a password",
        allowed="{secret: name}",
        hint="Declare it in 'secrets' (from: stack), and write DB_PASSWORD: {secret: name}",
        neighbour=(_environment("DB_PASSWORD: /etc/secrets/db/value"),),
    ),
    Refusal(
        code="variable-taken",
        edits=(_environment("DUBBO_IP_TO_BIND: «0.0.0.0", PREMIUM),),
        key_path="environment.DUBBO_IP_TO_BIND",
        found="the platform sets DUBBO_IP_TO_BIND itself",
        allowed="names other than POD_NAME, DUBBO_REGISTRY_ADDRESS",
        neighbour=(_environment("DUBBO_LOG: info", PREMIUM),),
    ),
    Refusal(
        code="variable-later",
        edits=(_environment("URL: «http://$(HOST)/, HOST: a"),),
        key_path="environment.URL",
        found="'$(HOST)' stands for a variable that is declared later",
        hint="Declare HOST first, or write $$(HOST)",
        neighbour=(_environment("HOST: a, URL: http://$(HOST)/"),),
    ),
    Refusal(
        code="unknown-secret",
        edits=(_environment("KEY: {secret: «sesion-key}, A: b", "apps/policy-portal-dmz.yaml"),),
        key_path="environment.KEY.secret",
        found="there is no secret 'sesion-key'",
        hint="Did you mean 'session-key'?",
    ),
    Refusal(
        code="not-one-source",
        edits=(_environment("KEY: «{pod: name, size: cpu}"),),
        key_path="environment.KEY",
        found="2 sources are named",
        allowed="exactly one of secret, pod, size",
        neighbour=(_environment("KEY: {pod: name}"),),
    ),
    Refusal(
        code="bad-variable",
        edits=(_environment("«1ST: a"),),
        key_path="environment.1ST",
        found="'1ST' is not the name of an environment variable",
    ),
    Refusal(
        code="wrong-type",
        edits=(_environment("WORKERS: «4"),),
        key_path="environment.WORKERS",
        found="found 4, a number",
        hint='Put it in quotes: "4"',
        neighbour=(_environment('WORKERS: "4"'),),
    ),
    Refusal(
        code="bad-value",
        edits=(_environment(f"LONG: «{'a' * 32769}"),),
        key_path="environment.LONG",
        found="the text cannot be the value of an environment variable",
        hint="Longer text belongs in a file",
    ),
    Refusal(
        code="preset-runs",
        edits=((ZOOKEEPER, "replicas: ", "command: «[/bin/zk]\nreplicas: "),),
        key_path="command",
        found="the preset 'zookeeper' runs the image's own entry point",
        hint="Leave 'command' out",
    ),
)
