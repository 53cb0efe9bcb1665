"""Images: references by OCI's grammar, and digests where a cluster matters."""

from __future__ import annotations

from tests.level0.refused import DMZ, QUOTE, Refusal

IMAGES, LOCK = "images.yaml", "images.lock.yaml"
SOURCE = "source: quay.io/prometheus/prometheus"
VERSION = 'version: "v3.5.0"'
PROMETHEUS = "63805ebb8d2b3920190daf1cb14a60871b16fd38bed42b857a3182bc621f4996"


def _source(written: str, hint: str) -> Refusal:
    return Refusal(
        code="bad-repository",
        edits=((IMAGES, f"{SOURCE}\n", f"source: «{written}\n"),),
        key_path="images.prometheus.source",
        found="is not a repository of a registry",
        allowed="the registry's host, '/' and the repository's name",
        hint=hint,
    )


REFUSALS: tuple[Refusal, ...] = (
    _source("quay.io/prometheus/prometheus:v3.5.0", "The tag stands below 'version'"),
    _source(
        f"quay.io/prometheus/prometheus@sha256:{PROMETHEUS}",
        "The digest stands in images.lock.yaml: `estate images resolve` writes it",
    ),
    _source("prometheus/prometheus", "Did you mean 'docker.io/prometheus/prometheus'?"),
    _source("https://quay.io/prometheus/prometheus", "Did you mean 'quay.io/prometheus/"),
    _source("quay.io/Prometheus/prometheus", "Did you mean 'quay.io/prometheus/prometheus'?"),
    _source("quay.io/prometheus//prometheus", ""),
    _source("quay.io/prometheus/pro...metheus", ""),
    _source('"quay.io/prometheus/prometheus; rm -rf /"', ""),
    Refusal(
        code="bad-tag",
        edits=((IMAGES, VERSION, 'version: «"-v3.5.0"'),),
        key_path="images.prometheus.version",
        found="'-v3.5.0' is not a tag",
        allowed="at most 128 characters",
    ),
    Refusal(
        code="bad-tag",
        edits=((IMAGES, VERSION, f'version: «"v3.5.0@sha256:{PROMETHEUS}"'),),
        key_path="images.prometheus.version",
        found="is not a tag",
        allowed="at most 128 characters",
        hint="The digest stands in images.lock.yaml",
    ),
    Refusal(
        code="bad-image-path",
        edits=(
            (
                IMAGES,
                "image: platform/prometheus\n",
                f"image: «platform/prometheus@sha256:{PROMETHEUS}\n",
            ),
        ),
        key_path="images.prometheus.image",
        found="is not the path of an image",
        allowed="the path in the zone's registry, without tag and digest",
        hint="The digest stands in images.lock.yaml",
    ),
    Refusal(
        code="bad-digest",
        edits=((LOCK, f"digest: sha256:{PROMETHEUS}", f"digest: «sha256:{'0' * 64}"),),
        key_path="digests.quay.io/prometheus/prometheus:v3.5.0.digest",
        found="is not the digest of an image",
        allowed="64 hexadecimal digits, not all of them 0",
        hint="Leave out what is unresolved",
    ),
    Refusal(
        code="bad-reference",
        edits=(
            (
                LOCK,
                '  "quay.io/prometheus/prometheus:v3.5.0":',
                '  «"quay.io/prometheus/prometheus":',
            ),
        ),
        key_path="digests.quay.io/prometheus/prometheus",
        found="is not an image with its tag",
        allowed="as images.yaml names them",
    ),
    Refusal(
        code="unresolved-image",
        edits=(
            (DMZ, "estate:removal: allowed", "estate:removal: protected"),
            (
                IMAGES,
                'openjdk-21-runtime\n    version: "1.23"',
                'openjdk-21-runtime\n    version: «"1.23"',
            ),
        ),
        key_path="images.base-java.version",
        found="no digest is known of registry.access.redhat.com/ubi9/openjdk-21-runtime:1.23, ",
        allowed="a digest of each in images.lock.yaml",
        hint="Run `estate images resolve`",
    ),
    Refusal(
        code="bad-image",
        edits=((QUOTE, "image: motor/quote@", "image: «motor/quote@@"),),
        key_path="image",
        found="is not an image by digest",
        allowed="'@sha256:' and 64 hexadecimal digits",
        hint="Exactly one '@'",
    ),
    Refusal(
        code="bad-image",
        edits=((QUOTE, "image: motor/quote@", "image: «motor/quo___te@"),),
        key_path="image",
        found="is not an image by digest",
        allowed="'@sha256:' and 64 hexadecimal digits",
    ),
)
