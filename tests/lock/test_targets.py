"""Locks for targets of one's own, and programs that are for some targets."""

import pytest
from inline_snapshot import snapshot
from msgspec.structs import replace

from assembler.errors import LockError
from assembler.lock.entries import canonical
from assembler.lock.freshness import edits
from assembler.lock.gates import checked
from assembler.lock.inputs import Asked
from assembler.lock.pylock import loads
from assembler.lock.selection import fitting_target, select
from assembler.model.lock import Lock
from assembler.model.platforms import target_named
from assembler.model.project import Root, TargetName
from assembler.model.resolution import Cell, ProgramRequest
from assembler.model.target import PythonRange
from assembler.origin import Origin
from tests.lock.samples import INDEX, LINUX, MAC, MUSL, inputs, pin

LINUX_TAGS = ("cp311-cp311-manylinux_2_17_x86_64", "cp312-cp312-manylinux_2_17_x86_64")
OLD = PythonRange(3, 11, 4)
NEW = PythonRange(3, 12)


def two_pythons() -> Lock:
    """One platform twice: a target with a Python of its own, and one without."""
    edge = replace(target_named(LINUX), name="edge", python="3.11.4")
    return Lock(
        created_by="0.1.0",
        targets=(edge, target_named(LINUX)),
        inputs={"web": inputs("lib")},
        cells={
            Cell("web", "edge", OLD): (pin("lib", "1.0", tags=LINUX_TAGS),),
            Cell("web", LINUX, NEW): (pin("lib", "2.0", tags=LINUX_TAGS),),
        },
    )


def programs_apart() -> Lock:
    """A program for Linux alone, and one for all targets."""
    return Lock(
        created_by="0.1.0",
        targets=tuple(target_named(name) for name in (LINUX, MAC, MUSL)),
        inputs={"web": replace(inputs("lib"), targets=(LINUX,)), "jobs": inputs("lib")},
        cells={
            Cell("web", LINUX, NEW): (pin("lib", "2.0", tags=LINUX_TAGS),),
            **{Cell("jobs", name, NEW): (pin("lib", "1.0"),) for name in (LINUX, MAC, MUSL)},
        },
    )


@pytest.mark.parametrize("lock", [two_pythons(), programs_apart()])
def test_a_lock_reads_as_it_was_written(lock: Lock):
    assert loads(checked(lock).text, "pylock.toml") == canonical(lock)


def test_a_target_gets_the_versions_of_its_python():
    lock = loads(checked(two_pythons()).text, "pylock.toml")
    edge, linux = lock.targets

    assert [one.pin.version for one in select(lock, "web", edge, "3.11.9")] == ["1.0"]
    assert [one.pin.version for one in select(lock, "web", linux, "3.12.1")] == ["2.0"]
    with pytest.raises(LockError) as caught:
        select(lock, "web", edge, "3.12.1")
    assert caught.value.message == snapshot(
        "the lock has `web` for Python 3.11.4 and its later patches, not for 3.12.1"
    )


def test_a_machine_that_two_targets_fit_must_be_told():
    with pytest.raises(LockError) as caught:
        fitting_target(two_pythons(), LINUX, ())
    assert caught.value.message == snapshot(
        "several targets of the lock serve this machine: `edge`, `linux-x86_64`"
    )
    assert fitting_target(two_pythons(), LINUX, (), "edge").name == "edge"


def test_other_targets_of_a_program_are_an_edit():
    where = Origin(file="assembly.toml", line=7)
    request = ProgramRequest(
        name="web",
        roots=(Root("lib", where),),
        python="3.12",
        targets=(TargetName(LINUX, where), TargetName(MAC, where)),
    )
    asked = Asked(programs=(request,), index_of=lambda *_: INDEX)

    assert [edit.edit for edit in edits(programs_apart(), asked)] == snapshot(
        ["the targets of `web` are now `linux-x86_64`, `macos-arm64`, were `linux-x86_64`"]
    )
    everywhere = Asked(programs=(replace(request, targets=()),), index_of=lambda *_: INDEX)
    assert [edit.edit for edit in edits(programs_apart(), everywhere)] == snapshot(
        ["the targets of `web` are now all, were `linux-x86_64`"]
    )


def test_a_program_that_is_not_for_a_target_says_so():
    lock = loads(checked(programs_apart()).text, "pylock.toml")

    with pytest.raises(LockError) as caught:
        select(lock, "web", target_named(MAC), "3.12.1")
    assert caught.value.message == "`web` is not for the target `macos-arm64`"
    assert caught.value.details == ("it is for `linux-x86_64`",)
