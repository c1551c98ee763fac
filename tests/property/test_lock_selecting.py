"""What is selected with each question asked once is what `Pylock.select` selects for each cell."""

from typing import cast

import pytest
import tomli
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from packaging.markers import Environment, InvalidMarker, Marker
from packaging.pylock import Pylock, PylockSelectError

from assembler.lock.pep751 import (
    Installed,
    Machine,
    Machines,
    Selecting,
    alternatives,
    installed,
    without_markers,
)
from assembler.lock.pylock import dumps
from assembler.model.lock import Lock
from assembler.model.target import PythonRange, Target
from tests.lock.samples import small_lock
from tests.property.test_lock_round_trip import locks
from tests.property.test_written_markers import GROUPS, trees

ENTRY = "\n[[packages]]\n"
relaxed = settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])


def at_once(pylock: Pylock, program: str, machine: Machine) -> frozenset[Installed] | None:
    try:
        found = pylock.select(
            environment=cast("Environment", machine.environment),
            tags=machine.tags.best_first,
            dependency_groups=[program],
        )
        return frozenset(installed(package, source) for package, source in found)
    except PylockSelectError:
        return None


def one_by_one(selecting: Selecting, program: str, machine: Machine) -> frozenset[Installed] | None:
    try:
        return selecting.selected(program, machine)
    except PylockSelectError:
        return None


def agree(lock: Lock, text: str) -> None:
    table = tomli.loads(text)
    pylock = Pylock.from_dict(table)
    markers = [package["marker"] for package in table["packages"]]
    selecting = Selecting(without_markers(table), markers)
    for target in lock.targets:
        machines = Machines(target)
        for machine in some_machines(lock, target, machines):
            for program in lock.inputs:
                assert one_by_one(selecting, program, machine) == at_once(pylock, program, machine)


def some_machines(lock: Lock, target: Target, machines: Machines) -> list[Machine]:
    pythons = {cell.python for cell in lock.cells if cell.target == target.name}
    return [machines.machine(python, last(python)) for python in pythons]


def last(python: PythonRange) -> str:
    patch = python.first + 40 if python.end is None else python.end - 1
    return f"{python.major}.{python.minor}.{patch}"


@given(locks())
@relaxed
def test_each_cell_gets_the_same(lock: Lock):
    agree(lock, dumps(lock))


@given(locks(), st.data())
@relaxed
def test_a_lock_with_exchanged_markers_is_understood_the_same(lock: Lock, data: st.DataObject):
    head, *packages = dumps(lock).split(ENTRY)
    lines = [package.splitlines(keepends=True) for package in packages]
    places = [
        next(place for place, line in enumerate(package) if line.startswith("marker"))
        for package in lines
    ]
    markers = [package[place] for package, place in zip(lines, places, strict=True)]
    for package, place in zip(lines, places, strict=True):
        package[place] = data.draw(st.sampled_from(markers))
    agree(lock, ENTRY.join([head, *map("".join, lines)]))


@given(trees())
def test_a_marker_holds_where_any_of_its_alternatives_does(text: str):
    marker = Marker(text)
    some = [Marker(alternative) for alternative in alternatives(text)]
    for group in GROUPS:
        for platform in ("linux", "win32"):
            known: dict[str, str | frozenset[str]] = {
                "sys_platform": platform,
                "dependency_groups": frozenset({group}),
            }
            holds = [each.evaluate(known, context="lock_file") for each in some]
            assert any(holds) is marker.evaluate(known, context="lock_file")


def test_a_marker_that_is_none_is_refused():
    nothing = without_markers(tomli.loads(dumps(small_lock())))

    with pytest.raises(InvalidMarker):
        Selecting(nothing, ["'web' in dependency_groups or web"] * len(nothing.packages))


def test_texts_and_parentheses_are_not_split():
    marker = "sys_platform == 'a or b' or (os_name == 'x' or os_name == ')') and os_name != 'y'"

    assert list(alternatives(marker)) == [
        "sys_platform == 'a or b'",
        "(os_name == 'x' or os_name == ')') and os_name != 'y'",
    ]
