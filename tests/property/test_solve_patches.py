"""What holds at a patch of a Python, and what other programs ask at other patches."""

from collections.abc import Mapping, Sequence
from random import Random

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from assembler.errors import AssemblerError
from assembler.model.platforms import target_named
from assembler.model.resolution import Pin, ProgramRequest
from assembler.solve.solver import Policy, Question, solve
from tests.fakes.index import MemoryIndex, Options
from tests.solve.asking import DEFAULT, roots, versions

NAMES = ("ape", "bee", "cat", "dog", "elk", "fox")
PATCHES = range(8)
PYTHONS = ("", "", "", ">=3.12.2", "!=3.12.4", "<3.12.6")
MARKERS = (
    *("",) * 6,
    "; python_full_version < '3.12.3'",
    "; python_full_version >= '3.12.5'",
    "; implementation_version == '3.12.4'",
)

Described = Mapping[str, Mapping[str, Options]]


def requirement(random: Random) -> str:
    specifier = random.choice(("", "", ">=2", "<3", "!=2"))
    return f"{random.choice(NAMES)}{specifier}{random.choice(MARKERS)}"


def described(random: Random) -> Described:
    return {
        name: {
            version: {
                "requires": [requirement(random) for _ in range(random.choice((0, 0, 1, 2)))],
                "requires-python": random.choice(PYTHONS),
            }
            for version in ("1", "2", "3")
        }
        for name in NAMES
    }


def programs(random: Random) -> tuple[ProgramRequest, ...]:
    return tuple(
        ProgramRequest(name=name, roots=roots([requirement(random), requirement(random)]))
        for name in ("api", "jobs", "web")
    )


def solved(
    index: Described, asked: Sequence[ProgramRequest]
) -> dict[str, dict[int, Sequence[Pin]]]:
    """The pins of each program at each patch; none where that can't be solved."""
    targets = (target_named("linux-x86_64"),)
    question = Question(
        programs=tuple(asked), targets=targets, policy=Policy(python="3.12"), routes=(DEFAULT,)
    )
    try:
        found = solve(question, MemoryIndex(index))
    except AssemblerError:
        return {}
    return {
        one.name: {
            patch: pins
            for patch in PATCHES
            for cell, pins in found.pins.items()
            if cell.program == one.name and cell.python.holds(patch)
        }
        for one in asked
    }


def active(texts: Sequence[str], patch: int) -> list[Requirement]:
    """The requirements that count at a patch."""
    full = f"3.12.{patch}"
    here = {"python_full_version": full, "implementation_version": full, "extra": ""}
    every = [Requirement(text) for text in texts]
    return [one for one in every if one.marker is None or one.marker.evaluate(here)]


def reached(index: Described, wanted: Sequence[str], pins: Sequence[Pin], patch: int) -> set[str]:
    """The names that are asked for at a patch, each of them pinned to a version that fits."""
    pinned, seen = versions(pins), set[str]()
    queue = active(wanted, patch)
    while queue:
        one = queue.pop()
        version = pinned[one.name]
        options = msgspec.convert(index[one.name][version], dict[str, object])
        assert one.specifier.contains(version)
        assert SpecifierSet(str(options["requires-python"])).contains(f"3.12.{patch}")
        if one.name not in seen:
            seen.add(one.name)
            queue += active(msgspec.convert(options["requires"], list[str]), patch)
    return seen


@settings(max_examples=80, deadline=None)
@given(seed=st.integers(min_value=0, max_value=2**32))
def test_what_is_pinned_at_a_patch_is_what_is_asked_there(seed: int) -> None:
    random = Random(seed)
    index, asked = described(random), programs(random)
    found = solved(index, asked)
    for one in asked if found else ():
        wanted = [root.requirement for root in one.roots]
        for patch in PATCHES:
            pins = found[one.name][patch]
            assert reached(index, wanted, pins, patch) == {pin.name for pin in pins}


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(min_value=0, max_value=2**32))
def test_a_program_is_solved_as_if_it_were_alone(seed: int) -> None:
    random = Random(seed)
    index, asked = described(random), programs(random)
    together = solved(index, asked)
    for one in asked if together else ():
        assert solved(index, (one,))[one.name] == together[one.name]


def test_patches_make_a_difference() -> None:
    """So that the laws above are about something."""
    differing = 0
    for seed in range(100):
        random = Random(seed)
        found = solved(described(random), programs(random))
        differing += any(len(set(map(str, each.values()))) > 1 for each in found.values())
    assert differing > 20
