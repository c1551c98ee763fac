"""What build back ends need, found out while a lock is made."""

from collections.abc import Iterator, Sequence
from threading import Lock

from packaging.utils import parse_sdist_filename

from assembler.app.build_locks import roots
from assembler.app.hashes import with_hashes
from assembler.app.services import Services
from assembler.errors import IntegrityError
from assembler.lock.builds import group_of
from assembler.lock.ranks import Ranks
from assembler.lock.selection import chosen
from assembler.model.distribution import CoreMetadata, DistributionFile
from assembler.model.platforms import tags, target_named
from assembler.model.project import IndexRoute
from assembler.model.resolution import ProgramRequest, Resolution
from assembler.model.target import Interpreter, Target
from assembler.ports import Builder, BuildRequest
from assembler.solve.question import Policy, Question
from assembler.solve.solver import solve


class BackEnds:
    """Solves build requirements, and asks back ends that run with the answer.

    They come from the indexes as wheels, by a `policy` of their own; the pins of `prefer` are kept
    where they still fit.
    """

    def __init__(
        self,
        services: Services,
        routes: tuple[IndexRoute, ...],
        policy: Policy,
        prefer: Resolution | None,
    ) -> None:
        self._services = services
        self._routes = routes
        self._policy = policy
        self._prefer = prefer
        self._builder: Builder | None = None
        self._lock = Lock()

    @property
    def builder(self) -> Builder:
        """The builder, made when it is first asked for: most locks build nothing."""
        with self._lock:
            if self._builder is None:
                from assembler.app.build_environment import (  # noqa: PLC0415 - loads steps
                    BuildEnvironments,
                )

                self._builder = self._services.builder(BuildEnvironments(self._services))
            return self._builder

    def metadata_of_sdist(self, file: DistributionFile, python: Interpreter) -> CoreMetadata:
        """The core metadata of an sdist on an index; see `metadata`."""
        artifacts = self._services.artifacts
        source = artifacts.fetch(artifacts.lock(file.url, file.sha256))
        request = BuildRequest(name=file.filename, source=str(source), python=python)
        name, version = parse_sdist_filename(file.filename)
        return self.metadata(request, group_of(name, str(version), python.minor))

    def metadata(self, request: BuildRequest, group: str) -> CoreMetadata:
        """The core metadata of a source, built if nothing less tells it.

        `group` is the dependency group of its build requirements. Raises `UnsatisfiableError`,
        `NetworkError` and `PartError`.
        """

        def wheels_for(requirements: Sequence[str]) -> tuple[DistributionFile, ...]:
            return self._wheels_for(request, group, requirements)

        return self.builder.metadata(request, wheels_for)

    def solve(self, programs: Sequence[ProgramRequest], targets: Sequence[Target]) -> Resolution:
        """Solve the requirements of builds, each as a program. Raises `UnsatisfiableError`."""
        question = Question(
            programs=tuple(programs),
            targets=tuple(targets),
            policy=self._policy,
            routes=self._routes,
        )
        solved = solve(question, self._services.index, prefer=self._prefer)
        return with_hashes(solved, self._services, self._prefer)

    def _wheels_for(
        self, request: BuildRequest, group: str, requirements: Sequence[str]
    ) -> tuple[DistributionFile, ...]:
        """The wheels that meet a build's requirements on this machine."""
        target = target_named(self._services.machine.platform)
        program = ProgramRequest(
            name=group,
            roots=roots(requirements, request.name),
            python=request.python.version,
        )
        return wheels_of(self.solve((program,), (target,)), group, target, request.python)


def wheels_of(
    resolution: Resolution, program: str, target: Target, python: Interpreter
) -> tuple[DistributionFile, ...]:
    """The wheels of a program's cell for a Python, sorted by name."""
    return tuple(_wheels(resolution, program, target, python))


def _wheels(
    resolution: Resolution, program: str, target: Target, python: Interpreter
) -> Iterator[DistributionFile]:
    ranks, patch = Ranks(tags(target, python.minor)), int(python.version.split(".")[2])
    for cell, pins in resolution.pins.items():
        if (cell.program, cell.target) == (program, target.name) and cell.python.holds(patch):
            for pin in pins:
                wheel = chosen(pin, cell, ranks).wheel
                if wheel is None:
                    raise IntegrityError(f"`{pin.name}` {pin.version} has no wheel to build with")
                yield wheel
