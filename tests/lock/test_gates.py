from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from assembler.errors import AssemblerError
from assembler.lock.gates import checked
from assembler.lock.pylock import dumps
from assembler.model.lock import Lock
from assembler.model.platforms import target_named
from assembler.model.resolution import Cell, Pin
from assembler.model.target import PythonRange
from tests.lock.samples import LINUX, MUSL, PYTHON, inputs, lock, pin, small_lock, wheel


def violations(value: Lock) -> Sequence[str]:
    with pytest.raises(AssemblerError) as caught:
        checked(value)
    assert caught.value.exit_code == 70
    assert caught.value.message == "the new `pylock.toml` does not say what was solved"
    return caught.value.details


def test_a_lock_that_says_what_was_solved_is_written():
    assert checked(small_lock()).text == dumps(small_lock())


def test_a_file_without_a_hash():
    bare = replace(wheel("a", "1.0"), sha256=None)
    value = lock({("web", LINUX, PYTHON): [Pin(name="a", version="1.0", wheels=(bare,))]})

    assert violations(value) == ("`a-1.0-py3-none-any.whl` has no sha256",)


def test_a_program_without_inputs():
    value = replace(lock({("web", LINUX, PYTHON): []}), inputs={})

    assert violations(value) == ("program `web` has no inputs",)


@pytest.mark.parametrize(
    "ranges",
    [
        [],
        [PythonRange(3, 12, 1)],
        [PythonRange(3, 12, 0, 3)],
        [PythonRange(3, 12, 0, 3), PythonRange(3, 12, 4)],
        [PythonRange(3, 11)],
    ],
)
def test_patches_that_are_not_solved(ranges: list[PythonRange]):
    value = replace(
        lock({("web", LINUX, PYTHON): []}),
        cells={Cell("web", LINUX, python): () for python in ranges},
    )

    assert violations(value) == ("`web` on `linux-x86_64` is not solved for every patch of 3.12",)


def test_targets_that_markers_can_not_tell_apart_but_have_other_pins():
    value = lock(
        {("web", LINUX, PYTHON): [pin("a", "1.0")], ("web", MUSL, PYTHON): [pin("a", "2.0")]}
    )

    assert violations(value) == (
        "`a` is locked twice for `web` on `linux-musl-x86_64`: 1.0 and 2.0",
    )


def test_a_pin_without_a_file_that_fits():
    windows_only = pin("a", "1.0", tags=["cp312-cp312-win_amd64"])

    assert violations(lock({("web", LINUX, PYTHON): [windows_only]})) == (
        (
            "`web` on `linux-x86_64`: "
            "no file of `a` 1.0 in the lock fits `linux-x86_64` with Python 3.12"
        ),
    )


def test_a_pin_that_no_lock_can_say():
    assert violations(lock({("web", LINUX, PYTHON): [Pin(name="a", version="1.0")]})) == (
        (
            "Exactly one of vcs, directory, archive must be set "
            "if sdist and wheels are not set in 'packages[0]'"
        ),
    )


def test_a_target_that_can_not_be_read_back():
    odd = replace(target_named(LINUX), libc="uclibc")
    value = replace(lock({("web", LINUX, PYTHON): []}), targets=(odd,))

    assert violations(value) == ("target `linux-x86_64` is no machine",)


def test_a_target_that_is_named_twice_counts_once():
    value = replace(small_lock(), targets=(*small_lock().targets, target_named(LINUX)))

    assert checked(value).text == dumps(small_lock())


def test_inputs_that_are_not_canonical():
    value = lock({("web", LINUX, PYTHON): []}, {"web": inputs("flask", python="3.12")})
    other = replace(value, inputs={"web": replace(value.inputs["web"], requires=("a\u2028",))})

    assert violations(other) == (r"'a\u2028' holds a control character",)
