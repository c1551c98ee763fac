import pytest
from packaging.markers import Marker

from assembler.errors import ConfigurationError, MachineError
from assembler.model.platforms import (
    PLATFORMS,
    marker_environment,
    tags,
    target_named,
    this_platform,
)

MARKER_VARIABLES = {
    "implementation_name",
    "implementation_version",
    "os_name",
    "platform_machine",
    "platform_python_implementation",
    "platform_release",
    "platform_system",
    "platform_version",
    "python_full_version",
    "python_version",
    "sys_platform",
}


@pytest.mark.parametrize("name", PLATFORMS)
def test_a_built_in_platform_is_found_by_name_and_has_all_markers_and_tags(name: str):
    target = target_named(name)

    assert target.name == name
    assert set(marker_environment(target, "3.12.4")) == MARKER_VARIABLES
    assert len(set(tags(target, "3.12"))) == len(tags(target, "3.12"))


@pytest.mark.parametrize(
    ("spelled", "name"),
    [
        ("linux-arm64", "linux-aarch64"),
        ("linux-musl-arm64", "linux-musl-aarch64"),
        ("macos-aarch64", "macos-arm64"),
        ("windows-arm64", "windows-aarch64"),
    ],
)
def test_arm64_and_aarch64_are_the_same(spelled: str, name: str):
    assert target_named(spelled).name == name


def test_an_unknown_platform_is_refused_with_the_nearest():
    with pytest.raises(ConfigurationError) as caught:
        target_named("linux-x86-64")

    assert caught.value.message == "there is no platform `linux-x86-64`"
    assert caught.value.hints == (
        "did you mean `linux-x86_64`?",
        (
            "the platforms are `linux-x86_64`, `linux-aarch64`, `linux-musl-x86_64`, "
            "`linux-musl-aarch64`, `macos-arm64`, `macos-x86_64`, `windows-x86_64`, "
            "`windows-aarch64`"
        ),
    )


@pytest.mark.parametrize(
    ("machine", "name"),
    [
        (("Linux", "x86_64", "glibc"), "linux-x86_64"),
        (("Linux", "aarch64", "musl"), "linux-musl-aarch64"),
        (("Darwin", "arm64", ""), "macos-arm64"),
        (("Darwin", "x86_64", ""), "macos-x86_64"),
        (("Windows", "AMD64", ""), "windows-x86_64"),
        (("Windows", "ARM64", ""), "windows-aarch64"),
    ],
)
def test_this_platform_is_named_from_what_the_machine_says(
    machine: tuple[str, str, str], name: str
):
    assert this_platform(*machine) == name


def test_a_machine_without_a_built_in_platform_is_refused():
    with pytest.raises(MachineError) as caught:
        this_platform("Linux", "riscv64")

    assert caught.value.message == "there is no built-in platform for `Linux` on `riscv64`"


@pytest.mark.parametrize(
    ("name", "marker", "holds"),
    [
        ("windows-x86_64", "platform_machine == 'AMD64' and os_name == 'nt'", True),
        ("macos-arm64", "platform_machine == 'arm64' and sys_platform == 'darwin'", True),
        ("linux-aarch64", "platform_machine == 'aarch64' and platform_system == 'Linux'", True),
        ("linux-x86_64", "python_full_version >= '3.12.4' and python_version == '3.12'", True),
        ("linux-x86_64", "implementation_version < '3.12.4'", False),
        ("linux-x86_64", "platform_release >= '4'", False),
        ("linux-x86_64", "platform_version == ''", True),
    ],
)
def test_markers_are_judged_for_the_target(name: str, marker: str, holds: bool):
    environment = marker_environment(target_named(name), "3.12.4")

    assert Marker(marker).evaluate({**environment}) is holds


@pytest.mark.parametrize(
    ("name", "best", "worse", "missing"),
    [
        (
            "linux-x86_64",
            "cp312-cp312-manylinux_2_28_x86_64",
            "cp312-cp312-manylinux1_x86_64",
            "cp312-cp312-manylinux_2_29_x86_64",
        ),
        (
            "linux-aarch64",
            "cp312-cp312-manylinux2014_aarch64",
            "cp312-abi3-linux_aarch64",
            "cp312-cp312-manylinux_2_5_aarch64",
        ),
        (
            "linux-musl-x86_64",
            "cp312-cp312-musllinux_1_2_x86_64",
            "cp312-cp312-musllinux_1_0_x86_64",
            "cp312-cp312-manylinux_2_17_x86_64",
        ),
        (
            "macos-arm64",
            "cp312-cp312-macosx_12_0_arm64",
            "cp312-cp312-macosx_11_0_universal2",
            "cp312-cp312-macosx_13_0_arm64",
        ),
        ("macos-x86_64", "cp312-cp312-macosx_12_0_x86_64", "py3-none-any", "cp312-cp312-win32"),
        ("windows-x86_64", "cp312-cp312-win_amd64", "py3-none-any", "cp313-cp313-win_amd64"),
        ("windows-aarch64", "cp312-cp312-win_arm64", "py2-none-any", "cp312-cp312-win_amd64"),
    ],
)
def test_tags_are_the_targets_best_first(name: str, best: str, worse: str, missing: str):
    known = [str(tag) for tag in tags(target_named(name), "3.12")]

    if worse.startswith("py2"):
        assert worse not in known
    else:
        assert known.index(best) < known.index(worse)
    assert missing not in known
