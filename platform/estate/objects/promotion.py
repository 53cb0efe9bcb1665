"""Images are copied by digest, from outside in: by pipelines, by people and by the cluster (G5).

The same script everywhere. A list has one image in each line: the repository that it comes from,
the path that it has in registries, its digest, and for what is asked for by tag the tag that it
gets there. A source's tags are not looked at, so one that moves changes nothing; and what is there
already is not copied again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

PAUSES = (1, 2, 4, 8, 16)
"""Seconds before a copy is begun again. skopeo's own ``--retry-times`` gives up where a server is
lost in the middle of a layer, so the script counts itself."""


@dataclass(frozen=True, kw_only=True, order=True)
class PromotedImage:
    """One image of a list."""

    source: str
    """The repository that it comes from, with its registry."""
    path: str
    """Its path in the registry that it goes to."""
    digest: str
    tag: str = ""
    """What it is called there, too: empty where all ask by digest."""

    @property
    def line(self) -> str:
        """As the script reads it."""
        return " ".join((self.source, self.path, self.digest, *([self.tag] if self.tag else [])))


def image_list(images: Iterable[PromotedImage]) -> str:
    """The lines of a list, each image once, in order."""
    return "".join(f"{image.line}\n" for image in sorted(set(images)))


SCRIPT = f"""\
#!/bin/sh
# promote.sh LIST TARGET: copies every image of LIST to the registry TARGET, by digest.
#
# Reads from its environment PROMOTED_BY, who answers for it; REGISTRY_AUTH_FILE, names and
# passwords; CERTS, a folder with the authority's certificate, ca.crt; POLICY, a policy.json.
# Writes one record of JSON for each image to standard output, and ends with 1 if one failed.
set -u
list=$1 target=$2 failed=0

record() {{
    printf '{{"at":"%s","by":"%s","result":"%s","digest":"%s","from":"%s","to":"%s"}}\\n' \\
        "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$PROMOTED_BY" "$1" "$digest" "$source" \\
        "$target/$path${{tag:+:$tag}}"
}}

present() {{
    case "$(skopeo inspect --raw --cert-dir "$CERTS" "docker://$to" 2>/dev/null </dev/null |
        sha256sum)" in "${{digest#sha256:}} "*) return 0 ;; esac
    return 1
}}

copy() {{
    skopeo --policy "$POLICY" copy --all --preserve-digests --quiet \\
        --src-cert-dir "$CERTS" --dest-cert-dir "$CERTS" \\
        "docker://$source@$digest" "docker://$to" >&2 </dev/null
}}

copy_again() {{
    for pause in {" ".join(str(pause) for pause in PAUSES)}; do
        copy && return 0
        sleep "$pause"
    done
    copy
}}

while read -r source path digest tag; do
    case "$source" in '' | '#'*) continue ;; esac
    to=$target/$path@$digest
    [ -z "$tag" ] || to=$target/$path:$tag
    if present; then
        record present
    elif copy_again; then
        record copied
    else
        record failed
        failed=1
    fi
done <"$list"
exit "$failed"
"""


def policy(registries: Iterable[str]) -> str:
    """What skopeo may read: the named registries, and nothing else.

    No signature is asked for: the digest, which people reviewed, decides what an image is.
    """
    allowed = [{"type": "insecureAcceptAnything"}]
    docker = {host: allowed for host in sorted(set(registries))}
    content = {"default": [{"type": "reject"}], "transports": {"docker": docker}}
    return json.dumps(content, indent=2) + "\n"
