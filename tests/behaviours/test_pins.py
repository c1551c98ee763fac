"""Pre-releases, pins, strictness, reasons, extras and markers."""

import tomllib
from collections.abc import Sequence

import pytest

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


def test_49_a_pin_that_is_emptied_in_an_overlay_is_none(world: World):
    with_spam(world, "spam", "==2")
    (world.project / "assembly.toml").rename(world.project / "base.toml")
    world.write("assembly.toml", '[assembly]\nextends = ["base.toml"]\n')
    world.done("lock")
    pinned = locked(world)

    world.write(
        "assembly.toml", '[assembly]\nextends = ["base.toml"]\n[lock.constraints]\nspam = ""\n'
    )
    stale = world.assemble("lock", "--check")
    world.done("lock", "--upgrade")

    assert pinned == {"spam": "2"}
    assert stale.code == 6
    assert "constraint `spam` `==2` is gone" in stale.messages
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
        extras = {"foo": ["deep"], "bar": ["other"]}
        release_app(world, "pkg", version, "pkg", shows="deep", extras=extras)
    for name in ("deep", "other", "never"):
        release_app(world, name, "1.0", name)
    world.assembly(
        program("app", ["pkg[foo]", "never ; python_version < '3'"]),
        before='[lock.constraints]\npkg = "==1.0"\n',
    )

    world.build()

    assert stored(world) == ["deep-1.0", "pkg-1.0"]
    assert shown(world) == ["pkg"]
    assert world.launch("pkg") == "pkg 1.0\ndeep 1.0"


def test_52_an_unknown_extra_is_told_or_refused(world: World):
    world.release("pkg", "1.0", extras={"foo": []})
    world.assembly(program("app", ["pkg[fooo]"]), before='[lock]\nunknown-extras = "warn"\n')
    warned = world.done("lock")
    world.edit('"warn"', '"refuse"')
    refused = world.assemble("lock", "--upgrade")

    told = "`pkg 1.0` has no extra `fooo`, which `pkg[fooo]` (assembly.toml:15) asks for"
    assert f"{told}; did you mean `foo`?" in warned.messages
    assert locked(world) == {"pkg": "1.0"}
    assert refused.code == 1
    assert told in refused.messages
    assert "did you mean `foo`?" in refused.messages


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
