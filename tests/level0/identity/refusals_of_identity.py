"""What issuers of identities refuse, by example."""

from __future__ import annotations

from tests.level0.refused import DMZ, INTRANET, Refusal

PREVIEWS = "preview_subject: project_path:platform/estate:ref_type:branch:ref:main\n"
PROTECTED = '        required_claims: {ref_protected: "true"}\n'

REFUSALS = (
    Refusal(
        code="issuer-address",
        edits=(
            (
                DMZ,
                "      - name: gitlab                   # tenants'",
                "      - «name: gitlab                   # tenants'",
            ),
            (DMZ, "        address: 10.20.9.40              # in the intranet\n", ""),
        ),
        key_path="estate:identity.issuers[3]",
        found="masters fetch the keys of 'gitlab' from https://gitlab.harbour.example",
        allowed="address: what its name resolves to for masters, and across",
    ),
    Refusal(
        code="unknown-firewall",
        edits=((DMZ, "        across: [fw-inner]\n", "        across: [«fw-iner]\n"),),
        key_path="estate:identity.issuers[3].across[0]",
        found="there is no firewall 'fw-iner'",
        hint="Did you mean 'fw-inner'?",
    ),
    Refusal(
        code="bad-url",
        edits=((DMZ, "url: https://ci.", "url: «http://ci."),),
        key_path="estate:identity.issuers[2].url",
        found="'http://ci.harbour.example' is not an address over TLS",
        allowed="https:// and a host name",
        hint="Did you mean 'https://ci.harbour.example'?",
        neighbour=((DMZ, "url: https://ci.harbour.example", "url: https://ci.harbour.example/a/"),),
    ),
    Refusal(
        code="bad-certificate",
        edits=((DMZ, "          MIIB", "          MIIA"), (DMZ, "_authority: |", "_authority: «|")),
        key_path="estate:identity.issuers[0].certificate_authority",
        found="this is not a list of certificates",
        allowed="PEM: each from",
    ),
    Refusal(
        code="bad-certificate",
        edits=(
            (
                DMZ,
                "        groups: roles\n",
                "        groups: roles\n        certificate_authority: «|\n"
                "          -----BEGIN PRIVATE KEY-----\n",
            ),
        ),
        key_path="estate:identity.issuers[1].certificate_authority",
        found="this is not a list of certificates",
        hint="A private key belongs in no declaration",
    ),
    Refusal(
        code="issuer-reserved",
        edits=((DMZ, "name: ci\n", "name: «system\n"),),
        key_path="estate:identity.issuers[2].name",
        found="users of an issuer 'system' would pass for the cluster's own",
        allowed="names other than system, estate",
        neighbour=((DMZ, "name: ci\n", "name: systems\n"),),
    ),
    Refusal(
        code="unknown-issuer",
        edits=((DMZ, "default: staff ", "default: «ci "),),
        key_path="estate:identity.default",
        found="there is no issuer 'ci'",
        allowed="partners, staff",
    ),
    Refusal(
        code="name-taken",
        edits=((DMZ, "name: ci\n", "name: «partners\n"),),
        key_path="estate:identity.issuers[2].name",
        found="'partners' stands here again",
        allowed="each once",
    ),
    Refusal(
        code="name-taken",
        edits=((DMZ, "https://ci.harbour", "«https://login.partners.harbour"),),
        key_path="estate:identity.issuers[2].url",
        found="'https://login.partners.harbour.example' stands here again",
        allowed="each once",
    ),
    Refusal(
        code="not-isolated",
        edits=(
            (
                INTRANET,
                "/realms/staff\n        audiences: [estate-intranet]",
                "/realms/staff\n        audiences: [estate-intranet, «estate-dmz]",
            ),
        ),
        key_path="estate:identity.issuers[0].audiences[1]",
        found="realms/staff' for 'estate-dmz' are accepted in zone 'dmz' too",
        allowed="an audience for each zone",
        neighbour=(
            (
                INTRANET,
                "/realms/staff\n        audiences: [estate-intranet]",
                "/realms/staff\n        audiences: [estate-intranet, estate-tools]",
            ),
        ),
    ),
    Refusal(
        code="superfluous",
        edits=(
            (DMZ, f"{PREVIEWS}{PROTECTED}", f"{PREVIEWS}{PROTECTED[:-2]}, sub: «project:other}}\n"),
        ),
        key_path="estate:identity.issuers[2].required_claims.sub",
        found="the claim 'sub' is required already",
        hint="Leave the claim out",
        neighbour=((DMZ, f"{PREVIEWS}{PROTECTED}", f"{PREVIEWS}{PROTECTED[:-2]}, ref: main}}\n"),),
    ),
    Refusal(
        code="preview-of-any-ref",
        edits=((DMZ, PREVIEWS, "preview_subject: «project_path:platform/estate\n"),),
        key_path="estate:identity.issuers[2].preview_subject",
        found="names no ref: jobs of any branch could preview",
        allowed="ends with ref:NAME or environment:NAME",
        neighbour=((DMZ, PREVIEWS, "preview_subject: repo:p/estate:environment:preview-dmz\n"),),
    ),
    Refusal(
        code="preview-of-any-ref",
        edits=((DMZ, PREVIEWS, "preview_subject: «project_path:p/e:ref_type:branch:ref:*\n"),),
        key_path="estate:identity.issuers[2].preview_subject",
        found="names no ref",
    ),
    Refusal(
        code="preview-of-open-ref",
        edits=((DMZ, f"{PREVIEWS}{PROTECTED}", PREVIEWS.replace(": ", ": «", 1)),),
        key_path="estate:identity.issuers[2].preview_subject",
        found="nothing says that the ref of",
        allowed='required_claims: {ref_protected: "true"}',
        neighbour=(
            (
                DMZ,
                f"{PREVIEWS}{PROTECTED}",
                "preview_subject: repo:platform/estate:environment:preview-dmz\n",
            ),
        ),
    ),
)
