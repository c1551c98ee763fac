"""Locks for machines that we are not on: what is installed there, and that it is there at all."""

import re
import subprocess
import sys
import tomllib
from hashlib import sha256
from typing import Any
from urllib.request import urlopen

import pytest
from uv import find_uv_bin

from tests.behaviours.programs import program
from tests.behaviours.world import PATIENCE, World
from tests.machines import MACHINES, selected

EXPECTED = {
    "linux-x86_64": [
        "fast-3.0-cp312-cp312-manylinux_2_17_x86_64.whl",
        "loop-1.0-cp312-abi3-manylinux_2_17_x86_64.whl",
        "plain-1.0-py3-none-any.whl",
    ],
    "linux-aarch64": [
        "fast-2.0-cp312-cp312-manylinux_2_17_aarch64.whl",
        "loop-1.0-py3-none-any.whl",
        "plain-1.0-py3-none-any.whl",
    ],
    "macos-arm64": [
        "fast-2.0-cp312-cp312-macosx_11_0_arm64.whl",
        "loop-1.0-py3-none-any.whl",
        "plain-1.0-py3-none-any.whl",
    ],
    "windows-x86_64": [
        "colour-1.0-py3-none-any.whl",
        "fast-3.0-cp312-cp312-win_amd64.whl",
        "plain-1.0-py3-none-any.whl",
    ],
}


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
    found = {machine: selected(lock, "app", machine, (3, 12)) for machine in MACHINES}

    assert {
        machine: sorted(file.filename for file in files) for machine, files in found.items()
    } == EXPECTED


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
    assert listed == {name for names in EXPECTED.values() for name in names}


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
