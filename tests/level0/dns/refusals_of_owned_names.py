"""Names that are somebody else's, by example: a tenant has what the stacks give it, and no more."""

from __future__ import annotations

from tests.level0.refused import DMZ, INTRANET, MOTOR, PORTAL, QUOTE, Edit, Refusal

GIVEN = "motor: [quote.harbour.example]"
HOSTS = "hosts: [quote.harbour.example]"


def _takes(name: str) -> Edit:
    return (QUOTE, HOSTS, f"hosts: [«{name}]")


def _taken(name: str, holder: str, where: str = "Pulumi.dmz.yaml:") -> Refusal:
    """A web app that takes a name which has an owner already."""
    return Refusal(
        code="name-of-others",
        edits=(_takes(name),),
        key_path="hosts[0]",
        found=f"'{name}' is a name of {holder} ({where}",
        allowed="each name once",
        hint="A name has one target",
    )


def _given(name: str, found: str) -> Refusal:
    """A stack that gives a tenant what is not its to give."""
    return Refusal(
        code="name-of-others",
        edits=((DMZ, GIVEN, f"motor: [quote.harbour.example, «{name}]"),),
        key_path="estate:tenant_names.motor[1]",
        found=found,
    )


def _portal(name: str) -> Edit:
    return (PORTAL, "names: [portal.harbour.example]", f"names: [{name}.harbour.example]")


def _beside(paths: str) -> Edit:
    """A second web app of the tenant, behind the same host."""
    return (
        "+apps/quoter-dmz.yaml",
        "",
        f"app: quoter\ntenant: motor\nzone: dmz\nkind: web\nowner: quote@harbour.example\n"
        f"image: motor/quoter@sha256:{'0' * 64}\nreplicas: 2\nsize: {{cpu: 250m, memory: 512Mi}}\n"
        f"health: /healthz\nlisten: {{port: 8080}}\n{HOSTS}\n{paths}\n",
    )


TAKEN = (
    _taken("api.dmz.harbour.example", "the API servers"),
    _taken("registry.dmz.harbour.example", "the registry"),
    _taken("registry.quality.harbour.example", "the registry that images come from"),
    _taken("login.harbour.example", "the issuer 'staff'"),
    _taken("gitlab.harbour.example", "the issuer 'gitlab'"),
    _taken("oncall.harbour.example", "the webhook 'oncall'"),
    _taken("mail.harbour.example", "the mail relay"),
    _taken("logs.dmz.harbour.example", "Kibana"),
    _taken("ns1.dmz.harbour.example", "a name server"),
    _taken("dmz-n01.nodes.dmz.harbour.example", "the node 'dmz-n01'"),
    _taken("dmz-c01.nodes.dmz.harbour.example", "the master 'dmz-c01'"),
    _taken("dmz.harbour.example", "the zone itself"),
    _taken(
        "portal.harbour.example",
        "the app 'policy-portal' of tenant 'life'",
        "apps/policy-portal-dmz.yaml:",
    ),
    _taken(
        "api.intranet.harbour.example",  # of the other zone
        "the API servers",
        "Pulumi.intranet.yaml:",
    ),
)

REFUSALS = (
    *TAKEN,
    Refusal(
        code="name-of-others",
        edits=(_takes("dmz-n99.nodes.dmz.harbour.example"),),
        key_path="hosts[0]",
        found="'dmz-n99.nodes.dmz.harbour.example' lies in '*.nodes.dmz.harbour.example', which is "
        "a name of the nodes (Pulumi.dmz.yaml:",
    ),
    Refusal(
        code="name-of-others",
        edits=((QUOTE, HOSTS, "hosts: [quote.harbour.example, «quote.harbour.example]"),),
        key_path="hosts[1]",
        found="'quote.harbour.example' is a name of the app 'quote' of tenant 'motor'",
    ),
    Refusal(
        code="name-of-others",
        edits=((DMZ, "host: logs.dmz.harbour.example", "host: «login.harbour.example"),),
        key_path="estate:logging.published.host",
        found="'login.harbour.example' is a name of the issuer 'staff' (Pulumi.dmz.yaml:",
    ),
    Refusal(
        code="name-of-others",
        edits=((DMZ, "name: dmz-reg-a", "name: «dmz-n01"),),
        key_path="estate:registry.external.servers[0].name",
        found="'dmz-n01' is a name of the node 'dmz-n01'",
    ),
    Refusal(
        code="path-taken",
        edits=(_beside("paths: [/api, «/]"),),
        key_path="paths[1]",
        found="'quote.harbour.example/' belongs to the app 'quote' of tenant 'motor' (apps/quote-",
        allowed="each path of a host once",
        hint="Divide the paths among the apps",
        neighbour=(_beside("paths: [/api, /static]"),),
    ),
    Refusal(
        code="name-not-given",
        edits=(_takes("tariff.harbour.example"),),
        key_path="hosts[0]",
        found="'tariff.harbour.example' is no name of tenant 'motor' in zone 'dmz'",
        allowed="quote.harbour.example",
        hint="The platform's team adds it at estate:tenant_names in Pulumi.dmz.yaml: "
        "{motor: [tariff.harbour.example]}",
        neighbour=(
            (QUOTE, HOSTS, "hosts: [tariff.harbour.example]"),
            (DMZ, GIVEN, "motor: [tariff.harbour.example]"),
        ),
    ),
    Refusal(
        code="name-not-given",
        edits=(
            (DMZ, GIVEN, "motor: ['*.motor.harbour.example']"),
            _takes("motor.harbour.example"),
        ),
        key_path="hosts[0]",
        found="'motor.harbour.example' is no name of tenant 'motor'",
        allowed="*.motor.harbour.example",
        neighbour=(
            (DMZ, GIVEN, "motor: ['*.motor.harbour.example']"),
            (QUOTE, HOSTS, "hosts: [quote.motor.harbour.example, a.b.motor.harbour.example]"),
        ),
    ),
    Refusal(
        code="name-not-given",
        edits=((DMZ, "    life: [portal.harbour.example]\n", ""), _portal("«portal")),
        key_path="vip.names[0]",
        found="'portal.harbour.example' is no name of tenant 'life' in zone 'dmz'",
        allowed="none is given to the tenant yet",
    ),
    Refusal(
        code="unknown-key",
        edits=((MOTOR, "tenant: motor\n", "tenant: motor\n«names: [login.harbour.example]\n"),),
        key_path="names",
        found="unknown key 'names'",
    ),
    _given(
        "login.harbour.example",
        "'login.harbour.example', which is a name of the issuer 'staff' (Pulumi.dmz.yaml:",
    ),
    _given(
        "'*.dmz.harbour.example'",
        "'*.dmz.harbour.example' and 'api.dmz.harbour.example', which is a name of the API servers",
    ),
    _given(
        "'*.nodes.dmz.harbour.example'",
        "'*.nodes.dmz.harbour.example', which is a name of the nodes",
    ),
    _given(
        "a.nodes.dmz.harbour.example",
        "'a.nodes.dmz.harbour.example' and '*.nodes.dmz.harbour.example', which is a name of",
    ),
    _given(
        "portal.harbour.example",
        "'portal.harbour.example' is given to the tenant 'life', as 'portal.harbour.example'",
    ),
    _given(
        "x.brokers.harbour.example",
        "'x.brokers.harbour.example' is given to the tenant 'brokers', as "
        "'*.brokers.harbour.example' (Pulumi.dmz.yaml:",
    ),
    Refusal(
        code="name-of-others",
        edits=(
            (DMZ, GIVEN, "motor: [quote.harbour.example, tariffs.intranet.harbour.example]"),
            (INTRANET, "brokers: [tariffs.", "brokers: [«tariffs."),
        ),
        key_path="estate:tenant_names.brokers[0]",
        found="'tariffs.intranet.harbour.example' is given to the tenant 'motor'",
        allowed="each name to one tenant",
    ),
    Refusal(
        code="bad-domain",
        edits=((DMZ, GIVEN, "motor: [«Quote.harbour.example.]"),),
        key_path="estate:tenant_names.motor[0]",
        found="'Quote.harbour.example.' is neither a host name nor all names below a domain",
        allowed="like quote.insurer.example, or *.brokers.insurer.example",
        hint="Did you mean 'quote.harbour.example'?",
    ),
    Refusal(
        code="unknown-tenant",
        edits=((DMZ, GIVEN, f"{GIVEN}\n    moter: «[moter.harbour.example]"),),
        key_path="estate:tenant_names.moter",
        found="there is no tenant 'moter'",
        hint="Did you mean 'motor'?",
    ),
    Refusal(
        code="outside-domains",
        edits=((DMZ, GIVEN, "motor: [quote.harbour.example, «quote.harbor.example]"),),
        key_path="estate:tenant_names.motor[1]",
        found="'quote.harbor.example' is in none of the zone's domains",
        allowed="harbour.example",
        hint="Add its domain to estate:dns.records_in",
    ),
    Refusal(
        code="not-isolated",
        edits=((INTRANET, "name: api.intranet.harbour.example", "name: «api.dmz.harbour.example"),),
        key_path="estate:masters.name",
        found="the API servers' name 'api.dmz.harbour.example' is that of zone 'dmz' too",
        allowed="one for each zone",
    ),
    Refusal(
        code="not-isolated",
        edits=((INTRANET, "host: logs.intranet.harbour", "host: «logs.dmz.harbour"),),
        key_path="estate:logging.published.host",
        found="Kibana's name 'logs.dmz.harbour.example' is that of zone 'dmz' too",
        allowed="one for each zone",
    ),
)
