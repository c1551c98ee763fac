"""What is locked where it differs from target to target."""

import msgspec
import pytest

from assembler.errors import ConfigurationError
from assembler.lock.pylock import dumps
from assembler.lock.reading import loads
from assembler.lock.variants import joined, locked_on
from assembler.model.lock import Lock, LockedArtifact, ProgramInputs
from assembler.model.platforms import target_named
from assembler.model.resolution import Cell, Pin
from tests.lock.samples import LINUX, MAC, PYTHON, WINDOWS, pin

TARGETS = tuple(map(target_named, (LINUX, MAC, WINDOWS)))


def lock(targets: list[str], programs: dict[str, ProgramInputs], *pins: Pin) -> Lock:
    """A lock for these targets; each program has these pins on each that it is for."""
    cells = {
        Cell(program, target, PYTHON): pins
        for program, inputs in programs.items()
        for target in targets
        if target in (inputs.targets or targets)
    }
    named = tuple(map(target_named, targets))
    return Lock(created_by="0.1", targets=named, inputs=programs, cells=cells)


def inputs(*requires: str, python: str = "3.12", targets: tuple[str, ...] = ()) -> ProgramInputs:
    return ProgramInputs(requires=requires, python=python, targets=targets)


PLAIN = lock([LINUX, WINDOWS], {"web": inputs("a"), "job": inputs("a")}, pin("a", "1"))
OTHER = lock([MAC], {"web": inputs("a", "b")}, pin("a", "1"), pin("b", "1"))


def test_inputs_that_differ_stand_under_their_target():
    both = joined([PLAIN, OTHER], TARGETS)
    assert both.inputs == {
        "job": inputs("a", targets=(LINUX, WINDOWS)),
        "web": msgspec.structs.replace(inputs("a"), on={MAC: inputs("a", "b")}),
    }
    assert both.inputs["web"].on_target(MAC).requires == ("a", "b")
    assert both.inputs["web"].on_target(LINUX).requires == ("a",)
    assert both.cells == {**PLAIN.cells, **OTHER.cells}


def test_each_part_is_what_it_was_joined_from():
    both = joined([PLAIN, OTHER], TARGETS)
    assert locked_on(both, {LINUX, WINDOWS}) == PLAIN
    assert locked_on(both, {MAC}) == OTHER
    whole = locked_on(both, {LINUX, MAC, WINDOWS})
    assert whole == both


def test_a_joined_lock_is_read_as_it_was_written():
    both = joined([PLAIN, OTHER], TARGETS)
    text = dumps(both)
    assert "[tool.assembler.programs.web.on.macos-arm64]" in text
    assert loads(text, "pylock.toml").inputs == both.inputs


def test_downloads_of_all_targets_are_locked():
    one, two = (LockedArtifact(url=f"https://x/{name}", sha256="0" * 64, size=1) for name in "ab")
    locks = [
        msgspec.structs.replace(PLAIN, artifacts=(two,)),
        msgspec.structs.replace(OTHER, artifacts=(one, two)),
    ]
    assert joined(locks, TARGETS).artifacts == (one, two)


def test_what_must_be_the_same():
    other = lock([MAC], {"web": inputs("a", python="3.13")}, pin("a", "1"))
    with pytest.raises(ConfigurationError) as caught:
        joined([PLAIN, other], TARGETS)
    assert caught.value.message == "`web` has Python 3.13 on `macos-arm64`, and 3.12 elsewhere"
    assert caught.value.hints == ("a target's own Python is said by `[targets.macos-arm64]`",)
    with pytest.raises(ConfigurationError) as caught:
        joined([PLAIN, msgspec.structs.replace(OTHER, exclude_newer_rule="7 days")], TARGETS)
    assert caught.value.message == "`lock.exclude-newer` must be the same on all targets"
