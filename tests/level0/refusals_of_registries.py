"""Registries that would fail their users, and secrets from where they cannot be (G1 to G3, X10)."""

from __future__ import annotations

from tests.level0.refused import DMZ, Refusal

SECOND = "        - {name: dmz-reg-b, address: 10.10.2.22}\n"

REFUSALS = (
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
        found="each part of a push would go to another machine",
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
        edits=((DMZ, "      filer: filer-dmz", "      filer: «filer-dmx"),),
        key_path="estate:registry.external.filer",
        found="there is no filer 'filer-dmx'",
        allowed="filer-dmz",
        hint="Did you mean 'filer-dmz'?",
    ),
    Refusal(
        code="directory-taken",
        edits=(
            (DMZ, "      filer: filer-dmz", "      filer: filer-dmz\n      directory: «brokers"),
        ),
        key_path="estate:registry.external.directory",
        found="the apps of the namespace 'brokers' write to a directory of that name",
        allowed="a name that no namespace has",
        neighbour=(
            (DMZ, "      filer: filer-dmz", "      filer: filer-dmz\n      directory: images"),
        ),
    ),
)
