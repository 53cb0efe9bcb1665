"""What belongs to other programs, or to nobody, and no declaration may take, by example."""

from __future__ import annotations

from tests.level0.refused import (
    DESK,
    DMZ,
    EXCEPTIONS,
    GATEWAY,
    INTRANET,
    LIFE,
    MOTOR,
    OWNERSHIP,
    PORTAL,
    QUOTE,
    Edit,
    Refusal,
)


def _tenant(name: str) -> Edit:
    return (f"+tenants/{name}.yaml", "", f"tenant: «{name}\n{OWNERSHIP}")


def _named(name: str) -> Refusal:
    return Refusal(
        code="namespace-reserved",
        edits=(_tenant(name),),
        key_path="tenant",
        found=f"the namespace '{name}' would be one of the cluster's own",
        allowed="names other than default, default-*, estate, estate-*, kube, kube-*",
        hint="Rename it",
        neighbour=(("+tenants/kubernetes.yaml", "", "tenant: kubernetes\n" + OWNERSHIP),),
    )


def _config(path: str) -> Edit:
    return (QUOTE, "replicas: 3", f'replicas: 3\nconfig: [{{path: {path}, content: "a"}}]')


def _over(path: str, held: str) -> Refusal:
    return Refusal(
        code="mount-reserved",
        edits=(_config(f"«{path}"),),
        key_path="config[0].path",
        found=f"of file '{path}' lies in the way of '{held}'",
        allowed="directories of the app's own, like /etc/<app>",
        hint="Move it to a directory of the app's own",
        neighbour=(_config("/etc/quote/a.conf"),),
    )


NAMESPACES = tuple(
    _named(name)
    for name in (
        "kube-system",
        "openshift-monitoring",
        "istio-system",
        "calico-system",
        "vendor-system",
        "tigera-operator",
        "calico-apiserver",
        "cert-manager",
    )
)

DIRECTORIES = (
    _over("/etc/ssl/certs/a.pem", "/etc/ssl"),
    _over("/etc/pki/tls/a.pem", "/etc/pki"),
    _over("/usr/local/bin/a", "/usr"),
    _over("/usr/local/tomcat/conf/a", "/usr"),
    _over("/bin/tools/a", "/bin"),
    _over("/lib/security/a", "/lib"),
    _over("/lib64/security/a", "/lib64"),
    _over("/sbin/tools/a", "/sbin"),
    _over("/var/run/secrets/kubernetes.io/serviceaccount/token", "/var/run"),
    _over("/run/secrets/a", "/run"),
    _over("/proc/sys/a", "/proc"),
    _over("/sys/fs/a", "/sys"),
    _over("/dev/mapper/a", "/dev"),
    _over("/etc/secrets/others/a", "/etc/secrets"),
)

ADDRESSES = (
    Refusal(
        code="address-reserved",
        edits=((PORTAL, "address: 10.10.0.21", "address: «10.10.0.16"),),
        key_path="vip.address",
        found="10.10.0.16 is the own address of the network 10.10.0.16/28",
        allowed="10.10.0.17 to 10.10.0.30",
        hint="Take another address of the network",
        neighbour=((PORTAL, "address: 10.10.0.21", "address: 10.10.0.17"),),
    ),
    Refusal(
        code="address-reserved",
        edits=((PORTAL, "address: 10.10.0.21", "address: «10.10.0.31"),),
        key_path="vip.address",
        found="10.10.0.31 is the broadcast address of the network 10.10.0.16/28",
        allowed="10.10.0.17 to 10.10.0.30",
        neighbour=((PORTAL, "address: 10.10.0.21", "address: 10.10.0.30"),),
    ),
    Refusal(
        code="address-reserved",
        edits=((DMZ, "address: 10.10.0.28, clients", "address: «10.10.0.31, clients"),),
        key_path="estate:logging.published.address",
        found="10.10.0.31 is the broadcast address of the network 10.10.0.16/28",
    ),
    Refusal(
        code="address-reserved",
        edits=((INTRANET, "int-lb2, address: 10.20.0.12", "int-lb2, address: «10.20.0.255"),),
        key_path="estate:platform_load_balancer.hosts[1].address",
        found="10.20.0.255 is the broadcast address of the network 10.20.0.0/24",
        allowed="10.20.0.1 to 10.20.0.254",
    ),
    Refusal(
        code="address-reserved",
        edits=(
            (
                INTRANET,
                "{host: mail.harbour.example, address: 10.20.9.25",
                "{host: mail.harbour.example, address: «10.20.0.0",
            ),
        ),
        key_path="estate:monitoring.mail.address",
        found="10.20.0.0 is the own address of the network 10.20.0.0/24",
    ),
)

TEXTS = (
    Refusal(
        code="unprintable",
        edits=((MOTOR, "business_unit: Motor Insurance", 'business_unit: «"Motor \\e[31mLine"'),),
        key_path="business_unit",
        found="an escape stands for U+001B, a control character, which cannot be seen",
        allowed="text that prints",
        hint="Take the escape out",
        neighbour=(
            (MOTOR, "business_unit: Motor Insurance", 'business_unit: "Motor \\xDCbersee"'),
        ),
    ),
    Refusal(
        code="unprintable",
        edits=(
            (
                QUOTE,
                "replicas: 3",
                'replicas: 3\nconfig: [{path: /etc/quote/a, content: «"a\\u202eb"}]',
            ),
        ),
        key_path="config[0].content",
        found="an escape stands for U+202E, right-to-left override, which cannot be seen",
        neighbour=(
            (
                QUOTE,
                "replicas: 3",
                'replicas: 3\nconfig: [{path: /etc/quote/a, content: "a\\tb\\n"}]',
            ),
        ),
    ),
    Refusal(
        code="unprintable",
        edits=(
            (
                QUOTE,
                "replicas: 3",
                'replicas: 3\nconfig: [{path: /etc/quote/a, content: «"a\\rb"}]',
            ),
        ),
        key_path="config[0].content",
        found="an escape stands for U+000D",
    ),
    Refusal(
        code="unprintable",
        edits=((QUOTE, "replicas: 3", 'replicas: 3\n«"repl\\0icas": 4'),),
        key_path="repl\\x00icas",
        found="an escape stands for U+0000",
        also=("unknown-key",),
    ),
    Refusal(
        code="bad-line",
        edits=(
            (
                LIFE,
                "subject: project_path:life/deployment:ref_type:branch:ref:main",
                'subject: «"project_path:life\\nkind: admin"',
            ),
        ),
        key_path="deployer.subject",
        found="has more than one line, or a tab",
        allowed="one line of text",
        hint="Write it in one line",
    ),
)

REFUSALS = (
    *NAMESPACES,
    Refusal(
        code="namespace-reserved",
        edits=(
            (
                LIFE,
                "    quota: M\n",
                "    quota: M\n    namespaces: {mail-system: «{pool: shared, quota: S}}\n",
            ),
        ),
        key_path="zones.intranet.namespaces.mail-system",
        found="the namespace 'life-mail-system' would be one of the cluster's own",
    ),
    Refusal(
        code="namespace-reserved",
        edits=(
            (DMZ, EXCEPTIONS, "  estate:reserved_namespaces: [vendor-*]\n" + EXCEPTIONS),
            _tenant("vendor-agents"),
        ),
        key_path="tenant",
        found="the namespace 'vendor-agents' would be one of the cluster's own",
        allowed="vendor-*",
        neighbour=(
            (DMZ, EXCEPTIONS, "  estate:reserved_namespaces: [vendor-*]\n" + EXCEPTIONS),
            ("+tenants/vendors.yaml", "", "tenant: vendors\n" + OWNERSHIP),
        ),
    ),
    Refusal(
        code="bad-namespace",
        edits=((DMZ, EXCEPTIONS, "  estate:reserved_namespaces: [«'*']\n" + EXCEPTIONS),),
        key_path="estate:reserved_namespaces[0]",
        found="'*' is neither a namespace nor a pattern of namespaces",
        allowed="like vendor-* or *-vendor",
    ),
    Refusal(
        code="app-reserved",
        edits=((QUOTE, "app: quote", "app: «default"),),
        key_path="app",
        found="'default' is the service account that Kubernetes makes in every namespace",
        allowed="any other name",
        hint="Rename the app",
    ),
    *DIRECTORIES,
    Refusal(
        code="mount-reserved",
        edits=((DESK, "application: /opt/claims/logs", "application: «/usr/local/lib/logs"),),
        key_path="logs.application",
        found="lies in the way of '/usr', the image's programs",
        neighbour=((DESK, "application: /opt/claims/logs", "application: /usr/local/tomcat/logs"),),
    ),
    Refusal(
        code="mount-taken",
        edits=(
            (
                GATEWAY,
                "replicas: 3",
                'replicas: 3\nconfig: [{path: «/etc/secrets/session-key/a, content: "a"}]',
            ),
        ),
        key_path="config[0].path",
        found="lies in the way of '/etc/secrets/session-key' of secret 'session-key'",
    ),
    Refusal(
        code="mount-taken",
        edits=(
            (
                DESK,
                "replicas: 2",
                'replicas: 2\nconfig: [{path: /opt/claims/logs/a.conf, content: "a"}]',
            ),
            (DESK, "application: /opt/claims/logs", "application: «/opt/claims/logs"),
        ),
        key_path="logs.application",
        found="lies in the way of '/opt/claims/logs' of file '/opt/claims/logs/a.conf'",
    ),
    *ADDRESSES,
    *TEXTS,
)
