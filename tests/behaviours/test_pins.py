"""Pre-releases, pins, strictness, reasons, extras and markers, and locks for other machines."""

import tomllib
from collections.abc import Sequence
from typing import cast

import pytest
from inline_snapshot import snapshot
from packaging.markers import Environment
from packaging.pylock import PackageWheel, Pylock
from packaging.tags import compatible_tags, cpython_tags

from tests.behaviours.programs import program, release_app, shown, stored
from tests.behaviours.test_solving import LINUX, locked
from tests.behaviours.world import World


@pytest.mark.parametrize(
    ("offered", "policy", "chosen"),
    [
        (["0.3", "0.4rc1"], "", "0.3"),
        (["0.4rc1"], "", "0.4rc1"),
        (["0.3", "0.4rc1"], 'prereleases = ["eggs"]', "0.4rc1"),
    ],
)
def test_48_prereleases(world: World, offered: Sequence[str], policy: str, chosen: str):
    for version in offered:
        world.release("eggs", version)
    world.assembly(program("app", ["eggs"]), before=LINUX + policy)

    world.done("lock")

    assert locked(world) == {"eggs": chosen}


def with_spam(world: World, requirement: str, constraint: str) -> None:
    for version in ("1", "2", "3"):
        world.release("spam", version)
    world.assembly(
        program("app", [requirement]),
        before=f'{LINUX}[lock.constraints]\nSpam = "{constraint}"\n',
        python="3.12",
    )


@pytest.mark.parametrize(
    ("requirement", "constraint", "chosen"), [("spam", "==2", "2"), ("spam >1", "<3", "2")]
)
def test_49_pins_narrow_what_is_asked(world: World, requirement: str, constraint: str, chosen: str):
    with_spam(world, requirement, constraint)

    world.done("lock")

    assert locked(world) == {"spam": chosen}


def test_49_a_pin_outside_a_requirement_is_named_with_it(world: World):
    with_spam(world, "spam <2", "==3")

    ended = world.assemble("lock")

    assert ended.code == 1
    assert "`spam<2`" in ended.messages
    assert "the constraint `spam==3` (assembly.toml:12)" in ended.messages


def test_49_an_emptied_pin_is_none(world: World):
    with_spam(world, "spam", "==2")
    world.done("lock")
    world.edit('Spam = "==2"', 'Spam = ""')

    world.done("lock", "--upgrade")

    assert locked(world) == {"spam": "3"}


def test_50_nothing_is_picked_by_a_build(world: World):
    world.release("spam", "1")
    world.assembly(program("app", ["spam"]))
    missing = world.assemble("build")
    world.done("lock")
    world.release("eggs", "1")
    world.edit('["spam"]', '["spam >=1,<9", "eggs"]')
    stale = world.assemble("build")

    assert (missing.code, stale.code) == (6, 6)
    assert "`assemble lock`" in missing.messages
    assert "run `assemble lock`" in stale.messages
    assert not world.prefix.exists()

    world.build()

    assert stored(world) == ["eggs-1", "spam-1"]


def test_51_the_lock_says_who_requires_what_and_stays_as_it_is(world: World):
    world.release("aaa", "1.0", requires=["bbb"])
    for version in ("1.0", "2.0"):
        world.release("bbb", version)
    world.assembly(program("app", ["aaa"]), before=LINUX)

    world.done("lock")
    first = (world.project / "pylock.toml").read_bytes()
    again = world.done("lock")

    assert (world.project / "pylock.toml").read_bytes() == first
    assert "unchanged" in again.messages
    assert "aaa" in world.done("why", "bbb").output
    entry = next(one for one in tomllib.loads(first.decode())["packages"] if one["name"] == "aaa")
    assert entry["dependencies"] == [{"name": "bbb"}]


def test_52_extras_of_a_pinned_distribution_and_markers(world: World):
    for version in ("1.0", "2.0"):
        world.release("pkg", version, extras={"foo": ["deep"]})
    release_app(world, "deep", "1.0", "deep")
    release_app(world, "never", "1.0", "never")
    world.assembly(
        program("app", ["pkg[foo]", "deep", "never ; python_version < '3'"]),
        before='[lock.constraints]\npkg = "==1.0"\n',
    )

    world.build()

    assert stored(world) == ["deep-1.0", "pkg-1.0"]
    assert shown(world) == ["deep"]


def test_66_a_constraint_on_what_nobody_asks_for_changes_nothing(world: World):
    world.release("spam", "1")
    world.assembly(program("app", ["spam"]), before="[lock.constraints]\n")
    world.build()
    lock, made = (world.project / "pylock.toml").read_bytes(), world.made("app")

    world.edit("[lock.constraints]\n", '[lock.constraints]\nunused = "<3"\n')
    assert world.done("build", "--json").document["changed"] is False
    assert world.done("lock", "--json").document["changed"] is False

    assert (world.project / "pylock.toml").read_bytes() == lock
    assert world.made("app") == made


MACHINES = {
    "macos-arm64": (
        {"sys_platform": "darwin", "os_name": "posix", "platform_system": "Darwin"},
        "arm64",
        "macosx_11_0_arm64",
    ),
    "windows-x86_64": (
        {"sys_platform": "win32", "os_name": "nt", "platform_system": "Windows"},
        "AMD64",
        "win_amd64",
    ),
}


def test_75_a_lock_serves_machines_that_we_are_not_on(world: World):
    for _, _, platform in MACHINES.values():
        world.release("fast", "2.0", tag=f"cp312-cp312-{platform}", requires=["plain"])
    world.release("fast", "3.0", tag="cp312-cp312-win_amd64", requires=["plain"])
    world.release("plain", "1.0")
    world.assembly(
        program("app", ["fast"]),
        before='[lock]\ntargets = ["macos-arm64", "windows-x86_64"]\n',
        python="3.12",
    )

    world.done("lock")

    assert {name: selected(world, name) for name in MACHINES} == snapshot(
        {
            "macos-arm64": [
                "fast-2.0-cp312-cp312-macosx_11_0_arm64.whl",
                "plain-1.0-py3-none-any.whl",
            ],
            "windows-x86_64": [
                "fast-3.0-cp312-cp312-win_amd64.whl",
                "plain-1.0-py3-none-any.whl",
            ],
        }
    )


def selected(world: World, machine: str) -> list[str]:
    """The wheels that `packaging` selects for a machine; each is there on the index."""
    markers, architecture, platform = MACHINES[machine]
    lock = Pylock.from_dict(tomllib.loads((world.project / "pylock.toml").read_text()))
    chosen = lock.select(
        environment=cast(
            "Environment",
            {
                **markers,
                "platform_machine": architecture,
                "python_version": "3.12",
                "python_full_version": "3.12.4",
                "implementation_name": "cpython",
                "implementation_version": "3.12.4",
                "platform_python_implementation": "CPython",
                "platform_release": "",
                "platform_version": "",
            },
        ),
        tags=[
            *cpython_tags((3, 12), platforms=[platform]),
            *compatible_tags((3, 12), "cp312", [platform]),
        ],
        dependency_groups=["app"],
    )
    wheels = [file for _, file in chosen if isinstance(file, PackageWheel)]
    files = sorted(str(wheel.url).rpartition("/")[2] for wheel in wheels)
    assert set(files) <= world.index.files.keys()
    return files
