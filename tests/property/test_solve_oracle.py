"""The solver agrees with trying every combination, on small indexes."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product
from os import environ
from random import Random, SystemRandom
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from assembler.errors import Faults, UnsatisfiableError
from assembler.solve.solver import Policy, solve
from tests.fakes.index import MemoryIndex
from tests.solve.asking import constraints, only, question, versions

NAMES = ("ape", "bee", "cat", "dog", "elk")
VERSIONS = ("3", "2", "1", "2.5rc1")
SPECIFIERS = ("", ">=2", "<2", "==2", "!=3", "<3", ">1", ">=2.5rc1", "==1", ">=3")
EXTRAS = ("", "", "", "[x]")
_LIMITED = 0.3
_KNOWN = 0.96

Described = dict[str, dict[str, list[str]]]

names = st.sampled_from(NAMES)
requirements = st.builds(
    lambda name, extra, specifier, marker: f"{name}{extra}{specifier}{marker}",
    names,
    st.sampled_from(EXTRAS),
    st.sampled_from(SPECIFIERS),
    st.sampled_from(["", "", "", "; extra == 'x'", "; python_version < '3'"]),
)
asked = st.builds(
    lambda name, extra, specifier: f"{name}{extra}{specifier}",
    names,
    st.sampled_from(EXTRAS),
    st.sampled_from(SPECIFIERS),
)
indexes = st.dictionaries(
    names,
    st.dictionaries(
        st.sampled_from(VERSIONS), st.lists(requirements, max_size=3), min_size=1, max_size=4
    ),
    min_size=2,
    max_size=5,
)
root_lists = st.lists(asked, min_size=1, max_size=3)
limits = st.dictionaries(names, st.sampled_from(["<3", ">=2", "!=2"]), max_size=1)


def active(described: Described, name: str, version: str, extras: set[str]) -> list[Requirement]:
    """What a version needs, with these extras."""
    parsed = [Requirement(text) for text in described[name][version]]
    return [
        requirement
        for requirement in parsed
        if requirement.marker is None
        or any(
            requirement.marker.evaluate({"extra": extra, "python_version": "3.12"})
            for extra in {"", *extras}
        )
    ]


def reached(
    described: Described, roots: Sequence[str], pins: Mapping[str, str], closed: str = ""
) -> dict[str, list[SpecifierSet]] | None:
    """What is asked of each name that the roots reach, but not through `closed`.

    `None` if one of them has no pin.
    """
    specifiers: dict[str, list[SpecifierSet]] = {}
    extras: dict[str, set[str]] = {}
    queue = [Requirement(root) for root in roots]
    seen: set[tuple[str, frozenset[str]]] = set()
    while queue:
        requirement = queue.pop()
        name = requirement.name
        if name not in pins:
            return None
        specifiers.setdefault(name, []).append(requirement.specifier)
        extras.setdefault(name, set()).update(requirement.extras)
        key = (name, frozenset(extras[name]))
        if key not in seen and name != closed:
            seen.add(key)
            queue.extend(active(described, name, pins[name], extras[name]))
    return specifiers


def valid(
    described: Described,
    roots: Sequence[str],
    limits: Mapping[str, str],
    pins: Mapping[str, str],
    *,
    strict: bool = True,
) -> bool:
    """Whether pins are exactly what the roots reach, each offered by all that is asked of it.

    Strictly, a pre-release can't be let in by what it needs itself.
    """
    specifiers = reached(described, roots, pins)
    if specifiers is None or specifiers.keys() != pins.keys():
        return False
    for name, sets in specifiers.items():
        limit = limits.get(name, "")
        if pins[name] not in offered(described[name], sets, limit):
            return False
        before = reached(described, roots, pins, closed=name)
        if strict and (
            before is None or pins[name] not in offered(described[name], before[name], limit)
        ):
            return False
    return True


def offered(known: Iterable[str], sets: Iterable[SpecifierSet], limit: str) -> set[str]:
    """The versions that all of these specifiers together offer."""
    combined = SpecifierSet(limit)
    for specifier in sets:
        combined &= specifier
    return set(combined.filter(known))


def combinations(described: Described) -> Iterator[dict[str, str]]:
    """Every choice of at most one version of each name."""
    order = sorted(described)
    for chosen in product(*([None, *described[name]] for name in order)):
        yield {name: version for name, version in zip(order, chosen, strict=True) if version}


def newer(described: Described, name: str, version: str) -> list[str]:
    return [other for other in described[name] if Version(other) > Version(version)]


def raises(
    described: Described,
    roots: Sequence[str],
    limits: Mapping[str, str],
    pins: Mapping[str, str],
    better: Callable[[Described, str, str], Iterable[str]] = newer,
) -> Iterator[str]:
    """The newer (or otherwise better) versions that one could have with the others as they are.

    Distributions that only it needs may come with it, and those that it alone needed may go.
    """
    missing = sorted(described.keys() - pins.keys())
    for name, version in pins.items():
        for other in better(described, name, version):
            for chosen in product(*([None, *described[each]] for each in missing)):
                new = {each: one for each, one in zip(missing, chosen, strict=True) if one}
                raised = {**pins, **new, name: other}
                needed = reached(described, roots, raised)
                if needed is None or not {*new, name} <= needed.keys():
                    continue
                if valid(described, roots, limits, {each: raised[each] for each in needed}):
                    yield other


def agrees(described: Described, roots: list[str], limits: dict[str, str]) -> bool:
    """Check the solver against every combination; return whether there is an answer."""
    policy = Policy(python="3.12", constraints=constraints(limits))
    try:
        resolution = solve(question(*roots, policy=policy), MemoryIndex(described))
    except (UnsatisfiableError, Faults):
        assert not any(valid(described, roots, limits, pins) for pins in combinations(described))
        return False

    pins = versions(only(resolution))
    assert valid(described, roots, limits, pins, strict=False)
    assert not list(raises(described, roots, limits, pins))
    return True


@settings(max_examples=300, deadline=None)
@given(described=indexes, roots=root_lists, limits=limits)
def test_it_finds_an_answer_exactly_where_there_is_one(
    described: Described, roots: list[str], limits: dict[str, str]
):
    agrees(described, roots, limits)


class Shape(NamedTuple):
    """How many names an index has and versions a name, what a version needs, and how narrowly."""

    names: tuple[int, int]
    versions: tuple[int, int]
    needs: Sequence[int]
    specifiers: Sequence[str]


SMALL = Shape((2, 4), (1, 3), (0, 0, 0, 1, 1, 2), SPECIFIERS)
WIDE = Shape((4, 5), (2, 4), (0, 1, 1, 2, 3), ("", "", "", *SPECIFIERS))


def drawn(random: Random, shape: Shape = SMALL) -> tuple[Described, list[str], dict[str, str]]:
    """An index with few distributions, many bounds, and what is asked of it."""
    known = random.sample(NAMES, random.randint(*shape.names))
    tags = ["", "", "", "; extra == 'x'", "; python_version < '3'"]

    def requirement() -> str:
        name = random.choice(known if random.random() < _KNOWN else NAMES)
        extra = random.choice(EXTRAS)
        return f"{name}{extra}{random.choice(shape.specifiers)}"

    described = {
        name: {
            version: [
                requirement() + random.choice(tags) for _ in range(random.choice(shape.needs))
            ]
            for version in random.sample(VERSIONS, random.randint(*shape.versions))
        }
        for name in known
    }
    roots = [requirement() for _ in range(random.randint(1, 3))]
    limits = {random.choice(NAMES[:4]): random.choice(["<3", ">=2", "!=2"])}
    return described, roots, limits if random.random() < _LIMITED else {}


def test_many_random_indexes(capsys: pytest.CaptureFixture[str]):
    """As many as `ASSEMBLER_ORACLE` says, from its seed."""
    count = int(environ.get("ASSEMBLER_ORACLE", "300"))
    seed = int(environ.get("ASSEMBLER_ORACLE_SEED", str(SystemRandom().randrange(10**9))))
    unsatisfiable = 0
    for number in range(count):
        case = drawn(Random(f"{seed} {number}"))
        try:
            unsatisfiable += not agrees(*case)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}, index {number}: {case}") from error
    with capsys.disabled():
        sys.stdout.write(f"{count} indexes, seed {seed}, {unsatisfiable} unsatisfiable\n")
    assert 0.3 * count <= unsatisfiable <= 0.9 * count
