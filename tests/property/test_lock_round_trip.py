"""Laws of the lock, on locks of all shapes."""

import hashlib
import itertools
import random
from collections.abc import Sequence
from contextlib import suppress

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from assembler.errors import IntegrityError, LockError
from assembler.lock.changes import changes
from assembler.lock.entries import canonical
from assembler.lock.gates import checked
from assembler.lock.pylock import dumps, loads
from assembler.lock.selection import select
from assembler.model.distribution import DistributionFile
from assembler.model.lock import (
    Lock,
    LockedArtifact,
    LockedRepository,
    LockedSubmodule,
    ProgramInputs,
    TreeInput,
)
from assembler.model.platforms import PLATFORMS, marker_environment, target_named
from assembler.model.resolution import Cell, Pin, TreeSource
from assembler.model.sources import (
    ArchiveInput,
    ArchiveSource,
    RepositoryInput,
    RepositorySource,
)
from assembler.model.target import PythonRange, Target

NAMES = ("a", "b-c", "d", "e")
PROGRAMS = ("web", "jobs", "x-1")
INDEXES = ("https://index.example/simple/", "https://other.example/simple/")
REASONS = ("newest", "`a<2` of `web`", 'says "so" \\ ü')
ARCHIVES = (
    ArchiveSource(url="https://files.example/kept-1.0-py3-none-any.whl", sha256="e" * 64, size=9),
    ArchiveSource(path="vendor/kept-1.0.tar.gz", sha256="f" * 64, size=9),
)
COMMIT = RepositorySource(
    url="https://git.example/helper.git", commit="a" * 40, rev="v1", subdirectory="lib"
)
CHECKOUTS = (
    LockedRepository(url="https://git.example/src.git", commit="b" * 40),
    LockedRepository(url="https://git.example/src.git", rev="v1", commit="c" * 40),
    LockedRepository(
        url="ssh://git@git.example/src.git",
        submodules=True,
        commit="d" * 64,
        modules=(
            LockedSubmodule(path="lib/a b", url="https://git.example/a.git", commit="e" * 40),
            LockedSubmodule(path="lib/a b/c", url="https://git.example/c.git", commit="f" * 40),
        ),
    ),
)
TREE = TreeInput(path="libs/own", editable=True, digest="d" * 64)
PLATFORM_TAGS = (
    "manylinux_2_17_x86_64",
    "manylinux_2_17_aarch64",
    "musllinux_1_1_x86_64",
    "musllinux_1_1_aarch64",
    "macosx_11_0_arm64",
    "macosx_10_9_x86_64",
    "win_amd64",
    "win_arm64",
)


def file(name: str) -> DistributionFile:
    return DistributionFile(
        filename=name,
        url=f"https://files.example/{name}",
        sha256=hashlib.sha256(name.encode()).hexdigest(),
        size=len(name),
    )


def offered(name: str, version: str, index: str) -> Pin:
    """What an index has of a version: a pure wheel, one for each platform, or only an sdist."""
    stem = f"{name.replace('-', '_')}-{version}"
    tags: dict[str, Sequence[str]] = {
        "1.0": ["py3-none-any"],
        "2.0": [f"cp3{minor}-cp3{minor}-{tag}" for tag in PLATFORM_TAGS for minor in (11, 12)],
        "3.0": [],
    }
    return Pin(
        name=name,
        version=version,
        index=index,
        wheels=tuple(file(f"{stem}-{tag}.whl") for tag in tags[version]),
        sdist=file(f"{stem}.tar.gz") if version == "3.0" else None,
    )


@st.composite
def pins(draw: st.DrawFn, archive: ArchiveSource) -> tuple[Pin, ...]:
    names = draw(st.lists(st.sampled_from(NAMES), unique=True))
    chosen = [
        offered(name, draw(st.sampled_from(["1.0", "2.0", "3.0"])), draw(st.sampled_from(INDEXES)))
        for name in names
    ]
    if draw(st.booleans()):
        chosen.append(
            Pin(name="own", version="0.1", tree=TreeSource(path=TREE.path, editable=True))
        )
    if draw(st.booleans()):
        chosen.append(Pin(name="kept", version="1.0", fixed=archive))
    if draw(st.booleans()):
        chosen.append(Pin(name="helper", version="1.4", fixed=COMMIT))
    known = [pin.name for pin in chosen]
    return tuple(
        replace(
            pin,
            dependencies=tuple(draw(st.lists(st.sampled_from(known), unique=True))),
            because=draw(st.sampled_from(REASONS)),
        )
        for pin in chosen
    )


@st.composite
def ranges(draw: st.DrawFn, python: str) -> tuple[PythonRange, ...]:
    major, minor, *patch = (int(number) for number in python.split("."))
    first = patch[0] if patch else 0
    cuts = draw(st.sets(st.integers(first + 1, 12), max_size=2))
    edges = [first, *sorted(cuts), None]
    return tuple(
        PythonRange(major, minor, begin, end)
        for begin, end in itertools.pairwise(edges)
        if begin is not None
    )


def environment(target: Target) -> str:
    return repr(sorted(marker_environment(target, "3.12.0").items()))


@st.composite
def locks(draw: st.DrawFn) -> Lock:
    names = draw(st.lists(st.sampled_from(sorted(PLATFORMS)), min_size=1, max_size=5, unique=True))
    targets = tuple(target_named(name) for name in names)
    archive = draw(st.sampled_from(ARCHIVES))
    inputs: dict[str, ProgramInputs] = {}
    cells: dict[Cell, tuple[Pin, ...]] = {}
    for program in draw(st.lists(st.sampled_from(PROGRAMS), unique=True, max_size=3)):
        python = draw(st.sampled_from(["3.11", "3.12", "3.12.4"]))
        inputs[program] = ProgramInputs(
            requires=("a", "b-c>=1"),
            python=python,
            constraints=draw(st.sampled_from([{}, {"a": "<9"}])),
            shares=draw(st.sampled_from([(), ("jobs",), ("jobs", "x-1")])),
            exclude_newer=draw(st.sampled_from([{}, {"a": "3 days", INDEXES[0]: "false"}])),
            resolution=draw(st.sampled_from(["", "lowest-direct"])),
            sources={"own": TREE},
            archives={"kept": ArchiveInput(place=archive.place)},
            repositories={"helper": RepositoryInput(url=COMMIT.url, rev="v1", subdirectory="lib")},
            indexes={"*": INDEXES[0]},
        )
        shared = {
            one: draw(st.lists(pins(archive), min_size=1, max_size=2))
            for one in sorted({environment(target) for target in targets})
        }
        split = {one: draw(ranges(python)) for one in shared}
        for target in targets:
            one = environment(target)
            for place, patches in enumerate(split[one]):
                some = shared[one][place % len(shared[one])]
                cells[Cell(program, target.name, patches)] = some
    return Lock(
        created_by="0.1.0",
        targets=targets,
        exclude_newer=draw(st.sampled_from([None, "2026-10-01T00:00:00Z"])),
        exclude_newer_rule=draw(st.sampled_from([None, "7 days"])),
        exclude_newer_instants=draw(st.sampled_from([{}, {"3 days": "2026-10-05T00:00:00Z"}])),
        inputs=inputs,
        cells=cells,
        artifacts=draw(
            st.sampled_from(
                [(), (LockedArtifact(url="https://files.example/x", sha256="c" * 64, size=1),)]
            )
        ),
        repositories=draw(st.lists(st.sampled_from(CHECKOUTS), unique=True).map(tuple)),
    )


relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(locks())
@relaxed
def test_a_lock_reads_as_it_was_written(lock: Lock):
    assert loads(dumps(lock), "pylock.toml") == canonical(lock)


@given(locks())
@relaxed
def test_the_canonical_form_is_settled(lock: Lock):
    assert canonical(canonical(lock)) == canonical(lock)
    assert dumps(canonical(lock)) == dumps(lock)


@given(locks(), st.randoms(use_true_random=False))
@relaxed
def test_order_changes_no_byte(lock: Lock, order: random.Random):
    cells = list(lock.cells.items())
    inputs = list(lock.inputs.items())
    order.shuffle(cells)
    order.shuffle(inputs)
    shuffled = replace(
        lock,
        targets=tuple(order.sample(lock.targets, len(lock.targets))),
        inputs=dict(inputs),
        cells={cell: tuple(order.sample(some, len(some))) for cell, some in cells},
    )

    assert dumps(shuffled) == dumps(lock)


@given(locks())
@relaxed
def test_a_lock_passes_its_gates(lock: Lock):
    assert checked(lock).text == dumps(lock)


@given(locks(), st.integers(0, 40))
@relaxed
def test_each_machine_gets_what_its_cell_says(lock: Lock, patch: int):
    read = loads(dumps(lock), "pylock.toml")
    for cell, some in lock.cells.items():
        if cell.python.holds(patch):
            python = f"{cell.python.major}.{cell.python.minor}.{patch}"
            selected = select(read, cell.program, target_named(cell.target), python)
            assert {(one.pin.name, one.pin.version, one.pin.index) for one in selected} == {
                (pin.name, pin.version, pin.index) for pin in some
            }


@given(locks())
@relaxed
def test_a_lock_changes_nothing_of_itself(lock: Lock):
    assert changes(lock, loads(dumps(lock), "pylock.toml")) == ()


@given(locks(), st.data())
@relaxed
def test_damage_is_an_error_of_ours_or_none(lock: Lock, data: st.DataObject):
    text = dumps(lock)
    begin = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(begin, min(len(text), begin + 40)))
    damaged = text[:begin] + data.draw(st.text(max_size=8)) + text[end:]
    with suppress(LockError, IntegrityError):
        loads(damaged, "pylock.toml")


@given(locks(), st.data())
@relaxed
def test_lines_in_another_order_are_an_error_of_ours_or_none(lock: Lock, data: st.DataObject):
    lines = dumps(lock).splitlines(keepends=True)
    one, other = (data.draw(st.integers(0, len(lines) - 1)) for _ in range(2))
    lines[one], lines[other] = lines[other], lines[one]
    with suppress(LockError, IntegrityError):
        loads("".join(lines), "pylock.toml")
