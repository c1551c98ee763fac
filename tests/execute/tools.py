"""Tools in memory, and small plans for them."""

from collections.abc import Collection, Mapping
from pathlib import PurePath, PurePosixPath

from assembler.errors import IntegrityError
from assembler.execute import generations
from assembler.execute.effects import effects
from assembler.execute.executor import execute
from assembler.execute.inspection import contents, inspect
from assembler.execute.stable import standing
from assembler.model.distribution import StoredFile, StoredWheel, WheelContents
from assembler.model.lock import LockedArtifact, LockedSubmodule
from assembler.model.manifest import Fingerprint, Manifest
from assembler.model.part import Part, PartName
from assembler.model.plan import Plan
from assembler.model.step import Step
from assembler.model.target import Interpreter
from assembler.origin import Origin
from assembler.plan.differences import written
from assembler.plan.planner import plan
from assembler.plan.request import PlanRequest, RealisedPart
from assembler.ports import Files, Processes, Tools
from tests.fakes.files import MemoryFiles
from tests.fakes.processes import RecordedProcesses
from tests.fakes.reporter import RecordedReporter
from tests.plan.parts import Options

PREFIX = PurePosixPath("/project/build")
OWN = PREFIX / ".assembly"


def module(key: str) -> bytes:
    """The module that a wheel holds."""
    return f"key = {key!r}\n".encode()


class MemoryStore:
    """A store whose wheels each hold one module."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def add(
        self, wheel: PurePath, sha256: str, python: Interpreter, *, bytecode: bool = True
    ) -> StoredWheel:
        raise AssertionError(wheel, sha256, python, bytecode)

    def close(self) -> None:
        """Nothing is added here."""

    def find(
        self, filename: str, sha256: str, python: Interpreter, *, bytecode: bool = True
    ) -> StoredWheel | None:
        raise AssertionError(filename, sha256, python, bytecode)

    def contents(self, key: str) -> WheelContents:
        name, version, _ = key.split("-")
        file = StoredFile(path=f"site/{name}.py", sha256="", size=len(module(key)))
        return WheelContents(wheel=StoredWheel(key=key, name=name, version=version), files=(file,))

    def materialise(self, keys: Collection[str], store: PurePath) -> None:
        for key in keys:
            self._put_into(key, store)

    def link(self, directory: PurePath, targets: Mapping[str, str]) -> None:
        self._files.symlinks(directory, targets)

    def metadata(self, key: str) -> bytes:
        raise AssertionError(key)

    def discard(self, key: str, store: PurePath | None = None) -> None:
        assert store is not None
        self._files.remove(store / key)

    def verify(self, key: str, store: PurePath | None = None) -> tuple[str, ...]:
        assert store is not None
        return tuple(
            file.path
            for file in self.contents(key).files
            if self._files.state(store / key / file.path) is None
            or self._files.read(store / key / file.path) != module(key)
        )

    def _put_into(self, key: str, store: PurePath) -> None:
        if self._files.state(store / key) is None:
            building = store / f".{key}.new"
            self._files.remove(building)
            for file in self.contents(key).files:
                self._files.write(building / file.path, module(key), 0o444)
            self._files.write(building / "contents.json", b"{}", 0o444)
            self._files.rename(building, store / key)


class MemoryArtifacts:
    """Downloads that are in the cache already."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def fetch(self, artifact: LockedArtifact) -> PurePath:
        path = PurePosixPath("/cache", artifact.sha256)
        if self._files.state(path) is None:
            raise IntegrityError(f"`{artifact.url}` is not what it was")
        return path

    def lock(self, url: str, sha256: str | None) -> LockedArtifact:
        raise AssertionError(url, sha256)


class MemoryUnpacker:
    """Extracts archives that are lines of `path: content`."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def extract(self, archive: PurePath, directory: PurePath, strip: int) -> None:
        for line in self._files.read(archive).decode().splitlines():
            path, _, content = line.partition(": ")
            kept = "/".join(path.split("/")[strip:])
            self._files.write(directory / kept, content.encode(), 0o600)


class MemoryCommits:
    """Repositories whose commits are in `/commits`, each in the folder of its name."""

    def resolve(self, url: str, rev: str | None) -> str:
        raise AssertionError(url, rev)

    def checkout(self, url: str, commit: str) -> PurePath:
        assert url
        return PurePosixPath("/commits", commit)

    def submodules(self, url: str, commit: str) -> tuple[LockedSubmodule, ...]:
        raise AssertionError(url, commit)


def tools(files: Files, processes: Processes | None = None, path: str = "/bin") -> Tools:
    return Tools(
        files=files,
        store=MemoryStore(files),
        artifacts=MemoryArtifacts(files),
        unpacker=MemoryUnpacker(files),
        repositories=MemoryCommits(),
        processes=processes or RecordedProcesses(),
        reporter=RecordedReporter(),
        environment={"PATH": path, "SECRET": "x"},
    )


def part(name: str, *steps: Step, needs: tuple[str, ...] = (), **options: str) -> RealisedPart:
    return RealisedPart(
        part=Part(
            name=PartName(name),
            recipe="test",
            options=Options(),
            values=options,
            edges=frozenset(PartName(needed) for needed in needs),
            origin=Origin(file="assembly.toml", line=1),
        ),
        steps=steps,
    )


def planned(
    files: Files,
    *parts: RealisedPart,
    prefix: PurePosixPath = PREFIX,
    selection: frozenset[str] | None = None,
    lock_text: str = "lock",
) -> Plan:
    """Plan as a build does: from what stands in the prefix."""
    previous = generations.readable(prefix, files)
    old: Mapping[str, Mapping[str, bytes]] = {}
    if previous is not None:
        old = contents(prefix, previous, written(parts), files)
    return plan(
        PlanRequest(
            assembly="shop",
            prefix=str(prefix),
            project=str(prefix.parent),
            parts=parts,
            fingerprint=Fingerprint(request="build"),
            lock_text=lock_text,
            selection=selection,
            previous=previous,
            latest=max(generations.numbers(prefix, files), default=0),
            damage=inspect(prefix, previous, files) if previous else (),
            standing=standing(prefix, files),
            contents=old,
            effects=effects(prefix, files),
        )
    )


def build(files: Files, *parts: RealisedPart, with_tools: Tools | None = None) -> Manifest:
    return execute(planned(files, *parts), with_tools or tools(files))


def fresh() -> MemoryFiles:
    files = MemoryFiles()
    files.make_directory(PREFIX.parent)
    return files
