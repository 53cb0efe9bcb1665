"""Harbor: its chart's values, and what its API is asked for afterwards (G6).

Values and bodies are data. Secrets are Secrets of the cluster that Harbor runs in, by the names
that the values give, and one password is a reference that `estate handover` fills. Robots'
passwords are made by Harbor, which shows each once, to who creates it.
"""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from estate.documents.document import Document, Row, csv_text, json_text
from estate.documents.secrets import reference
from estate.plan import Plan
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.document_secrets.plan import BOOTSTRAP
from estate.topics.registry.declare.harbor import Harbor
from estate.topics.registry.plan import RegistryPlan

FOLDER = "registry/harbor"
COLUMNS = ("secret", "keys", "content")
PARTS = ("core", "portal", "registry", "jobservice")
"""What there must be several of."""

SECRETS = {
    "harbor-tls": ("tls.crt, tls.key", "the company's CA, for the registry's host name"),
    "harbor-admin": ("HARBOR_ADMIN_PASSWORD", "random; used once, to make the first robots"),
    "harbor-encryption": (
        "secretKey",
        "16 random characters, for ever",
    ),
    "harbor-core": ("secret", "16 random characters"),
    "harbor-token": ("tls.crt, tls.key", "a key pair that signs tokens, the same on all replicas"),
    "harbor-xsrf": ("CSRF_KEY", "32 random characters"),
    "harbor-jobservice": ("JOBSERVICE_SECRET", "16 random characters"),
    "harbor-registry-http": ("REGISTRY_HTTP_SECRET", "16 random characters, on all replicas"),
    "harbor-registry-login": ("REGISTRY_PASSWD, REGISTRY_HTPASSWD", "random, and its bcrypt hash"),
    "harbor-database": ("password", "who runs PostgreSQL"),
    "harbor-redis": ("REDIS_PASSWORD", "who runs Redis"),
    "harbor-authority": ("ca.crt", "the company's CA"),
}
"""By name: keys, and where the content comes from. What the chart would generate itself differs
after each `helm upgrade`, and between replicas meanwhile."""

STORE_SECRET = "harbor-s3"  # noqa: S105 a name
_STORE_KEYS = "REGISTRY_STORAGE_S3_ACCESSKEY, REGISTRY_STORAGE_S3_SECRETKEY"

Json = dict[str, object]


def harbor_documents(plan: Plan) -> tuple[Document, ...]:
    """Values for helm, secrets to make before, and calls in the order of their numbers."""
    harbor = plan.of(RegistryPlan).harbor
    if harbor is None:
        return ()
    paths = [image.path for image in plan.of(RegistryPlan).supply]
    masters = plan.of(ControlPlanePlan).masters
    paths += [plane_image.path for plane_image in masters.control_plane] if masters else []
    projects = sorted({path.partition("/")[0] for path in paths})
    calls = [*_projects(harbor, projects), *_robots(projects), *_replication(plan, harbor)]
    return (
        Document(f"{FOLDER}/values.yaml", yaml.safe_dump(values(plan, harbor), sort_keys=False)),
        Document(f"{FOLDER}/secrets.csv", csv_text(COLUMNS, _secrets(harbor))),
        Document(f"{FOLDER}/calls.json", json_text({"calls": calls})),
    )


def values(plan: Plan, harbor: Harbor) -> Json:
    """Values of the chart goharbor/harbor-helm."""
    database, redis = harbor.database, harbor.redis
    parts: dict[str, Json] = {part: _part(part, harbor.replicas) for part in (*PARTS, "nginx")}
    parts["core"] |= {
        "existingSecret": "harbor-core",
        "secretName": "harbor-token",
        "existingXsrfSecret": "harbor-xsrf",
    }
    parts["jobservice"] |= {
        "existingSecret": "harbor-jobservice",
        "jobLoggers": ["database" if harbor.job_logs == "database" else "file"],
    }
    parts["registry"] |= {
        "existingSecret": "harbor-registry-http",
        "relativeurls": True,
        "credentials": {"existingSecret": "harbor-registry-login"},
    }
    return {
        "externalURL": f"https://{plan.of(RegistryPlan).host}",
        "expose": {
            "type": "nodePort",
            "tls": {
                "enabled": True,
                "certSource": "secret",
                "secret": {"secretName": "harbor-tls"},
            },
            "nodePort": {"ports": {"https": {"port": 443, "nodePort": harbor.port}}},
        },
        "existingSecretAdminPassword": "harbor-admin",
        "existingSecretSecretKey": "harbor-encryption",
        "caBundleSecretName": "harbor-authority",
        "updateStrategy": {"type": "RollingUpdate"},
        "persistence": _persistence(harbor),
        **parts,
        "trivy": _trivy(harbor),
        "database": {
            "type": "external",
            "external": {
                "host": database.host,
                "port": str(database.port),
                "username": database.user,
                "coreDatabase": database.name,
                "existingSecret": "harbor-database",
                "sslmode": "verify-full",
            },
        },
        "redis": {
            "type": "external",
            "external": {
                "addr": ",".join(redis.sentinels),
                "sentinelMasterSet": redis.master_set,
                "existingSecret": "harbor-redis",
            },
        },
        "metrics": {"enabled": True},
    }


def _part(part: str, replicas: int) -> Json:
    spread: Json = {
        "maxSkew": 1,
        "topologyKey": "kubernetes.io/hostname",
        "whenUnsatisfiable": "ScheduleAnyway",
        "labelSelector": {"matchLabels": {"app": "harbor", "component": part}},
    }
    return {
        "replicas": replicas,
        "automountServiceAccountToken": False,
        "topologySpreadConstraints": [spread],
    }


def _persistence(harbor: Harbor) -> Json:
    images = harbor.images
    claims: Json = {}
    if images.claim:
        claims["registry"] = {"existingClaim": images.claim, "accessMode": "ReadWriteMany"}
    if harbor.job_logs != "database":
        claims["jobservice"] = {"jobLog": {"accessMode": "ReadWriteMany"}}
    if images.bucket:
        store: Json = {
            "type": "s3",
            "s3": {
                "existingSecret": STORE_SECRET,
                "region": "none",
                "bucket": images.bucket,
                "regionendpoint": f"https://{images.endpoint}",
                "secure": True,
            },
            # Else clients would be sent to the store, which they do not reach.
            "disableredirect": True,
        }
    else:
        store = {"type": "filesystem"}
    return {
        "enabled": True,
        "resourcePolicy": "keep",
        "persistentVolumeClaim": claims,
        "imageChartStorage": store,
    }


def _trivy(harbor: Harbor) -> Json:
    """Asks nobody outside: for its databases neither, unless the company has copies."""
    found: Json = {"enabled": True, "replicas": harbor.replicas, "offlineScan": True}
    if harbor.trivy_database:
        return found | {
            "dbRepository": f"{harbor.trivy_database}/aquasecurity/trivy-db",
            "javaDBRepository": f"{harbor.trivy_database}/aquasecurity/trivy-java-db",
        }
    return found | {"skipUpdate": True, "skipJavaDBUpdate": True}


def _secrets(harbor: Harbor) -> Iterator[Row]:
    needed = dict(SECRETS)
    if harbor.images.bucket:
        needed[STORE_SECRET] = (_STORE_KEYS, "who runs the object store")
    for name, (keys, content) in sorted(needed.items()):
        yield {"secret": name, "keys": keys, "content": content}


def _call(path: str, body: Json) -> Json:
    return {"method": "POST", "path": f"/api/v2.0{path}", "body": body}


def _projects(harbor: Harbor, projects: list[str]) -> Iterator[Json]:
    """One for each tenant, and for the platform's own: nobody pulls unasked or unscanned."""
    for name in projects:
        metadata: Json = {
            "public": "false",
            "auto_scan": "true",
            "prevent_vul": "true",
            "severity": harbor.severity,
            "reuse_sys_cve_allowlist": "true",
        }
        body: Json = {"project_name": name, "storage_limit": harbor.quota, "metadata": metadata}
        yield _call("/projects", body)


def _robots(projects: list[str]) -> Iterator[Json]:
    """One that pulls everything, for the nodes; one for each project that pushes to it alone."""
    yield _robot("nodes", "Pulls for the cluster's nodes", projects, ("pull",))
    for name in projects:
        yield _robot(f"push-{name}", f"Pushes what {name} has tested", [name], ("pull", "push"))


def _robot(name: str, description: str, projects: list[str], actions: tuple[str, ...]) -> Json:
    access = [{"resource": "repository", "action": action} for action in actions]
    permissions = [
        {"kind": "project", "namespace": project, "access": access} for project in projects
    ]
    body: Json = {
        "name": name,
        "description": description,
        "level": "system",
        "duration": 180,  # days
        "disable": False,
        "permissions": permissions,
    }
    return _call("/robots", body)


def _replication(plan: Plan, harbor: Harbor) -> Iterator[Json]:
    """What apps run is pulled from the quality environment: by name of project, never deleted."""
    upstream = harbor.upstream
    if upstream is None:
        return
    password = reference(upstream.login.removeprefix(BOOTSTRAP))
    registry: Json = {
        "name": "quality",
        "type": upstream.kind,
        "url": f"https://{upstream.host}",
        "insecure": False,
        "credential": {
            "type": "basic",
            "access_key": upstream.user,
            "access_secret": password,
        },
    }
    yield _call("/registries", registry)
    for project in sorted(
        {image.path.partition("/")[0] for image in plan.of(RegistryPlan).supply if not image.source}
    ):
        trigger: Json = {"type": "scheduled", "trigger_settings": {"cron": upstream.cron}}
        body: Json = {
            "name": f"quality-{project}",
            "src_registry": {"id": 1, "name": "quality"},  # the id that the call before returned
            "dest_namespace": project,
            "dest_namespace_replace_count": 1,
            "trigger": trigger,
            "filters": [{"type": "name", "value": f"{project}/**"}],
            "replicate_deletion": False,
            "override": False,
            "enabled": True,
        }
        yield _call("/replication/policies", body)
