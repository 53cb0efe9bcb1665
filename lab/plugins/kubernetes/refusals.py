"""Refusals, in the words of the provider that this one stands in for."""

from __future__ import annotations

from typing import NoReturn

from lab.plugins.kubernetes.errors import ApiError, NoMatchError, NotReadyError, ProviderError
from lab.plugins.kubernetes.objects import kind_of_urn, redacted
from lab.plugins.wire import JsonMap

_STATE_HELP = (
    "If the cluster was deleted, you can remove this resource from Pulumi state by rerunning the "
    'operation with the PULUMI_K8S_DELETE_UNREACHABLE environment variable set to "true"'
)
CANNOT_READ = f"failed to read resource state due to unreachable cluster. {_STATE_HELP}"
CANNOT_DELETE = f"configured Kubernetes cluster is unreachable. {_STATE_HELP}"


def kind_missing(urn: str, what: str, failure: NoMatchError) -> ProviderError:
    """The API server does not know the kind: perhaps its definition is missing."""
    subject = f'{what} of resource "{urn}"'
    if what == "creation":
        api_version, kind = kind_of_urn(urn)
        subject += f" with kind {api_version}/{kind}"
    return ProviderError(
        f"{subject} failed because the Kubernetes API server reported that the apiVersion for "
        f"this resource does not exist. Verify that any required CRDs have been created: {failure}"
    )


_EXISTS_HELP = """

The resource already exists in the cluster. This can happen when:

  - Renaming a Pulumi resource: use an alias to preserve the identity,
    or use deleteBeforeReplace if the resource needs replacement.
  - Managing an existing resource: use a Patch resource (e.g. NamespacePatch)
    to manage specific fields without owning the resource lifecycle.
  - Adopting a resource into Pulumi: use `pulumi import`. Note that
    protected resources (e.g. kube-system) cannot be deleted on destroy.
  - Intentional upsert: set upsertExistingObjects on the provider to allow
    server-side apply to update existing objects on create."""


def refuse_create(urn: str, inputs: JsonMap, failure: ProviderError) -> NoReturn:
    """Nothing was created."""
    exists = isinstance(failure, ApiError) and failure.already_exists
    raise ProviderError(
        f'resource "{urn}" was not successfully created by the Kubernetes API server: '
        f"{redacted(str(failure), inputs)}{_EXISTS_HELP if exists else ''}"
    ) from failure


def reasons_of(summary: str, failure: ProviderError) -> list[str]:
    """What the engine lists under a resource that did not become ready."""
    return [summary, *(failure.reasons if isinstance(failure, NotReadyError) else [])]
