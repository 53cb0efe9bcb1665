"""What connections between apps refuse, by example."""

from __future__ import annotations

from tests.level0.refused import ARCHIVE, INNER_PORTAL, RESERVING, UNDERWRITING, Refusal

REFUSALS = (
    Refusal(
        code="unknown-app",
        edits=((RESERVING, "{app: claims-archive}", "{app: «claim-archive}"),),
        key_path="connects_to[0].app",
        found="there is no app 'claim-archive'",
        allowed="claims-archive, claims-desk, claims-inbox, commission, ",
        hint="Did you mean 'claims-archive'?",
    ),
    Refusal(
        code="peer-elsewhere",
        edits=((INNER_PORTAL, "{app: underwriting}", "{app: «quote}"),),
        key_path="connects_to[0].app",
        found="'quote' does not run in zone 'intranet'",
        allowed="apps of zone 'intranet', or zone: dmz beside it",
        hint="No pod of one zone reaches a pod of the other",
    ),
    Refusal(
        code="peer-itself",
        edits=((RESERVING, "{app: claims-archive}", "{app: «reserving}"),),
        key_path="connects_to[0].app",
        found="'reserving' is this app itself",
        allowed="other apps of the zone",
        hint="its pods reach each other anyway",
    ),
    Refusal(
        code="peer-retired",
        edits=(
            (INNER_PORTAL, "{app: underwriting}", "{app: «underwriting}"),
            (UNDERWRITING, "replicas: 2", "replicas: 2\nstate: retired"),
        ),
        key_path="connects_to[0].app",
        found="'underwriting' is retired: nothing answers there",
        hint="An app is retired after its callers have stopped calling it",
        neighbour=(
            (INNER_PORTAL, "replicas: 2", "replicas: 2\nstate: retired"),
            (UNDERWRITING, "replicas: 2", "replicas: 2\nstate: retired"),
        ),
    ),
    Refusal(
        code="peer-of-others",
        edits=(
            (RESERVING, "{app: claims-archive}", "{app: «claims-archive}"),
            (ARCHIVE, "serves: [actuarial]\n", ""),
        ),
        key_path="connects_to[0].app",
        found="'claims-archive' of the tenant 'claims' does not serve 'actuarial'",
        allowed="apps of 'actuarial', and those that serve it",
        hint="Its team adds 'actuarial' to serves in apps/claims-archive-intranet.yaml",
        neighbour=((ARCHIVE, "serves: [actuarial]", "serves: [life, actuarial]"),),
    ),
    Refusal(
        code="superfluous",
        edits=((ARCHIVE, "serves:", "connects_to: [{app: «claims-desk}]\nserves:"),),
        key_path="connects_to[0].app",
        found="'claims-desk' runs in the same namespace, 'claims'",
        allowed="apps of other namespaces",
        hint="Leave the entry out",
    ),
    Refusal(
        code="superfluous",
        edits=((ARCHIVE, "serves: [actuarial]", "serves: [actuarial, «claims]"),),
        key_path="serves[1]",
        found="'claims' is the tenant of this app, whose apps need no consent",
        allowed="other tenants",
        hint="Leave the name out",
    ),
    Refusal(
        code="name-taken",
        edits=(
            (
                RESERVING,
                "  - {app: claims-archive}",
                "  - {app: claims-archive}\n  - {app: «claims-archive}",
            ),
        ),
        key_path="connects_to[1].app",
        found="the name 'claims-archive' stands here again (first in line ",
        allowed="each name once",
    ),
    Refusal(
        code="name-taken",
        edits=((ARCHIVE, "serves: [actuarial]", "serves: [actuarial, «actuarial]"),),
        key_path="serves[1]",
        found="the name 'actuarial' stands here again (first in line ",
        allowed="each name once",
    ),
    Refusal(
        code="unknown-tenant",
        edits=((ARCHIVE, "serves: [actuarial]", "serves: [actuarial, «actuary]"),),
        key_path="serves[1]",
        found="there is no tenant 'actuary'",
        allowed="actuarial, brokers, claims, life, motor",
        hint="Did you mean 'actuarial'?",
    ),
)
