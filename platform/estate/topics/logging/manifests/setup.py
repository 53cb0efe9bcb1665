"""The job that tells Elasticsearch and Kibana what is declared: again and again (H3, H5, C7).

It is run by the clock, so that what somebody changed by hand is as declared again, and so that it
does not matter whether Elasticsearch is there yet when it is applied.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from estate.objects.container import Container, variable
from estate.objects.manifest import Manifest
from estate.objects.workloads import cron_job_spec
from estate.topics.logging.manifests.elasticsearch import ACCEPTED, USER
from estate.topics.logging.manifests.mounts import of_map, of_secret
from estate.topics.logging.manifests.requests import Request
from estate.topics.logging.manifests.retention import retention
from estate.topics.logging.manifests.rights import rights, spaces
from estate.topics.logging.manifests.snapshots import snapshots
from estate.topics.logging.plan import names
from estate.topics.logging.plan.logging import LoggingPlan
from estate.topics.logging.plan.sizes import SETUP
from estate.topics.nodes.manifests.service import Service
from estate.topics.nodes.plan.amounts import cpu_quantity, memory_quantity

FOLDER = "/etc/logging-setup"
SECRETS = "/etc/secrets"
SCHEDULE = "*/10 * * * *"

SCRIPT = """\
#!/bin/bash
# setup.sh: sends every request of requests.txt, in order; ends with 1 at the first that fails.
#
# A line has where to, the request's name, its method, its path, whose password goes into its body,
# and where it is created if there is nothing to change yet; '-' stands for none. Passwords are read
# from files and written into files of this pod's own: no process has one among its arguments.
set -euo pipefail
umask 077
work=$(mktemp -d)
printf 'user = "elastic:%s"\\n' "$(cat "$SECRETS/elastic/value")" >"$work/login"

send() {
    curl --silent --show-error --config "$work/login" --cacert "$AUTHORITY/ca.crt" \\
        --retry 3 --retry-connrefused --max-time 60 --output "$work/answer" \\
        --write-out '%{http_code}' --header 'Content-Type: application/json' \\
        --header 'kbn-xsrf: estate' --request "$1" --data "@$work/body" "$2"
}

while read -r at name method path whose create; do
    cp "$FOLDER/$name.json" "$work/body"
    if [ "$whose" != - ]; then
        body=$(cat "$FOLDER/$name.json")
        rest=${body#\\{}
        [ "$rest" = '}' ] || rest=",$rest"
        printf '{"password":"%s"%s' "$(cat "$SECRETS/$whose/value")" "$rest" >"$work/body"
    fi
    url=$ELASTICSEARCH
    [ "$at" = elasticsearch ] || url=$KIBANA
    status=$(send "$method" "$url$path")
    if [ "$status" = 404 ] && [ "$create" != - ]; then
        status=$(send POST "$url$create")
    fi
    case "$status" in
    2??) printf '%s %s\\n' "$status" "$name" ;;
    *)
        printf '%s %s: %s\\n' "$status" "$name" "$(head -c 500 "$work/answer")" >&2
        exit 1
        ;;
    esac
done <"$FOLDER/requests.txt"
"""


def requests(plan: LoggingPlan) -> Iterator[Request]:
    """All requests in order: Kibana's after the account that it needs, and last the repository,
    which waits for the filer: the first that fails ends a run."""
    yield from retention(plan)
    yield from rights(plan)
    yield from spaces(plan)
    yield from snapshots(plan)


def files(plan: LoggingPlan) -> dict[str, str]:
    """The script, the list of requests, and each one's body."""
    found = list(requests(plan))
    return {
        "setup.sh": SCRIPT,
        "requests.txt": "".join(_line(request) for request in found),
        **{
            f"{request.name}.json": json.dumps(request.body, separators=(",", ":"))
            for request in found
        },
    }


def _line(one: Request) -> str:
    words = (one.at, one.name, one.method, one.path, one.password_of or "-", one.creates or "-")
    return f"{' '.join(words)}\n"


def setup(plan: LoggingPlan) -> list[Manifest]:
    """Everything of the job."""
    service = Service(name=names.SETUP, placement=plan.placement)
    config = service.config_map(files(plan))
    certificates = plan.declared.certificates
    container = Container(
        name=service.name,
        image=plan.images["elasticsearch"],
        cpu=cpu_quantity(SETUP.cpu),
        memory=memory_quantity(SETUP.memory),
        command=("/bin/bash", f"{FOLDER}/setup.sh"),
        environment=(
            variable("ELASTICSEARCH", names.url(plan)),
            variable("KIBANA", f"https://{names.host(plan, names.KIBANA)}:{names.KIBANA_PORT}"),
            variable("AUTHORITY", "/etc/authority"),
            variable("FOLDER", FOLDER),
            variable("SECRETS", SECRETS),
        ),
        mounts=(
            of_map("setup", FOLDER, config),
            of_secret("authority", "/etc/authority", certificates.http, "ca.crt"),
            of_secret("elastic", f"{SECRETS}/elastic", names.admin_secret()),
            *(
                of_secret(user, f"{SECRETS}/{user}", names.user_secret(plan, user))
                for user in sorted({request.password_of for request in requests(plan)} - {""})
            ),
        ),
    )
    spec = cron_job_spec(
        service.template(container, user=USER, restart="Never"),
        service.labels,
        cron=SCHEDULE,
        time_zone="Etc/UTC",
        start_within=300,
        retries=2,
        time_limit=540,
    )
    return [
        service.service_account(),
        config,
        service.own("batch/v1", "CronJob", {"spec": spec}, annotations=ACCEPTED),
    ]
