"""Environments for build back ends, made of wheels as programs' are."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import PurePath, PurePosixPath

from assembler.app.lacking import Lacking
from assembler.app.services import Services
from assembler.app.tools import tools
from assembler.app.whole_wheels import with_whole_wheels
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
    """Makes environments of wheels, each once, in the scratch folder; nothing is solved.

    Several threads may ask: a wheel that two of them need is stored by one.
    """

    def __init__(self, services: Services) -> None:
        self._services = services

    def __call__(self, wheels: tuple[DistributionFile, ...], python: Interpreter) -> PurePath:
        """The Python of an environment that holds these wheels. Raises what fetching raises."""
        return with_whole_wheels(lambda: self._python_of(wheels, python))

    def _python_of(self, wheels: tuple[DistributionFile, ...], python: Interpreter) -> PurePath:
        stored = tuple(sorted(self._all_stored(wheels, python), key=lambda wheel: wheel.key))
        contents = [self._services.store.contents(wheel.key) for wheel in stored]
        step = LinkWheels(python=python, wheels=stored, links=layout(contents, python.minor))
        return self._standing(step) / "bin" / "python"

    def _all_stored(
        self, wheels: tuple[DistributionFile, ...], python: Interpreter
    ) -> list[StoredWheel]:
        """These wheels in the store. Raises `OfflineError` for all that the cache lacks."""
        lacks = Lacking()
        found: list[StoredWheel] = []

        def store(file: DistributionFile) -> None:
            with lacks.gathering():
                found.append(self._stored(file, python))

        with ThreadPoolExecutor(max(self._services.machine.jobs, 2)) as pool:
            try:
                list(pool.map(store, wheels))
            except Exception:
                raise
            except BaseException:
                self._services.cache_lock.stop_waiting()
                raise
        lacks.check()
        return found

    def _stored(self, file: DistributionFile, python: Interpreter) -> StoredWheel:
        store, wanted = self._services.store, artifact(file)
        standing = store.find(file.filename, wanted.sha256, python)
        return standing or store.add(self._services.artifacts.fetch(wanted), wanted.sha256, python)

    def _standing(self, step: LinkWheels) -> PurePath:
        """The environment's directory; it counts once it stands under its final name."""
        files, key = self._services.files, digest(step)[:16]
        final = PurePosixPath(self._services.scratch) / key
        if files.state(final) is None:
            with self._services.cache_lock.hold(f"environment {key}", "makes an environment"):
                if files.state(final) is None:
                    self._make(step, key, final)
        return Prefix(final).part(NAME)

    def _make(self, step: LinkWheels, key: str, final: PurePath) -> None:
        """Make it beside its final name, and drop it if somebody was faster."""
        files = self._services.files
        temporary = final.with_name(f"{TEMPORARY}{key}-{self._services.machine.started}")
        site = Site(
            part=PlannedPart(
                name=NAME, recipe="", key=key, directory=NAME, steps=(step,), reasons=()
            ),
            prefix=Prefix(temporary),
            places=Places(prefix=str(temporary), project="", directories={}, keys={}),
            tools=tools(self._services),
        )
        self._services.store.materialise([each.key for each in step.wheels], site.prefix.store)
        perform(step, site)
        try:
            files.rename(temporary, final)
        except OSError:
            if files.state(final) is None:
                raise
            files.remove(temporary)
