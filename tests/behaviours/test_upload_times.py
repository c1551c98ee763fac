"""`exclude-newer` and `resolution`, through the command line."""

import tomllib
from typing import Any

from inline_snapshot import snapshot

from tests.behaviours.programs import program
from tests.behaviours.test_build_requirements import SOURCES, release_back_end, write_tree
from tests.behaviours.test_solving import LINUX, locked
from tests.behaviours.world import World

LATER = "2026-07-01T00:00:00Z"


def release(world: World, name: str, version: str, uploaded: str | None = None) -> None:
    world.release(name, version)
    if uploaded:
        world.index.manners.uploaded[f"{name}-{version}-py3-none-any.whl"] = uploaded


def policy(world: World) -> dict[str, Any]:
    lock = tomllib.loads((world.project / "pylock.toml").read_text())
    found: dict[str, Any] = lock["tool"]["assembler"]
    return found


def test_a_distribution_has_a_rule_of_its_own(world: World):
    for name in ("aaa", "bbb"):
        release(world, name, "1.0")
        release(world, name, "2.0", LATER)
    rules = 'exclude-newer = { default = "2026-06-01", bbb = false }\n'
    world.assembly(program("app", ["aaa", "bbb"]), before=LINUX + rules)

    world.done("lock")
    assert locked(world) == {"aaa": "1.0", "bbb": "2.0"}
    assert world.done("lock", "--check").code == 0

    world.edit("bbb = false", "bbb = false, ccc = false")
    assert world.done("lock", "--check").code == 0
    world.edit("bbb = false", 'bbb = "2026-06-02"')
    assert world.assemble("lock", "--check").messages == snapshot("""\
error: `pylock.toml` is stale: `exclude-newer` of `bbb` is now `2026-06-02T00:00:00Z`, was `false`
hint: run `assemble lock`, or `assemble build --lock`
""")


def test_a_duration_keeps_its_instant_until_an_upgrade(world: World):
    release(world, "aaa", "1.0")
    rules = 'exclude-newer = { aaa = "10 days", bbb = "3 days" }\n'
    world.assembly(program("app", ["aaa"]), before=LINUX + rules)
    world.done("lock")
    text = (world.project / "pylock.toml").read_text()
    said = policy(world)
    assert list(said["exclude-newer-instants"]) == ["10 days"]
    moment = str(said["exclude-newer-instants"]["10 days"].isoformat()).replace("+00:00", "Z")

    (world.project / "pylock.toml").write_text(text.replace(moment, "2026-03-01T00:00:00Z"))
    release(world, "ddd", "1.0", "2026-02-01T00:00:00Z")
    world.edit('["aaa"]', '["aaa", "ddd"]')
    world.done("lock")
    kept = policy(world)["exclude-newer-instants"]["10 days"]
    assert kept.isoformat() == "2026-03-01T00:00:00+00:00"

    world.done("lock", "--upgrade")
    assert policy(world)["exclude-newer-instants"]["10 days"] > kept


def test_an_index_without_upload_times(world: World):
    release(world, "aaa", "1.0", "")
    world.index.manners.uploaded["aaa-1.0-py3-none-any.whl"] = ""
    rules = 'exclude-newer = "2026-06-01"\n'
    world.assembly(program("app", ["aaa"]), before=LINUX + rules)

    refused = world.assemble("lock")
    assert refused.code == 1
    assert "is out for `exclude-newer` (2026-06-01T00:00:00Z): its index gives" in refused.messages
    assert refused.messages.splitlines()[-1] == snapshot(
        "hint: if index `local` says no upload times, write `index.local.upload-time = false`"
    )

    world.edit("default = true", "default = true\nupload-time = false")
    world.done("lock")
    assert locked(world) == {"aaa": "1.0"}
    world.edit("upload-time = false", "exclude-newer = false")
    world.done("lock")
    assert locked(world) == {"aaa": "1.0"}


def test_the_lowest_versions(world: World):
    world.release("aaa", "1.0", requires=["bbb"])
    world.release("aaa", "2.0", requires=["bbb"])
    for version in ("1.0", "2.0"):
        world.release("bbb", version)
    world.assembly(program("app", ["aaa"]), before=LINUX + 'resolution = "lowest-direct"\n')

    assert "`aaa` (assembly.toml:16) has no lower bound" in world.done("lock").messages
    assert locked(world) == {"aaa": "1.0", "bbb": "2.0"}
    assert world.done("why", "aaa").output == snapshot("""\
aaa 1.0 in `app`: lowest
  `aaa` → aaa 1.0
""")

    world.edit('"lowest-direct"', '"lowest"')
    assert world.assemble("lock", "--check").messages == snapshot("""\
error: `pylock.toml` is stale: the resolution of `app` is now `lowest`, was `lowest-direct`
hint: run `assemble lock`, or `assemble build --lock`
""")
    assert world.done("lock", "--upgrade", "--json").document["held"] == []
    assert locked(world) == {"aaa": "1.0", "bbb": "1.0"}


def test_an_index_has_a_rule_of_its_own(world: World):
    release(world, "aaa", "1.0")
    release(world, "aaa", "2.0", LATER)
    rules = 'exclude-newer = "2026-06-01"\n'
    world.assembly(program("app", ["aaa"]), before=LINUX + rules)
    world.done("lock")
    assert locked(world) == {"aaa": "1.0"}

    world.edit("default = true", 'default = true\nexclude-newer = "3 hours"')
    stale = world.assemble("lock", "--check").messages.splitlines()[0]
    assert stale.endswith(f"`exclude-newer` of `{world.index.url}` `3 hours` is new")
    world.done("lock", "--upgrade")
    assert locked(world) == {"aaa": "2.0"}
    assert list(policy(world)["exclude-newer-instants"]) == ["3 hours"]
    assert world.done("lock", "--check").code == 0


def test_what_distributions_are_built_with_follows_the_same_rules(world: World):
    release_back_end(world, "1.0")
    release(world, "tool", "1.0")
    release(world, "tool", "2.0", LATER)
    write_tree(world)
    rules = '[lock]\nexclude-newer = { default = "2026-08-01", tool = "2026-06-01" }\n'
    world.assembly(program("app", ["libs"]), before=rules + SOURCES)

    world.done("lock")
    assert tool(world) == "1.0"
    assert world.done("lock", "--check").code == 0
    world.edit('tool = "2026-06-01"', "tool = false")
    stale = world.assemble("lock", "--check").messages.splitlines()[0]
    assert stale.startswith("error: `pylock.build.toml` is stale: `exclude-newer` of `tool` is now")
    world.done("lock", "--upgrade")
    assert tool(world) == "2.0"


def tool(world: World) -> str:
    """The version of the tool that distributions are built with."""
    lock = tomllib.loads((world.project / "pylock.build.toml").read_text())
    (version,) = (entry["version"] for entry in lock["packages"] if entry["name"] == "tool")
    return str(version)
