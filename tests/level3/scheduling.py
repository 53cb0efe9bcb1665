"""Which process runs which file of this level: the applied estate stays with one of them.

The first process takes files from the front, where those are that share one applied estate; the
others take from the back, where each file has a lab of its own. They meet where time has it, so
that a second estate is applied only if the first process is far behind.
"""

from __future__ import annotations

from functools import cached_property
from itertools import groupby

from xdist.scheduler import LoadScopeScheduling  # pyright: ignore[reportMissingTypeStubs]
from xdist.workermanage import WorkerController  # pyright: ignore[reportMissingTypeStubs]


def file_of(nodeid: str) -> str:
    """The file of a test."""
    return nodeid.partition("::")[0]


class FromBothEnds(LoadScopeScheduling):
    """Hands out whole files. Tests that come after those of other files are a unit of their own."""

    def schedule(self) -> None:
        # Else files with more tests come first, wherever they stand in the order.
        self.config.option.loadscopereorder = False
        super().schedule()

    def _split_scope(self, nodeid: str) -> str:
        return self._units[nodeid]

    @cached_property
    def _units(self) -> dict[str, str]:
        assert self.collection is not None
        units: dict[str, str] = {}
        for file, nodeids in groupby(self.collection, file_of):
            unit = f"{file}, the rest" if file in units.values() else file
            units |= dict.fromkeys(nodeids, unit)
        return units

    def _is_first(self, node: WorkerController) -> bool:
        return node is self.nodes[0]

    def _for_others(self) -> list[str]:
        """Units that a later process may take: not what takes away an applied estate."""
        return [unit for unit in self.workqueue if not unit.endswith(", the rest")]

    def _assign_work_unit(self, node: WorkerController) -> None:
        if not self._is_first(node):
            self.workqueue.move_to_end((self._for_others() or list(self.workqueue))[-1], last=False)
        super()._assign_work_unit(node)

    def _reschedule(self, node: WorkerController) -> None:
        if self.workqueue and not self._is_first(node) and not self._for_others():
            node.shutdown()
            return
        super()._reschedule(node)
