"""Environments for build back ends, made of wheels as programs' are."""

from collections.abc import Iterable
from pathlib import PurePath, PurePosixPath

from assembler.app.services import Services
from assembler.execute.site import Site
from assembler.execute.steps import perform
from assembler.lock.selection import chosen, ranked
from assembler.model.canonical import digest
from assembler.model.distribution import StoredWheel
from assembler.model.layout import Prefix
from assembler.model.lock import LockedArtifact
from assembler.model.places import Places
from assembler.model.plan import PlannedPart
from assembler.model.platforms import tags, target_named
from assembler.model.project import IndexRoute, Root
from assembler.model.resolution import ProgramRequest
from assembler.model.step import LinkWheels
from assembler.model.target import Interpreter
from assembler.origin import Origin
from assembler.plan.environment import layout
from assembler.ports import TEMPORARY, Tools
from assembler.solve.question import Policy, Question
from assembler.solve.solver import solve

NAME = "build-requirements"


class BuildEnvironments:
    """Makes environments for build requirements, each once, in the scratch folder."""

    def __init__(
        self, services: Services, routes: tuple[IndexRoute, ...], exclude_newer: str | None
    ) -> None:
        self._services = services
        self._routes = routes
        self._exclude_newer = exclude_newer

    def __call__(self, requirements: tuple[str, ...], python: Interpreter) -> PurePath:
        """The Python of an environment that holds these requirements."""
        wheels = tuple(sorted(self._wheels(requirements, python), key=lambda wheel: wheel.key))
        contents = [self._services.store.contents(wheel.key) for wheel in wheels]
        step = LinkWheels(python=python, wheels=wheels, links=layout(contents, python.minor))
        return self._made(step) / "bin" / "python"

    def _wheels(self, requirements: tuple[str, ...], python: Interpreter) -> Iterable[StoredWheel]:
        target = target_named(self._services.machine.platform)
        origin = Origin(file="the build requirements")
        question = Question(
            programs=(
                ProgramRequest(
                    name=NAME,
                    roots=tuple(Root(text, origin) for text in sorted(requirements)),
                    python=python.version,
                ),
            ),
            targets=(target,),
            policy=Policy(python=python.version, exclude_newer=self._exclude_newer),
            routes=self._routes,
        )
        ranks = ranked(tags(target, python.minor))
        patch = int(python.version.split(".")[2])
        for cell, pins in solve(question, self._services.index).pins.items():
            for pin in pins if cell.python.holds(patch) else ():
                file = chosen(pin, cell, ranks).wheel
                if file is None or file.sha256 is None:
                    raise AssertionError(pin.name)
                artifact = LockedArtifact(url=file.url, sha256=file.sha256, size=file.size or 0)
                path = self._services.artifacts.fetch(artifact)
                yield self._services.store.add(path, artifact.sha256, python)

    def _made(self, step: LinkWheels) -> PurePath:
        """The environment's directory; it counts once it stands under its final name."""
        files, key = self._services.files, digest(step)[:16]
        final = PurePosixPath(self._services.scratch) / key
        if files.state(final) is None:
            temporary = final.with_name(f"{TEMPORARY}{key}-{self._services.machine.started}")
            prefix = Prefix(temporary)
            site = Site(
                part=PlannedPart(
                    name=NAME, recipe="", key=key, directory=NAME, steps=(step,), reasons=()
                ),
                prefix=prefix,
                places=Places(prefix=str(temporary), project="", directories={}, keys={}),
                tools=self._tools(),
            )
            perform(step, site)
            files.rename(temporary, final)
        return Prefix(final).part(NAME)

    def _tools(self) -> Tools:
        services = self._services
        return Tools(
            services.files,
            services.store,
            services.artifacts,
            services.unpacker,
            services.processes,
            services.reporter,
            services.environment,
        )
