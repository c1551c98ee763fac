"""Locks for machines that we are not on: what is installed there, and that it is there at all."""

import re
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, NamedTuple, cast
from urllib.request import urlopen

import pytest
from packaging.markers import Environment
from packaging.pylock import PackageWheel, Pylock
from packaging.tags import Tag, compatible_tags, cpython_tags, mac_platforms
from uv import find_uv_bin

from tests.behaviours.programs import program
from tests.behaviours.world import PATIENCE, World


class Machine(NamedTuple):
    """A machine as PEP 508 and PEP 425 see it, its name for uv, and what it must get."""

    markers: dict[str, str]
    platforms: Sequence[str]
    called: str
    expected: Sequence[str]


LINUX = {"sys_platform": "linux", "os_name": "posix", "platform_system": "Linux"}
MAC = {"sys_platform": "darwin", "os_name": "posix", "platform_system": "Darwin"}
WINDOWS = {"sys_platform": "win32", "os_name": "nt", "platform_system": "Windows"}

MACHINES = {
    "linux-x86_64": Machine(
        {**LINUX, "platform_machine": "x86_64"},
        ["manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "linux_x86_64"],
        "x86_64-unknown-linux-gnu",
        [
            "fast-3.0-cp312-cp312-manylinux_2_17_x86_64.whl",
            "loop-1.0-cp312-abi3-manylinux_2_17_x86_64.whl",
            "plain-1.0-py3-none-any.whl",
        ],
    ),
    "linux-aarch64": Machine(
        {**LINUX, "platform_machine": "aarch64"},
        ["manylinux_2_28_aarch64", "manylinux_2_17_aarch64", "linux_aarch64"],
        "aarch64-unknown-linux-gnu",
        [
            "fast-2.0-cp312-cp312-manylinux_2_17_aarch64.whl",
            "loop-1.0-py3-none-any.whl",
            "plain-1.0-py3-none-any.whl",
        ],
    ),
    "macos-arm64": Machine(
        {**MAC, "platform_machine": "arm64"},
        list(mac_platforms((14, 0), "arm64")),
        "aarch64-apple-darwin",
        [
            "fast-2.0-cp312-cp312-macosx_11_0_arm64.whl",
            "loop-1.0-py3-none-any.whl",
            "plain-1.0-py3-none-any.whl",
        ],
    ),
    "windows-x86_64": Machine(
        {**WINDOWS, "platform_machine": "AMD64"},
        ["win_amd64"],
        "x86_64-pc-windows-msvc",
        [
            "colour-1.0-py3-none-any.whl",
            "fast-3.0-cp312-cp312-win_amd64.whl",
            "plain-1.0-py3-none-any.whl",
        ],
    ),
}

EXPECTED = {name: machine.expected for name, machine in MACHINES.items()}


@pytest.fixture
def lock(world: World) -> Any:
    """A lock for all machines, of which each gets other wheels, versions and distributions."""
    needs = ["plain", "colour ; sys_platform == 'win32'", "loop ; os_name != 'nt'"]
    fast = {
        "2.0": ["manylinux_2_17_x86_64", "manylinux_2_17_aarch64", "macosx_11_0_arm64"],
        "3.0": ["manylinux_2_17_x86_64", "win_amd64"],
    }
    for version, platforms in fast.items():
        for platform in platforms:
            world.release("fast", version, tag=f"cp312-cp312-{platform}", requires=needs)
    for tag in ("cp312-abi3-manylinux_2_17_x86_64", "cp312-cp312-win_arm64", "py3-none-any"):
        world.release("loop", "1.0", tag=tag)
    world.release("plain", "1.0")
    world.release("colour", "1.0")
    world.assembly(
        program("app", ["fast"]),
        before=f"[lock]\ntargets = {list(MACHINES)}\n",
        python="3.12",
    )
    world.done("lock")
    return tomllib.loads((world.project / "pylock.toml").read_text())


def test_75_what_packaging_selects_for_each_machine(lock: Any):
    assert {name: selected(lock, machine) for name, machine in MACHINES.items()} == EXPECTED


def test_75_every_file_of_the_lock_is_there(lock: Any):
    wheels = [wheel for package in lock["packages"] for wheel in package["wheels"]]

    for wheel in wheels:
        with urlopen(wheel["url"], timeout=PATIENCE) as answer:
            content = answer.read()
        assert (len(content), sha256(content).hexdigest()) == (
            wheel["size"],
            wheel["hashes"]["sha256"],
        )
    listed = {wheel["name"] for wheel in wheels}
    assert listed == {name for machine in MACHINES.values() for name in machine.expected}


def test_75_what_uv_installs_for_each_machine(world: World, lock: Any):
    assert lock

    assert {name: installed(world, name) for name in MACHINES} == EXPECTED


def installed(world: World, machine: str) -> list[str]:
    """The wheels that uv installs into a folder as if this were the machine, in order."""
    folder = world.folder / machine
    command = [find_uv_bin(), "pip", "sync", "--preview", "--group", "app", "pylock.toml"]
    options = ["--no-config", "--no-python-downloads", "--cache-dir", str(world.folder / "uv")]
    there = ["--python-platform", MACHINES[machine].called, "--python-version", "3.12"]
    subprocess.run(
        [*command, *options, *there, "--python", sys.executable, "--target", str(folder)],
        cwd=world.project,
        timeout=PATIENCE,
        check=True,
        capture_output=True,
    )
    return sorted(
        f"{path.parent.name.removesuffix('.dist-info')}-{tag}.whl"
        for path in folder.glob("*.dist-info/WHEEL")
        for tag in re.findall(r"^Tag: (.*)$", path.read_text(), re.MULTILINE)
    )


def selected(lock: Any, machine: Machine) -> list[str]:
    """The wheels that `packaging` selects for a machine, in order."""
    environment = {
        **machine.markers,
        "python_version": "3.12",
        "python_full_version": "3.12.4",
        "implementation_name": "cpython",
        "implementation_version": "3.12.4",
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_version": "",
    }
    chosen = Pylock.from_dict(lock).select(
        environment=cast("Environment", environment),
        tags=tags(machine.platforms),
        dependency_groups=["app"],
    )
    wheels = [file for _, file in chosen if isinstance(file, PackageWheel)]
    return sorted(wheel.filename for wheel in wheels)


def tags(platforms: Sequence[str]) -> list[Tag]:
    return [
        *cpython_tags((3, 12), platforms=platforms),
        *compatible_tags((3, 12), "cp312", platforms),
    ]
