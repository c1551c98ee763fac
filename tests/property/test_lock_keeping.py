"""A lock whose unedited programs stay is, byte for byte, one that is solved as a whole."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from assembler.errors import AssemblerError
from assembler.lock.inputs import Asked, program_inputs
from assembler.lock.keeping import staying
from assembler.lock.pylock import dumps, loads
from assembler.model.lock import Lock
from assembler.model.platforms import target_named
from assembler.model.project import LockPolicy, SolveGroup
from assembler.model.resolution import ProgramRequest, Resolution
from assembler.model.solve_groups import shared
from assembler.origin import Origin
from assembler.solve.solver import Policy, Question, solve
from tests.fakes.index import URL, MemoryIndex, Options
from tests.solve.asking import DEFAULT, constraints, roots

NAMES = ("ape", "bee", "cat", "dog")
SPECIFIERS = ("", "", ">=2", "<2", "==1")
PROGRAMS = ("api", "jobs", "web")
PYTHONS = ("3.11", "3.12", "3.12", "3.12.4")
TARGETS = ("linux-x86_64", "macos-arm64")
MARKERS = (
    "",
    "",
    "; sys_platform == 'darwin'",
    "; python_version < '3.12'",
    "; python_full_version >= '3.12.3'",
)
WHEELS = (
    ("py3-none-any",),
    ("cp311-cp311-manylinux_2_17_x86_64", "cp312-cp312-manylinux_2_17_x86_64", "py3-none-any"),
    (
        "cp311-cp311-macosx_11_0_arm64",
        "cp312-cp312-macosx_11_0_arm64",
        "cp311-cp311-manylinux_2_17_x86_64",
        "cp312-cp312-manylinux_2_17_x86_64",
    ),
    ("cp312-cp312-manylinux_2_17_x86_64",),
)
SITE = SolveGroup("site", Origin(file="assembly.toml"))

Described = Mapping[str, Mapping[str, Options]]


class Application(NamedTuple):
    """What an application asks of its lock."""

    programs: Mapping[str, ProgramRequest]
    targets: Sequence[str]
    limits: Mapping[str, str]

    @property
    def asked(self) -> Asked:
        return Asked(
            programs=shared(list(self.programs.values())),
            index_of=lambda _name, _target: URL,
            targets=tuple(map(target_named, self.targets)),
            policy=LockPolicy(constraints=constraints(self.limits), sdists=("any",)),
        )


def described(random: Random) -> Described:
    return {
        name: {
            version: {
                "requires": [
                    f"{random.choice(NAMES)}{random.choice(SPECIFIERS)}{random.choice(MARKERS)}"
                    for _ in range(random.choice((0, 0, 1, 1, 2)))
                ],
                "wheels": random.choice(WHEELS),
                "sdist": random.random() < 0.3,
            }
            for version in random.sample(("1", "2", "3"), random.randint(1, 3))
        }
        for name in NAMES
    }


def program(random: Random, name: str) -> ProgramRequest:
    asked = [
        f"{random.choice(NAMES)}{random.choice(SPECIFIERS)}" for _ in range(random.randint(1, 2))
    ]
    return ProgramRequest(
        name=name,
        roots=roots(asked),
        python=random.choice(PYTHONS),
        solve_group=SITE if random.random() < 0.1 else None,
    )


def application(random: Random) -> Application:
    some = random.sample(PROGRAMS, random.randint(2, 3))
    return Application(
        {name: program(random, name) for name in some},
        random.sample(TARGETS, random.randint(1, 2)),
        {random.choice(NAMES): "<3"} if random.random() < 0.3 else {},
    )


def edited(random: Random, before: Application) -> Application:
    """The application with one or two edits."""
    programs, targets, limits = dict(before.programs), before.targets, before.limits
    for _ in range(random.randint(1, 2)):
        match random.choice(("program", "program", "program", "gone", "targets", "limits", "none")):
            case "program":
                name = random.choice(PROGRAMS)
                programs[name] = program(random, name)
            case "gone":
                programs.pop(random.choice(PROGRAMS), None)
            case "targets":
                targets = random.sample(TARGETS, random.randint(1, 2))
            case "limits":
                limits = {random.choice(NAMES): random.choice(("<3", "!=2"))}
            case _:
                pass
    return Application(programs, targets, limits)


def solved(index: Described, application: Application, before: Lock | None, *, whole: bool) -> Lock:
    """The lock of an application: all of it solved, or only what does not stay."""
    asked, kept = application.asked, Lock(created_by="1", targets=(), inputs={}, cells={})
    if before is not None and not whole:
        (kept,) = staying(before, (asked,), before.inputs, ())
    answer = solve(
        Question(
            programs=tuple(one for one in asked.programs if one.name not in kept.inputs),
            targets=asked.targets,
            policy=Policy(
                python="3.12", constraints=asked.policy.constraints, sdists=asked.policy.sdists
            ),
            routes=(DEFAULT,),
        ),
        MemoryIndex(index),
        prefer=Resolution(before.cells) if before else None,
    )
    cells = {**kept.cells, **answer.pins}
    names = {
        one.name: frozenset(
            pin.name for cell, pins in cells.items() if cell.program == one.name for pin in pins
        )
        for one in asked.programs
    }
    return Lock(
        created_by="1",
        targets=asked.targets,
        inputs={
            one.name: kept.inputs.get(one.name)
            or program_inputs(one, asked, names[one.name], asked.targets)
            for one in asked.programs
        },
        cells=cells,
    )


def text(index: Described, application: Application, before: Lock | None, *, whole: bool) -> str:
    """What is written, or why nothing is."""
    try:
        return dumps(solved(index, application, before, whole=whole))
    except AssemblerError as error:
        return str(error)


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(min_value=0, max_value=2**32))
def test_what_stays_is_what_solving_all_of_it_again_gives(seed: int):
    random = Random(seed)
    index, before = described(random), application(random)
    try:
        lock = loads(dumps(solved(index, before, None, whole=True)), "pylock.toml")
    except AssemblerError:
        return
    for _ in range(3):
        after = edited(random, before)
        kept = text(index, after, lock, whole=False)
        assert kept == text(index, after, lock, whole=True)


def test_programs_stay_although_another_one_is_edited():
    """So that the law above is about something."""
    stayed = 0
    for seed in range(100):
        random = Random(seed)
        index, before = described(random), application(random)
        try:
            lock = solved(index, before, None, whole=True)
        except AssemblerError:
            continue
        (kept,) = staying(lock, (edited(random, before).asked,), lock.inputs, ())
        stayed += 0 < len(kept.inputs) < len(lock.inputs)
    assert stayed > 10
