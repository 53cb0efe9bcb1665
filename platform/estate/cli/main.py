"""The `estate` command: its verbs by what people do with them. A verb is imported when it runs."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import click

from estate import VERSION

SECTIONS: Mapping[str, Mapping[str, str]] = {
    "Begin, and add to an estate": {
        "init": "verbs.init:init",
        "new": "verbs.new:new",
        "import": "importing.verb:import_from",
    },
    "See what is declared": {
        "check": "verbs.check:check",
        "list": "verbs.list:list_what",
        "explain": "verbs.explain:explain_name",
        "where": "verbs.where:where_is",
        "graph": "verbs.graph:graph",
        "report": "verbs.report:report",
        "prove": "verbs.prove:prove",
        "limits": "verbs.limits:limits",
        "render": "verbs.render:render",
    },
    "See what a change does": {
        "diff": "verbs.change:diff",
        "change": "verbs.change:change",
        "capacity": "verbs.capacity:capacity",
    },
    "Keep registers, promote, and hand documents over": {
        "ports": "ports:ports",
        "images": "images:images",
        "promote": "verbs.promote:promote",
        "handover": "verbs.handover:handover",
        "schema": "verbs.schema:schema",
    },
    "See what runs": {
        "doctor": "verbs.doctor:doctor",
        "why": "verbs.why:why",
        "verify": "verbs.verify:verify",
    },
}
"""By section of the help: each verb, and where below ``estate.cli`` its command stands."""

_VERBS = {verb: at for section in SECTIONS.values() for verb, at in section.items()}


class Verbs(click.Group):
    """Imports a verb when it is asked for, and lists all of them by section."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _VERBS:
            return None
        module, _, name = _VERBS[cmd_name].partition(":")
        found = getattr(import_module(f"estate.cli.{module}"), name)
        assert isinstance(found, click.Command)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        limit = formatter.width - 6 - max(len(verb) for verb in _VERBS)
        for title, verbs in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl(
                    [
                        (verb, command.get_short_help_str(limit))
                        for verb in verbs
                        if (command := self.get_command(ctx, verb))
                    ]
                )


@click.group(
    cls=Verbs,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Begin with `estate check`; then `estate render --stack dmz --out out` shows every "
    "object and document before `pulumi up -s dmz` applies the objects. Completion of verbs and "
    'options: eval "$(_ESTATE_COMPLETE=bash_source estate)", or zsh_source, fish_source.',
)
@click.version_option(VERSION, message="estate %(version)s")
def main() -> None:
    """Declarations in, a container platform out: check and see it before anything is applied."""
