import pytest

from assembler.errors import IntegrityError, LockError
from assembler.lock.selection import fitting_target, select
from assembler.model.lock import Lock
from assembler.model.platforms import target_named
from assembler.model.resolution import Pin
from assembler.model.target import PythonRange, Target
from tests.lock.samples import (
    LINUX,
    MAC,
    MUSL,
    PYTHON,
    WINDOWS,
    inputs,
    lock,
    pin,
    sdist,
    small_lock,
    wheel,
)

GLIBC_WHEEL = "cp312-cp312-manylinux_2_17_x86_64"
MUSL_WHEEL = "cp312-cp312-musllinux_1_1_x86_64"


def chosen_file(pins: list[Pin], target: str = LINUX) -> str:
    (selected,) = select(
        lock({("web", target, PYTHON): pins}), "web", target_named(target), "3.12.4"
    )
    file = selected.wheel or selected.sdist
    return file.filename if file else ""


def test_the_best_wheel_is_chosen():
    tags = ["py3-none-any", "cp312-cp312-manylinux_2_5_x86_64", GLIBC_WHEEL, MUSL_WHEEL]

    assert chosen_file([pin("a", "1.0", tags=tags)]) == f"a-1.0-{GLIBC_WHEEL}.whl"
    assert chosen_file([pin("a", "1.0", tags=tags)], MUSL) == f"a-1.0-{MUSL_WHEEL}.whl"


def test_without_a_wheel_that_fits_the_sdist_is_chosen():
    both = Pin(
        name="a",
        version="1.0",
        wheels=(wheel("a", "1.0", MUSL_WHEEL),),
        sdist=sdist("a", "1.0"),
    )

    assert chosen_file([both]) == "a-1.0.tar.gz"


def test_a_source_tree_has_no_file():
    selected = {
        one.pin.name: one for one in select(small_lock(), "jobs", target_named(LINUX), "3.12.0")
    }

    assert selected["lib"].wheel is None
    assert selected["lib"].sdist is None
    assert selected["lib"].pin.tree is not None


def test_targets_and_patches_get_their_own_pins():
    early, late = PythonRange(3, 12, 0, 3), PythonRange(3, 12, 3)
    value = lock(
        {("web", LINUX, early): [pin("a", "1.0")], ("web", LINUX, late): [pin("a", "2.0")]}
    )

    versions = [
        select(value, "web", target_named(LINUX), python)[0].pin.version
        for python in ("3.12.2", "3.12.3", "3.12.11")
    ]
    assert versions == ["1.0", "2.0", "2.0"]


def failure(value: Lock, program: str, target: str, python: str) -> LockError:
    with pytest.raises(LockError) as caught:
        select(value, program, target_named(target), python)
    return caught.value


def test_another_program():
    error = failure(small_lock(), "shop", LINUX, "3.12.0")

    assert error.message == "the lock has no program `shop`"
    assert error.details == ("it has `jobs`, `web`",)
    assert error.hints == ("run `assemble lock`",)


def test_another_target():
    error = failure(small_lock(), "web", MAC, "3.12.0")

    assert error.message == "the lock has no target `macos-arm64`"
    assert error.details == ("it serves `linux-x86_64`, `windows-x86_64`",)
    assert error.hints == (
        (
            'write `targets = ["linux-x86_64", "windows-x86_64", "macos-arm64"]` under [lock], '
            "then run `assemble lock`"
        ),
    )


def test_another_python():
    error = failure(small_lock(), "web", LINUX, "3.13.1")

    assert error.message == "the lock has `web` for Python 3.12, not for 3.13.1"
    assert error.hints == (
        "build with Python 3.12",
        'or write `python = "3.13"`, then run `assemble lock`',
    )


def test_an_earlier_patch():
    late = lock({("web", LINUX, PythonRange(3, 12, 4)): []}, {"web": inputs(python="3.12.4")})

    assert failure(late, "web", LINUX, "3.12.3").message == (
        "the lock has `web` for Python 3.12.4 and its later patches, not for 3.12.3"
    )


def test_no_file_fits():
    with pytest.raises(IntegrityError) as caught:
        chosen_file([pin("a", "1.0", tags=[MUSL_WHEEL])])

    assert caught.value.message == (
        "no file of `a` 1.0 in the lock fits `linux-x86_64` with Python 3.12"
    )
    assert caught.value.details == (f"there is `a-1.0-{MUSL_WHEEL}.whl`",)


EVERYWHERE = lock({("web", name, PYTHON): [] for name in (LINUX, MUSL, MAC, WINDOWS)})


@pytest.mark.parametrize(
    ("platform", "version", "name"),
    [
        ("linux-x86_64", (2, 28), LINUX),
        ("linux-x86_64", (2, 40), LINUX),
        ("linux-musl-x86_64", (1, 2), MUSL),
        ("macos-arm64", (), MAC),
        ("windows-x86_64", (), WINDOWS),
    ],
)
def test_the_target_of_this_machine(platform: str, version: tuple[int, ...], name: str):
    assert fitting_target(EVERYWHERE, platform, version).name == name


def with_targets(*targets: Target) -> Lock:
    return Lock(created_by="0.1.0", targets=targets, inputs={}, cells={})


def linux(name: str, *oldest: int) -> Target:
    return Target(name=name, system="linux", machine="x86_64", libc="glibc", oldest=oldest)


def test_of_several_targets_the_most_demanding_one_that_fits():
    several = with_targets(linux("old", 2, 17), linux("new", 2, 34), linux("newest", 2, 39))

    assert fitting_target(several, "linux-x86_64", (2, 35)).name == "new"
    assert fitting_target(several, "linux-x86_64", (2, 35), "old").name == "old"


def misfit(value: Lock, platform: str, version: tuple[int, ...], wanted: str = "") -> LockError:
    with pytest.raises(LockError) as caught:
        fitting_target(value, platform, version, wanted or None)
    return caught.value


def test_no_target_of_this_platform():
    error = misfit(EVERYWHERE, "linux-aarch64", (2, 40))

    assert error.message == "the lock does not serve this machine, `linux-aarch64`"
    assert error.hints == (
        (
            'write `targets = ["linux-musl-x86_64", "linux-x86_64", "macos-arm64", '
            '"windows-x86_64", "linux-aarch64"]` under [lock], then run `assemble lock`'
        ),
    )


def test_a_machine_that_is_too_old():
    assert misfit(EVERYWHERE, "linux-x86_64", (2, 17)).message == (
        "the lock's target `linux-x86_64` needs glibc 2.28, this machine has 2.17"
    )


def test_targets_between_which_nothing_decides():
    error = misfit(with_targets(linux("a", 2, 17), linux("b", 2, 17)), "linux-x86_64", (2, 35))

    assert error.message == "several targets of the lock serve this machine: `a`, `b`"
    assert error.hints == ("choose with `--target a`",)


def test_a_wanted_target_that_is_not_there():
    assert misfit(EVERYWHERE, "linux-x86_64", (2, 40), "edge").message == (
        "the lock has no target `edge`"
    )
