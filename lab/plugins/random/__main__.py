"""The provider's process: `python -m lab.plugins.random ENGINE_ADDRESS`."""

from importlib import metadata

from pulumi.runtime.proto import provider_pb2_grpc

from lab.plugins import serving
from lab.plugins.random.provider import RandomProvider


def main() -> None:
    """The entry point of the launcher."""
    provider = RandomProvider(metadata.version("pulumi-random"))
    serving.serve(
        lambda server: provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server),
        workers=8,
        grace=5,
    )


if __name__ == "__main__":
    main()
