"""`estate new`: a tenant, an app, a node, a pool or a database more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast, get_args

import click
from rich.console import Console

from estate.cli import choices, invocation
from estate.cli.asking import answer
from estate.cli.invocation import stop
from estate.cli.options import ROOT
from estate.cli.report import print_problems
from estate.reader.stacks import Environment
from estate.reader.values import ZONES, CostCentre, Name, Owner, Words, Zone

if TYPE_CHECKING:
    from estate.authoring.present import Files, Present

ENVIRONMENT = choices.environment("Whose stack file gets it; the default is the first.")
ZONE = click.option("--zone", "given_zone", type=click.Choice(ZONES), help="Its zone.")
Kind = Literal["web", "service", "traditional", "worker", "batch"]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""Of apps that can be written without facts of machines or disks."""


@click.group()
def new() -> None:
    """Write a tenant, an app, a node, a pool or a database as a person would.

    Files are created or get one line more; comments stay. Nothing is written if `estate check`
    would then find a problem. On a terminal, the command asks for what the options leave open.
    """


@new.command()
@ROOT
@click.option("--owner", help="The mailbox of its team.")
@click.option("--contact", help="Its contact when something breaks; the default is the mailbox.")
@click.option("--unit", help="The part of the company that it belongs to.")
@click.option("--cost-centre", help="The cost centre that pays.")
@click.option(
    "--zone", "zones", type=click.Choice(ZONES), multiple=True, help="A zone; the default is both."
)
@click.option("--pool", default="shared", show_default=True, help="The pool of its pods.")
@click.option("--quota", default="S", show_default=True, help="The quota: S, M or L.")
@click.argument("name")
def tenant(
    root: Path,
    name: str,
    owner: str | None,
    contact: str | None,
    unit: str | None,
    cost_centre: str | None,
    zones: tuple[Zone, ...],
    pool: str,
    quota: str,
) -> None:
    """Write tenants/NAME.yaml."""

    def files(present: Present) -> Files:
        from estate.authoring.tenants import tenant_file

        mailbox = answer(owner, "--owner", "The mailbox of its team", Owner)
        text = tenant_file(
            name,
            owner=mailbox,
            contact=answer(contact, "--contact", "Its contact", Words, mailbox),
            unit=answer(unit, "--unit", "The part of the company", Words),
            cost_centre=answer(cost_centre, "--cost-centre", "The cost centre", CostCentre),
            zones={zone: (present.pool(zone, pool), quota) for zone in zones or ZONES},
        )
        return {f"tenants/{name}.yaml": text}

    _add(root, files, "Next: estate new app")


@new.command()
@ROOT
@choices.environment("The one environment that has it; the default is all.")
@ZONE
@click.option("--tenant", "owner_tenant", help="Its tenant.")
@click.option("--kind", type=click.Choice(KINDS), help="Its kind; the default is web.")
@click.option("--image", help="Its image: path and digest. The default is a digest to replace.")
@click.option("--host", help="Of kind web: the name that people reach it by.")
@click.option("--address", help="Of kind traditional: the users' address, or the next free one.")
@click.option("--schedule", help="Of kind batch, like '30 2 * * 1-5'.")
@click.option("--owner", help="The mailbox of its team; the default is that of the tenant.")
@click.option("--replicas", type=int, default=2, show_default=True, help="How many pods run.")
@click.option("--port", type=int, default=8080, show_default=True, help="The container's port.")
@click.argument("name")
def app(
    root: Path,
    environment: Environment | None,
    given_zone: Zone | None,
    name: str,
    owner_tenant: str | None,
    kind: Kind | None,
    image: str | None,
    host: str | None,
    address: str | None,
    schedule: str | None,
    owner: str | None,
    replicas: int,
    port: int,
) -> None:
    """Write apps/NAME-ZONE.yaml.

    The stack file gets the host name of a web app, and the register of node ports the port of a
    traditional one. Apps of kind rpc and stateful name machines and disks: write them by hand.
    """

    def files(present: Present) -> Files:
        from estate.authoring import apps
        from estate.reader.addresses import Host
        from estate.reader.times import Schedule

        zone = _zone(given_zone)
        its = present.tenant(answer(owner_tenant, "--tenant", "Its tenant", Name))
        of_kind = answer(kind, "--kind", f"Its kind ({', '.join(KINDS)})", Kind, "web")
        made = apps.NewApp(
            app=name,
            tenant=its,
            zone=zone,
            owner=owner or present.owner_of(its),
            image=image,
            replicas=replicas,
            port=port,
        )
        if of_kind == "web":
            given = answer(host, "--host", "Its host name", Host)
            written = apps.web_app(present, made, given)
        elif of_kind == "batch":
            times = answer(schedule, "--schedule", "Its schedule", Schedule)
            written = apps.batch_app(made, times)
        elif of_kind == "traditional":
            written = apps.traditional_app(present, made, address)
        elif of_kind == "worker":
            written = apps.worker_app(made)
        else:
            written = apps.service_app(made)
        if environment:
            written[made.file] += f"only_in: [{environment.name}]\n"
        return written

    _add(root, files, f"Next: estate explain {name}", environment)


@new.command()
@ROOT
@ENVIRONMENT
@ZONE
@click.option("--pool", default="shared", show_default=True, help="The pool that it is for.")
@click.option("--name", help="Its name; the default follows the pool's last node.")
@click.option("--address", help="Its address; the default is the next free one.")
@click.option("--rack", help="Its rack; the default is the one with the fewest of the pool.")
@click.option("--size", help="Its size; the default is that of the pool's last node.")
def node(
    root: Path,
    environment: Environment | None,
    given_zone: Zone | None,
    pool: str,
    name: str | None,
    address: str | None,
    rack: str | None,
    size: str | None,
) -> None:
    """Add a node to a pool: one line of the stack file."""

    def files(present: Present) -> Files:
        from estate.authoring.zones import NewNode
        from estate.authoring.zones import node as with_node

        zone = _zone(given_zone)
        wanted = NewNode(zone=zone, pool=pool, name=name, address=address, rack=rack, size=size)
        return with_node(present, wanted)

    _add(
        root,
        files,
        "Next: estate render, for the node's own files and those of other teams",
        environment,
    )


@new.command("pool")
@ROOT
@ENVIRONMENT
@ZONE
@click.option("--tenant", "its_tenant", help="The tenant that has it alone.")
@click.option("--app", "its_app", help="The app of the tenant that has it alone.")
@click.option("--nodes", type=click.IntRange(2, 50), default=2, show_default=True, help="How many.")
@click.option("--size", help="Their size; the default is that of the zone's last ordinary node.")
@click.argument("name")
def new_pool(
    root: Path,
    environment: Environment | None,
    given_zone: Zone | None,
    name: str,
    its_tenant: str | None,
    its_app: str | None,
    nodes: int,
    size: str | None,
) -> None:
    """Add a pool with its nodes: lines of the stack file."""

    def files(present: Present) -> Files:
        from estate.authoring.zones import NewNode
        from estate.authoring.zones import pool as with_pool

        zone = _zone(given_zone)
        wanted = [NewNode(zone=zone, pool=name, size=size)] * nodes
        return with_pool(present, zone, name, tenant=its_tenant, app=its_app, nodes=wanted)

    _add(root, files, f"Next: name the pool in tenants/ or apps/ (pool: {name})", environment)


@new.command()
@ROOT
@ENVIRONMENT
@ZONE
@click.option("--address", help="The address of its server.")
@click.option("--port", type=int, help="Its port.")
@click.option("--tenant", "tenants", multiple=True, help="A tenant whose apps may use it.")
@click.argument("name")
def database(
    root: Path,
    environment: Environment | None,
    given_zone: Zone | None,
    name: str,
    address: str | None,
    port: int | None,
    tenants: tuple[str, ...],
) -> None:
    """Add a database on machines of the zone: one line of the stack file."""

    def files(present: Present) -> Files:
        from estate.authoring.zones import database as with_database
        from estate.reader.addresses import Address

        zone = _zone(given_zone)
        server = answer(address, "--address", "The address of its server", Address)
        number = port or int(answer(None, "--port", "Its port", str))
        owners = tenants or (answer(None, "--tenant", "A tenant whose apps may use it", Name),)
        return with_database(present, zone, name, address=server, port=number, tenants=owners)

    _add(root, files, f"Next: databases: [{{name: {name}}}] in the file of an app", environment)


def _zone(given: Zone | None) -> Zone:
    return cast(Zone, answer(given, "--zone", f"Its zone ({' or '.join(ZONES)})", Zone))


def _add(
    root: Path,
    files: Callable[[Present], Files],
    then: str,
    environment: Environment | None = None,
) -> None:
    """Writes what ``files`` makes of the estate, where `estate check` accepts it."""
    from estate.authoring.present import Present
    from estate.authoring.values import Mistake
    from estate.authoring.writing import existing, problems, problems_with, write
    from estate.declarations.load import load

    today = invocation.today()
    if found := problems(root, today):
        print_problems(found, Console(stderr=True))
        stop("Nothing was written: the estate has these problems before the addition.")
    try:
        made = files(Present(root, load(root, environment)))
        created = {name: made[name] for name in made if name.startswith(("tenants/", "apps/"))}
        if there := existing(root, created):
            stop(f"{', '.join(there)} is there already: choose another name, or edit the file.")
        if found := problems_with(root, made, today):
            print_problems(found, Console(stderr=True))
            stop("Nothing was written: the addition would have these problems.")
        write(root, made)
    except Mistake as mistake:
        stop(str(mistake))
    for name in made:
        click.echo(f"  {name} {'is new' if name in created else 'changed'}")
    click.echo(then)
