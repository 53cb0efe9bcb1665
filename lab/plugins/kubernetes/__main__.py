"""The provider's process: `python -m lab.plugins.kubernetes ENGINE_ADDRESS`."""

from importlib import metadata

from pulumi.runtime.proto import provider_pb2_grpc

from lab.plugins import serving
from lab.plugins.kubernetes.provider import WORKERS, KubernetesProvider


def main() -> None:
    """The entry point of the launcher."""
    provider = KubernetesProvider(metadata.version("pulumi-kubernetes"), serving.engine_address())
    serving.serve(
        lambda server: provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server),
        workers=WORKERS,
        grace=30,
    )


if __name__ == "__main__":
    main()
