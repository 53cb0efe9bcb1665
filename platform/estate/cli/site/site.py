"""What all pages of a site share: the stacks, the proofs, the links, the templates."""

from __future__ import annotations

from collections.abc import Mapping

from estate import VERSION
from estate.cli.listing.table import stacks_of
from estate.cli.site.environment import environment
from estate.cli.site.links import Links
from estate.cli.site.overview import zone_view
from estate.cli.site.proofs import proof_view
from estate.cli.site.sections import SECTIONS
from estate.proof.prove import Proof, prove_plans
from estate.whole import Whole


class Site:
    """An estate, read once for all pages."""

    def __init__(self, estate: Whole) -> None:
        self.stacks = [*stacks_of(estate)]
        self.links = Links(self.stacks)
        self.proofs: Mapping[str, Proof] = {
            of.name: prove_plans(derived.plans, estate.loaded[of])
            for of, derived in estate.derived.items()
        }
        self.proof_views = [
            proof_view(of, self.proofs[of.name], self.links) for of in estate.derived
        ]
        self.zones = {stack.name: zone_view(stack) for stack in self.stacks}
        self._templates = environment()

    def page(
        self, path: str, template: str, title: str, stack: str = "", **values: object
    ) -> tuple[str, str]:
        """A page by its path. ``stack`` is the one that it is about, where it is about one."""
        written = self._templates.get_template(f"{template}.html.j2").render(
            path=path,
            root="../" * path.count("/"),
            title=title,
            stack=stack,
            stacks=[one.name for one in self.stacks],
            proofs=self.proof_views,
            sections=SECTIONS,
            links=self.links,
            version=VERSION,
            **values,
        )
        return path, written
