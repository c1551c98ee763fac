"""What build back ends need, found out while a lock is made."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec
from packaging.utils import parse_sdist_filename

from assembler.app.build_environment import BuildEnvironments
from assembler.app.hashes import with_hashes
from assembler.app.services import Services
from assembler.errors import IntegrityError
from assembler.lock.builds import group_of
from assembler.lock.selection import chosen, ranked
from assembler.model.distribution import CoreMetadata, DistributionFile
from assembler.model.platforms import tags, target_named
from assembler.model.project import IndexRoute, Root
from assembler.model.resolution import ProgramRequest, Resolution
from assembler.model.target import Interpreter, Target
from assembler.model.upload_times import Cutoffs
from assembler.origin import Origin
from assembler.ports import BuildRequest
from assembler.solve.question import Policy, Question
from assembler.solve.solver import solve


class BackEnds:
    """Solves build requirements, and asks back ends that run with the answer.

    They come from the indexes as wheels, none newer than `exclude_newer` says; the pins of `prefer`
    are kept where they still fit. No constraint or exception of the programs counts for them.
    """

    def __init__(
        self,
        services: Services,
        routes: tuple[IndexRoute, ...],
        exclude_newer: Cutoffs,
        prefer: Resolution | None,
    ) -> None:
        self._services = services
        self._routes = routes
        self._exclude_newer = exclude_newer
        self._prefer = prefer
        self.builder = services.builder(BuildEnvironments(services))

    def metadata_of_sdist(self, request: BuildRequest) -> CoreMetadata:
        """The core metadata of an sdist, named by its file; see `metadata`."""
        name, version = parse_sdist_filename(request.name)
        return self.metadata(request, group_of(name, str(version), request.python.minor))

    def metadata(self, request: BuildRequest, group: str) -> CoreMetadata:
        """The core metadata of a source, built if nothing less tells it.

        `group` is the dependency group of its build requirements. Raises `UnsatisfiableError`,
        `NetworkError` and `PartError`.
        """
        static = self.builder.static_metadata(request)
        return static or self.builder.metadata(self._ready(request, group))

    def solve(self, programs: Sequence[ProgramRequest], targets: Sequence[Target]) -> Resolution:
        """Solve the requirements of builds, each as a program. Raises `UnsatisfiableError`."""
        question = Question(
            programs=tuple(programs),
            targets=tuple(targets),
            policy=Policy(python="", exclude_newer=self._exclude_newer),
            routes=self._routes,
        )
        solved = solve(question, self._services.index, prefer=self._prefer)
        return with_hashes(solved, self._services, self._prefer)

    def _ready(self, request: BuildRequest, group: str) -> BuildRequest:
        """The request, with the wheels that its back end needs on this machine."""
        listed = self.builder.requirements(request.name, request.source)
        ready = self._with_wheels(request, group, listed)
        further = set(self.builder.further_requirements(ready)) - set(listed)
        return self._with_wheels(request, group, (*listed, *further)) if further else ready

    def _with_wheels(
        self, request: BuildRequest, group: str, requirements: Iterable[str]
    ) -> BuildRequest:
        target = target_named(self._services.machine.platform)
        program = ProgramRequest(
            name=group,
            roots=roots(requirements, request.name),
            python=request.python.version,
        )
        found = self.solve((program,), (target,))
        wheels = wheels_of(found, group, target, request.python)
        return msgspec.structs.replace(request, wheels=wheels)


def roots(requirements: Iterable[str], source: str) -> tuple[Root, ...]:
    """Build requirements as roots; `source` is the file, or the distribution, that asks."""
    return tuple(Root(text, Origin(file=source)) for text in sorted(set(requirements)))


def wheels_of(
    resolution: Resolution, program: str, target: Target, python: Interpreter
) -> tuple[DistributionFile, ...]:
    """The wheels of a program's cell for a Python, sorted by name."""
    return tuple(_wheels(resolution, program, target, python))


def _wheels(
    resolution: Resolution, program: str, target: Target, python: Interpreter
) -> Iterator[DistributionFile]:
    ranks, patch = ranked(tags(target, python.minor)), int(python.version.split(".")[2])
    for cell, pins in resolution.pins.items():
        if (cell.program, cell.target) == (program, target.name) and cell.python.holds(patch):
            for pin in pins:
                wheel = chosen(pin, cell, ranks).wheel
                if wheel is None:
                    raise IntegrityError(f"`{pin.name}` {pin.version} has no wheel to build with")
                yield wheel
