"""Small locks to read and write."""

from collections.abc import Mapping, Sequence

from assembler.model.distribution import DistributionFile
from assembler.model.lock import Lock, LockedArtifact, ProgramInputs, TreeInput
from assembler.model.platforms import target_named
from assembler.model.resolution import Cell, Pin, TreeSource
from assembler.model.target import PythonRange

INDEX = "https://index.example/simple/"
PYTHON = PythonRange(3, 12)
LINUX = "linux-x86_64"
MUSL = "linux-musl-x86_64"
MAC = "macos-arm64"
WINDOWS = "windows-x86_64"


def file(filename: str, digit: str = "a") -> DistributionFile:
    return DistributionFile(
        filename=filename,
        url=f"https://files.example/{filename}",
        sha256=digit * 64,
        size=1000,
        upload_time="2026-01-02T03:04:05Z",
    )


def wheel(name: str, version: str, tags: str = "py3-none-any") -> DistributionFile:
    return file(f"{name.replace('-', '_')}-{version}-{tags}.whl")


def sdist(name: str, version: str) -> DistributionFile:
    return file(f"{name.replace('-', '_')}-{version}.tar.gz", "b")


def pin(
    name: str,
    version: str,
    dependencies: Sequence[str] = (),
    *,
    tags: Sequence[str] = ("py3-none-any",),
    because: str = "newest",
) -> Pin:
    return Pin(
        name=name,
        version=version,
        index=INDEX,
        wheels=tuple(wheel(name, version, some) for some in tags),
        dependencies=tuple(dependencies),
        because=because,
    )


def tree(name: str, version: str, path: str, *, editable: bool = False) -> Pin:
    return Pin(name=name, version=version, tree=TreeSource(path=path, editable=editable))


def inputs(*requires: str, python: str = "3.12", **sources: str) -> ProgramInputs:
    return ProgramInputs(
        requires=requires,
        python=python,
        sources={
            name: TreeInput(path=path, editable=False, digest="d" * 64)
            for name, path in sources.items()
        },
        indexes={"*": INDEX},
    )


def lock(
    cells: Mapping[tuple[str, str, PythonRange], Sequence[Pin]],
    programs: Mapping[str, ProgramInputs] | None = None,
    artifacts: tuple[LockedArtifact, ...] = (),
) -> Lock:
    return Lock(
        created_by="0.1.0",
        targets=tuple(target_named(name) for name in sorted({name for _, name, _ in cells})),
        inputs=programs or {program: inputs() for program, _, _ in cells},
        cells={
            Cell(program, target, python): tuple(pins)
            for (program, target, python), pins in cells.items()
        },
        artifacts=artifacts,
    )


def small_lock() -> Lock:
    """Two programs with other versions of one distribution, for Linux and Windows."""
    flask_3 = pin("flask", "3.0.0", ["click"], because="newest")
    flask_2 = pin("flask", "2.3.3", ["click", "lib"], because="`flask<3` of `jobs`")
    colorama = pin("colorama", "0.4.6", because="required by `click`")
    lib = tree("lib", "1.0", "libs/lib")
    cells: dict[tuple[str, str, PythonRange], Sequence[Pin]] = {}
    for target in (LINUX, WINDOWS):
        windows = target == WINDOWS
        click = pin("click", "8.1.7", ["colorama"] if windows else [])
        more = [click, colorama] if windows else [click]
        cells["web", target, PYTHON] = [flask_3, *more]
        cells["jobs", target, PYTHON] = [flask_2, lib, *more]
    artifact = LockedArtifact(url="https://files.example/data.zip", sha256="c" * 64, size=7)
    programs = {"web": inputs("flask>=3"), "jobs": inputs("flask<3", "lib", lib="libs/lib")}
    return lock(cells, programs, (artifact,))
