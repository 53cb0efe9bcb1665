"""Registries that would fail their users, and secrets from where they cannot be (G1 to G3, X10)."""

from __future__ import annotations

from tests.level0.refused import DMZ, QUOTE, Edit, Refusal

SECOND = "        - {name: dmz-reg-b, address: 10.10.2.22}\n"

EXTERNAL = """\
    external:                            # two machines, which stand before the cluster does
      owner: platform@harbour.example
      servers:
        - {name: dmz-reg-a, address: 10.10.2.21}
        - {name: dmz-reg-b, address: 10.10.2.22}
      vip: {address: 10.10.0.20}
      filer: filer-dmz
      http_secret: bootstrap:registry-http
      users: bootstrap:registry-users
      node_login: bootstrap:registry-nodes
      tls:
        certificate: /etc/pki/estate/registry.crt
        key: /etc/pki/estate/registry.key
        authority: /etc/pki/estate/ca.crt
      promoted_from: registry.quality.harbour.example
      clients: [10.50.8.16/28]           # runners of the quality environment
"""
INTERNAL = """\
    internal:                            # nodes ask it first; it fetches what is declared
      address: 10.96.0.50
      filer: filer-dmz
      storage: 500Gi
"""
FIRST = "      address: 10.96.0.50"
AT_FIRST = FIRST.replace("address", "«address")


ALL_OF_IT = (
    EXTERNAL
    + """\
    internal:                            # nodes ask it first; it fetches what is declared
      address: 10.96.0.50
      filer: filer-dmz
      storage: 500Gi
      size: M
      certificate: registry-tls
      promotion: {schedule: "*/10 * * * *", login: registry-login}
"""
)
HARBOR = """\
    harbor:
      owner: platform@harbour.example
      servers:
        - {name: dmz-harbor-a, address: 10.10.2.31}
        - {name: dmz-harbor-b, address: 10.10.2.32}
      address: 10.10.0.20
      database: {host: postgres.harbour.example, user: harbor}
      redis:
        sentinels: ["a.harbour.example:26379", "b.harbour.example:26379", "c.harbour.example:26379"]
        master_set: harbor
      images: {claim: harbor-images}
      quota: 200Gi
"""


def harbor(old: str, new: str) -> Edit:
    """Harbor in place of both, of which one thing is written otherwise."""
    assert HARBOR.count(old) == 1
    return DMZ, ALL_OF_IT, HARBOR.replace(old, new)


def inside(old: str, new: str) -> Edit:
    """The registry inside the cluster, of which one thing is written otherwise."""
    assert INTERNAL.count(old) == 1
    return DMZ, INTERNAL, INTERNAL.replace(old, new)


VIP = "vip: {address: 10.10.0.20}"
IMAGES = "images.yaml"
BASE_OF_JAVA = 'version: "1.23"\n    base: base-os'

REFUSALS = (
    Refusal(
        code="registry-twice",
        edits=((DMZ, ALL_OF_IT, ALL_OF_IT + HARBOR.replace("owner:", "«owner:", 1)),),
        key_path="estate:registry.harbor",
        found="the zone's registry is declared as 'external', too",
        allowed="one of external (with internal) and harbor",
        hint="nodes pull from it",
        neighbour=(harbor("200Gi", "300Gi"),),
    ),
    Refusal(
        code="harbor-storage",
        edits=(
            harbor(
                "images: {claim: harbor-images}",
                "images: {claim: harbor-images, access: «ReadWriteOnce}",
            ),
        ),
        key_path="estate:registry.harbor.images.access",
        found="'harbor-images' can be mounted on one node only",
        allowed="ReadWriteMany, or a bucket",
        neighbour=(
            harbor("{claim: harbor-images}", "{bucket: harbor, endpoint: s3.harbour.example}"),
        ),
    ),
    Refusal(
        code="harbor-job-logs",
        edits=(harbor("quota: 200Gi", "quota: 200Gi\n      job_logs: «ReadWriteOnce"),),
        key_path="estate:registry.harbor.job_logs",
        found="the job service's second replica could not mount the claim of the first",
        allowed="database, or ReadWriteMany",
        hint="Leave the key out",
        neighbour=(harbor("quota: 200Gi", "quota: 200Gi\n      job_logs: database"),),
    ),
    Refusal(
        code="registry-alone",
        edits=(
            (DMZ, SECOND, ""),
            (DMZ, "        - {name: dmz-reg-a", "        «- {name: dmz-reg-a"),
        ),
        key_path="estate:registry.external.servers",
        found="the registry has 1 machine: without it no node pulls an image",
        allowed="two or more",
    ),
    Refusal(
        code="name-taken",
        edits=((DMZ, "name: dmz-reg-b", "name: «dmz-reg-a"),),
        key_path="estate:registry.external.servers[1].name",
        found="the name 'dmz-reg-a' stands here again",
        allowed="each name once",
    ),
    Refusal(
        code="address-taken",
        edits=((DMZ, "10.10.2.22", "«10.10.2.21"),),
        key_path="estate:registry.external.servers[1].address",
        found="10.10.2.21 is the address of the registry's machine dmz-reg-a",
        allowed="each address once",
    ),
    Refusal(
        code="registry-secrets-differ",
        edits=((DMZ, "10.10.2.22}", "10.10.2.22, http_secret: «bootstrap:old-http}"),),
        key_path="estate:registry.external.servers[1].http_secret",
        found="'dmz-reg-b' signs uploads with 'bootstrap:old-http', the registry with "
        "'bootstrap:registry-http'",
        allowed="one secret on all machines",
        hint="give the machine the registry's",
        neighbour=((DMZ, "10.10.2.22}", "10.10.2.22, http_secret: bootstrap:registry-http}"),),
    ),
    Refusal(
        code="registry-not-sticky",
        edits=(
            (DMZ, "vip: {address: 10.10.0.20}", "vip: {address: 10.10.0.20, stickiness: «none}"),
        ),
        key_path="estate:registry.external.vip.stickiness",
        found="parts of one push would go to different machines",
        allowed="source",
        hint="Leave the key out",
        neighbour=(
            (DMZ, "vip: {address: 10.10.0.20}", "vip: {address: 10.10.0.20, stickiness: source}"),
        ),
    ),
    Refusal(
        code="secret-of-own-stack",
        edits=((DMZ, "http_secret: bootstrap:", "http_secret: «stack:"),),
        key_path="estate:registry.external.http_secret",
        found="'stack:registry-http' would come from this cluster's own stack, which cannot be "
        "applied before the registry answers",
        allowed="a secret that exists before the cluster does",
        hint="Did you mean 'bootstrap:registry-http'?",
        neighbour=((DMZ, "http_secret: bootstrap:", "http_secret: bootstrap:zone-"),),
    ),
    Refusal(
        code="bad-secret-reference",
        edits=((DMZ, "users: bootstrap:registry-users", 'users: «"admin:secret"'),),
        key_path="estate:registry.external.users",
        found="'admin:secret' is not a reference to a secret",
        allowed="bootstrap: and the secret's name; never the value itself",
        neighbour=((DMZ, "users: bootstrap:registry-users", "users: bootstrap:people"),),
    ),
    Refusal(
        code="vip-outside",
        edits=((DMZ, "vip: {address: 10.10.0.20}", "vip: {address: «10.10.0.40}"),),
        key_path="estate:registry.external.vip.address",
        found="10.10.0.40 is outside the VIP ranges of zone 'dmz'",
        allowed="10.10.0.16/28",
    ),
    Refusal(
        code="vip-of-others",
        edits=((DMZ, "vip: {address: 10.10.0.20}", "vip: {address: «10.10.0.21}"),),
        key_path="estate:registry.external.vip.address",
        found="10.10.0.21 is an address of the app 'policy-portal'",
        hint="A virtual address belongs to one tenant",
    ),
    Refusal(
        code="registry-port",
        edits=((DMZ, "vip: {address: 10.10.0.20}", "vip: {address: 10.10.0.20, port: «5000}"),),
        key_path="estate:registry.external.vip.port",
        found="images name the registry 'registry.dmz.harbour.example', and it would answer at "
        "port 5000",
        allowed="443, or the port in 'host'",
    ),
    Refusal(
        code="unknown-filer",
        edits=((DMZ, f"{VIP}\n      filer: filer-dmz", f"{VIP}\n      filer: «filer-dmx"),),
        key_path="estate:registry.external.filer",
        found="there is no filer 'filer-dmx'",
        allowed="filer-dmz",
        hint="Did you mean 'filer-dmz'?",
    ),
    Refusal(
        code="directory-taken",
        edits=((DMZ, f"{VIP}\n", f"{VIP}\n      directory: «brokers\n"),),
        key_path="estate:registry.external.directory",
        found="the apps of the namespace 'brokers' write to a directory of that name",
        allowed="a name that no namespace has",
        neighbour=((DMZ, f"{VIP}\n", f"{VIP}\n      directory: images\n"),),
    ),
    Refusal(
        code="registry-source",
        edits=((DMZ, EXTERNAL, ""), inside(FIRST, AT_FIRST)),
        key_path="estate:registry.internal",
        found="nothing says where its images come from",
        hint="Declare the registry outside the cluster: external",
    ),
    Refusal(
        code="directory-taken",
        edits=(inside("      storage: 500Gi", "      storage: 500Gi\n      directory: «registry"),),
        key_path="estate:registry.internal.directory",
        found="the registry outside keeps its images in 'registry' already",
        allowed="a directory of its own",
        hint="What is deleted or broken outside would be so inside, too",
    ),
    Refusal(
        code="unknown-filer",
        edits=(inside("filer: filer-dmz", "filer: «filer-dmx"),),
        key_path="estate:registry.internal.filer",
        found="there is no filer 'filer-dmx'",
        hint="Did you mean 'filer-dmz'?",
    ),
    Refusal(
        code="no-pool",
        edits=(
            (DMZ, "{name: infra, role: infra}", "{name: infra, role: router}"),
            inside(FIRST, AT_FIRST),
        ),
        key_path="estate:registry.internal",
        found="no pool of the zone has the role 'infra', where it would run",
        hint="Declare a pool with role: infra",
    ),
    Refusal(
        code="no-platform-image",
        edits=(
            (IMAGES, "\n  skopeo:", "\n  copier:"),
            inside(FIRST, AT_FIRST),
        ),
        key_path="estate:registry.internal",
        found="images.yaml does not have the image 'skopeo', which zone 'dmz' runs",
        hint="Add 'skopeo' to images.yaml",
        also=("no-platform-image",),  # in the other zone, too
    ),
    Refusal(
        code="no-stack-secret",
        edits=((DMZ, "login: registry-login}", "login: registry-login, kept: «stack}"),),
        key_path="estate:registry.internal.promotion.kept",
        found="Pulumi.dmz.yaml has no 'estate-secrets:registry-login-g1'",
        allowed="a value that `pulumi config set --secret` has encrypted",
        hint="pulumi config set --secret 'estate-secrets:registry-login-g1' --stack dmz",
        neighbour=((DMZ, "login: registry-login}", "login: registry-login, kept: by hand}"),),
    ),
    Refusal(
        code="cluster-address",
        edits=(inside("10.96.0.50", "«10.96.7.50"),),
        key_path="estate:registry.internal.address",
        found="10.96.7.50 may be another Service's",
        allowed="10.96.0.2 to 10.96.1.0, but for 10.96.0.10, which is the name service's",
        neighbour=(inside("10.96.0.50", "10.96.0.51"),),
    ),
    Refusal(
        code="unknown-image",
        edits=((QUOTE, "base: base-java", "base: «base-jav"),),
        key_path="base",
        found="there is no image 'base-jav'",
        hint="Did you mean 'base-java'?",
        neighbour=((QUOTE, "base: base-java", "base: base-os"),),
    ),
    Refusal(
        code="unknown-image",
        edits=((IMAGES, BASE_OF_JAVA, BASE_OF_JAVA.replace("base: base-os", "base: «base-oz")),),
        key_path="images.base-java.base",
        found="there is no image 'base-oz'",
        hint="Did you mean 'base-os'?",
    ),
    Refusal(
        code="base-circle",
        edits=((IMAGES, 'version: "9.6"', 'version: "9.6"\n    base: «base-java'),),
        key_path="images.base-os.base",
        found="the images are built on each other",
        allowed="one that is built on none of them",
    ),
)
