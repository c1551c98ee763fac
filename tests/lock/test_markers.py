from collections.abc import Sequence

import pytest

from assembler.lock.entries import canonical, entries
from assembler.lock.markers import entry_marker, grid
from assembler.lock.platforms import environments, platforms
from assembler.lock.pylock import dumps, loads
from assembler.model.platforms import target_named
from assembler.model.resolution import Pin
from assembler.model.target import PythonRange, Target
from tests.lock.samples import LINUX, MAC, MUSL, PYTHON, WINDOWS, inputs, lock, pin

ARM = "linux-aarch64"
INTEL_MAC = "macos-x86_64"
A = pin("a", "1.0")
EARLY, LATE = PythonRange(3, 11, 0, 3), PythonRange(3, 11, 3)


def marker_of_a(cells: dict[tuple[str, str, PythonRange], Sequence[Pin]]) -> str:
    programs = {program: inputs(python="3.11") for program, _, _ in cells}
    value = canonical(lock(cells, programs))
    assert loads(dumps(value), "pylock.toml") == value
    (entry,) = (entry for entry in entries(value) if entry.pin.name == "a")
    return entry_marker(entry.cells, grid(value))


def on(*having: str, among: Sequence[str]) -> str:
    python = PythonRange(3, 11)
    return marker_of_a({("web", name, python): [A] if name in having else [] for name in among})


@pytest.mark.parametrize(
    ("having", "among", "environment"),
    [
        ([LINUX], [LINUX, MAC], "sys_platform == 'linux'"),
        ([LINUX, MUSL], [LINUX, MUSL, MAC], "sys_platform == 'linux'"),
        ([LINUX, MAC], [LINUX, MAC, WINDOWS], "sys_platform != 'win32'"),
        ([LINUX], [LINUX, ARM], "platform_machine == 'x86_64'"),
        ([LINUX], [LINUX, ARM, MAC], "platform_machine == 'x86_64'"),
        ([LINUX, ARM], [LINUX, ARM, MAC], "sys_platform == 'linux'"),
        (
            [LINUX],
            [LINUX, ARM, INTEL_MAC],
            "sys_platform == 'linux' and platform_machine == 'x86_64'",
        ),
        (
            [LINUX, MAC],
            [LINUX, ARM, MAC, INTEL_MAC],
            (
                "(platform_machine == 'arm64' or "
                "(platform_machine == 'x86_64' and sys_platform == 'linux'))"
            ),
        ),
        ([LINUX, INTEL_MAC], [LINUX, ARM, MAC, INTEL_MAC], "platform_machine == 'x86_64'"),
    ],
)
def test_the_environment_is_said_in_the_fewest_words(
    having: list[str], among: list[str], environment: str
):
    assert on(*having, among=among) == f"'web' in dependency_groups and {environment}"


def test_nothing_is_said_of_the_environment_where_pins_do_not_differ():
    assert on(LINUX, MAC, WINDOWS, among=[LINUX, MAC, WINDOWS]) == "'web' in dependency_groups"


def test_programs_that_have_it_everywhere_come_first():
    cells: dict[tuple[str, str, PythonRange], Sequence[Pin]] = {}
    for target in (LINUX, MAC):
        for program in ("web", "jobs"):
            cells[program, target, PythonRange(3, 11)] = [A]
        for program in ("a", "b"):
            cells[program, target, PythonRange(3, 11)] = [A] if target == MAC else []

    assert marker_of_a(cells) == (
        "'jobs' in dependency_groups or 'web' in dependency_groups or "
        "(('a' in dependency_groups or 'b' in dependency_groups) and sys_platform == 'darwin')"
    )


def test_a_split_says_the_patch():
    before = marker_of_a({("web", LINUX, EARLY): [A], ("web", LINUX, LATE): []})
    after = marker_of_a({("web", LINUX, EARLY): [], ("web", LINUX, LATE): [A]})

    assert before == "'web' in dependency_groups and python_full_version < '3.11.3'"
    assert after == "'web' in dependency_groups and python_full_version >= '3.11.3'"


def test_a_range_in_the_middle_has_two_bounds():
    ranges = [PythonRange(3, 11, 0, 3), PythonRange(3, 11, 3, 7), PythonRange(3, 11, 7)]
    middle = marker_of_a({("web", LINUX, one): [A] if one.first == 3 else [] for one in ranges})
    around = marker_of_a({("web", LINUX, one): [] if one.first == 3 else [A] for one in ranges})

    assert middle == (
        "'web' in dependency_groups and "
        "python_full_version >= '3.11.3' and python_full_version < '3.11.7'"
    )
    assert around == (
        "'web' in dependency_groups and "
        "(python_full_version < '3.11.3' or python_full_version >= '3.11.7')"
    )


def test_a_split_on_one_target_alone():
    marker = marker_of_a(
        {
            ("web", LINUX, PythonRange(3, 11)): [A],
            ("web", WINDOWS, EARLY): [A],
            ("web", WINDOWS, LATE): [],
        }
    )

    assert marker == (
        "'web' in dependency_groups and (sys_platform == 'linux' or "
        "(sys_platform == 'win32' and python_full_version < '3.11.3'))"
    )


def test_programs_on_other_minors_need_no_python_clause():
    value = lock(
        {("web", LINUX, PYTHON): [A], ("jobs", LINUX, PythonRange(3, 11)): [A]},
        {"web": inputs(), "jobs": inputs(python="3.11")},
    )

    assert loads(dumps(value), "pylock.toml") == value
    assert "python_" not in dumps(value)


def test_targets_that_markers_can_not_tell_apart_share_an_environment():
    known = platforms([target_named(name) for name in (LINUX, MUSL, MAC)])

    assert environments(known) == (
        "sys_platform == 'darwin' and platform_machine == 'arm64'",
        "sys_platform == 'linux' and platform_machine == 'x86_64'",
    )


def test_targets_of_one_platform_are_told_apart_by_their_own_markers():
    edge = Target(
        name="edge",
        system="linux",
        machine="x86_64",
        libc="glibc",
        oldest=(2, 28),
        markers={"platform_release": "6.1"},
    )

    assert environments(platforms([target_named(LINUX), edge])) == (
        "sys_platform == 'linux' and platform_machine == 'x86_64' and platform_release == ''",
        "sys_platform == 'linux' and platform_machine == 'x86_64' and platform_release == '6.1'",
    )
