"""The component of secrets that documents refer to."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_random import RandomPassword

from estate.topics.document_secrets.plan import DEFAULT_LENGTH, GeneratedSecrets


@dataclass(frozen=True, kw_only=True)
class DocumentSecretsArgs:
    """What secrets for documents are made from."""

    generated: GeneratedSecrets
    """Their names and lengths."""


class DocumentSecrets(pulumi.ComponentResource):
    """Other teams' documents gain their secrets; nothing in the cluster knows them (X11)."""

    values: pulumi.Output[dict[str, str]]
    """By the name that documents refer to; secret."""

    def __init__(
        self, name: str, args: DocumentSecretsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("estate:cluster:DocumentSecrets", name, None, opts)
        found: dict[str, pulumi.Output[str]] = {}
        for secret in args.generated.secrets:
            password = RandomPassword(
                secret.name.replace("/", "-"),
                length=secret.length or DEFAULT_LENGTH,
                special=False,
                opts=pulumi.ResourceOptions(parent=self),
            )
            found[secret.name] = password.result
        self.values = pulumi.Output.secret(pulumi.Output.all(**found))
        self.registered = (self,)
        self.register_outputs({"values": self.values})
