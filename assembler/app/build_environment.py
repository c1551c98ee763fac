"""Environments for build back ends, made of wheels as programs' are."""

from collections.abc import Iterator
from pathlib import PurePath, PurePosixPath

from assembler.app.lacking import Lacking
from assembler.app.services import Services
from assembler.app.tools import tools
from assembler.execute.site import Site
from assembler.execute.steps import perform
from assembler.model.canonical import digest
from assembler.model.distribution import DistributionFile, StoredWheel
from assembler.model.layout import Prefix
from assembler.model.lock import artifact
from assembler.model.places import Places
from assembler.model.plan import PlannedPart
from assembler.model.step import LinkWheels
from assembler.model.target import Interpreter
from assembler.plan.environment import layout
from assembler.ports import TEMPORARY

NAME = "build-requirements"


class BuildEnvironments:
    """Makes environments of wheels, each once, in the scratch folder; nothing is solved."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def __call__(self, wheels: tuple[DistributionFile, ...], python: Interpreter) -> PurePath:
        """The Python of an environment that holds these wheels. Raises what fetching raises."""
        stored = tuple(sorted(self._stored(wheels, python), key=lambda wheel: wheel.key))
        contents = [self._services.store.contents(wheel.key) for wheel in stored]
        step = LinkWheels(python=python, wheels=stored, links=layout(contents, python.minor))
        return self._made(step) / "bin" / "python"

    def _stored(
        self, wheels: tuple[DistributionFile, ...], python: Interpreter
    ) -> Iterator[StoredWheel]:
        services, lacks = self._services, Lacking()
        for file in wheels:
            wanted = artifact(file)
            standing = services.store.find(file.filename, wanted.sha256, python)
            with lacks.gathering():
                yield standing or services.store.add(
                    services.artifacts.fetch(wanted), wanted.sha256, python
                )
        lacks.check()

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
                tools=tools(self._services),
            )
            perform(step, site)
            files.rename(temporary, final)
        return Prefix(final).part(NAME)
