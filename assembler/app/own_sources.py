"""The project's own distributions as a solve knows them: trees, archives and commits."""

from collections.abc import Callable, Mapping
from functools import partial

from assembler.app.back_ends import BackEnds
from assembler.app.fixed_sources import FixedSources
from assembler.app.lacking import Lacking
from assembler.app.locking import Question
from assembler.app.own_trees import OwnTree
from assembler.app.services import Services
from assembler.lock.builds import group_of
from assembler.model.distribution import CoreMetadata
from assembler.model.lock import Lock
from assembler.solve.question import OwnDistribution

UNKNOWN = "0"


class OwnSources:
    """Finds metadata and pins; those of an earlier lock are kept where `kept` says so of a name."""

    def __init__(
        self,
        asking: Question,
        services: Services,
        back_ends: BackEnds,
        before: Lock | None,
        kept: Callable[[str], bool],
    ) -> None:
        self._asking = asking
        self._services = services
        self._back_ends = back_ends
        self._fixed = FixedSources(asking.project, services, back_ends.metadata, before, kept)

    def found(self, lacks: Lacking) -> Mapping[str, OwnDistribution]:
        """All of them by normalised name; those that offline lacks are left empty."""
        asking, fixed = self._asking, self._fixed
        sources: Mapping[str, Callable[[], OwnDistribution]] = {
            **{name: partial(self._tree, tree) for name, tree in asking.trees.items()},
            **{name: partial(fixed.archive, one) for name, one in asking.archives.items()},
            **{one.name: partial(fixed.repository, one) for one in asking.project.repositories},
        }
        found: dict[str, OwnDistribution] = {}
        for name, source in sources.items():
            unknown = CoreMetadata(name=name, version=UNKNOWN)
            found[name] = OwnDistribution(name=name, version=UNKNOWN, metadata=unknown)
            with lacks.gathering():
                found[name] = source()
        return found

    def _tree(self, tree: OwnTree) -> OwnDistribution:
        metadata = tree.metadata
        if metadata is None:
            from assembler.app.prepare import tree_request  # noqa: PLC0415 - loads all of building

            project = self._asking.project
            python = self._services.interpreters.find(project.python)
            request = tree_request(tree.name, tree.source, project.folder, python, editable=False)
            group = group_of(tree.name, None, project.python)
            metadata = self._back_ends.metadata(request, group)
        return OwnDistribution(
            name=tree.name, version=metadata.version, metadata=metadata, tree=tree.source
        )
