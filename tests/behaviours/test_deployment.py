"""What must exist outside the prefix is put there, changed, and taken away again."""

import stat
from hashlib import sha256
from pathlib import Path

import pytest

from tests.behaviours.world import Ended, World

UNITS = """
[parts.web]
recipe = "program"
requires = ["shop"]

[parts.units]
recipe = "systemd"
hardening = "strict"
services.shop = { run = "${parts.web.bin.shop} --port 8080 '100%'", env = { NAME = "a b" } }
services.tidy = { run = ["${parts.web.bin.shop}", "tidy"], type = "oneshot" }
timers.tidy = { calendar = "Sun 03:00" }
"""

MIGRATE = """
[parts.migrate]
recipe = "command"
at = "deploy"
shell = "echo ${parts.web.bin.shop} >> ${assembly.project}/migrations"
"""


@pytest.fixture
def shop(world: World) -> World:
    release(world, "1.0")
    world.assembly(UNITS + MIGRATE)
    return world


def release(world: World, version: str) -> None:
    world.release(
        "shop",
        version,
        files={"shop.py": f"def main():\n    print('shop {version}')\n"},
        entry_points={"console_scripts": {"shop": "shop:main"}},
    )


def listing(root: Path) -> dict[str, tuple[str, str]]:
    """Every path below a folder: its mode, and what it holds."""
    found = {}
    for path in sorted(root.rglob("*")):
        content = sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        found[str(path.relative_to(root))] = (stat.filemode(path.lstat().st_mode), content)
    return found


def deploy(world: World, *arguments: str) -> Ended:
    return world.done("deploy", "--root", str(world.folder / "root"), *arguments)


def test_a_deployment_comes_changes_and_goes(shop: World) -> None:
    root = shop.folder / "root"
    (root / "etc").mkdir(parents=True)
    before = listing(root)
    shop.build()

    assert "not deployed: `assemble deploy` does it\n" in shop.done("status").output

    dry = deploy(shop, "--dry-run", "--json").document
    assert (dry["changed"], dry["due"]) == (False, True)
    assert listing(root) == before

    first = deploy(shop, "--json").document
    units = "/etc/systemd/system"
    names = ["shop.service", "tidy.service", "tidy.timer"]
    assert first["installed"] == [f"{units}/{name}" for name in names]
    assert first["untouched"] == ["shop.service", "tidy.timer"]
    assert first["ran"] == ["migrate"]
    text = (root / "etc/systemd/system/shop.service").read_text()
    assert f'ExecStart="{shop.prefix}/bin/shop" --port 8080 "100%%"\n' in text
    assert 'Environment="NAME=a b"\n' in text
    assert len((shop.project / "migrations").read_text().splitlines()) == 1

    assert f"\ndeployed under {root}\n" in shop.done("status").output + "\n"
    again = deploy(shop, "--json").document
    assert (again["changed"], again["installed"], again["ran"]) == (False, [], [])

    shop.edit("--port 8080", "--port 8081")
    shop.done("build")
    told = shop.done("status").output
    assert f"generation 1 is deployed under {root}, this one by `assemble deploy`\n" in told
    changed = deploy(shop, "--json").document
    assert (changed["installed"], changed["ran"]) == ([f"{units}/shop.service"], [])

    release(shop, "2.0")
    shop.done("lock", "--upgrade")
    shop.done("build")
    upgraded = deploy(shop, "--json").document
    assert (upgraded["installed"], upgraded["ran"]) == ([], ["migrate"])

    gone = shop.done("undeploy", "--json").document
    assert len(gone["removed"]) == 3
    assert listing(root) == before


def test_files_that_others_changed_or_wrote_are_left_alone(shop: World) -> None:
    root = shop.folder / "root"
    theirs = root / "etc/systemd/system/shop.service"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("theirs")
    shop.build()
    ended = shop.assemble("deploy", "--root", str(root))
    assert ended.code == 1
    assert "`/etc/systemd/system/shop.service` is in the way" in ended.messages
    assert theirs.read_text() == "theirs"
    theirs.unlink()

    deploy(shop)
    theirs.write_text("edited")
    shop.edit("--port 8080", "--port 8081")
    shop.done("build")
    ended = shop.assemble("deploy")
    assert ended.code == 1
    assert "was changed since part `units` put it there" in ended.messages
    told = shop.done("undeploy")
    assert "/etc/systemd/system/shop.service was changed by hand, and stays" in told.messages
    assert theirs.read_text() == "edited"


def test_a_unit_that_systemd_refuses_fails_the_build(shop: World) -> None:
    shop.edit('type = "oneshot" }', 'type = "oneshot", settings = { Nonsense = "1" } }')
    shop.done("lock")
    ended = shop.assemble("build")
    assert ended.code == 5
    assert "Unknown key 'Nonsense' in section [Service]" in ended.messages
    assert not (shop.prefix / "bin").exists()


def test_a_prefix_that_was_moved_is_not_deployed(shop: World) -> None:
    shop.build()
    moved = shop.folder / "moved"
    shop.prefix.rename(moved)
    root = shop.folder / "root"
    ended = shop.assemble("deploy", "--prefix", str(moved), "--root", str(root))
    assert ended.code == 1
    assert f"`{moved}` was built at `{shop.prefix}`" in ended.messages
    assert "`assemble build` makes it fit its new place" in ended.messages
    assert not root.exists()


SUPERVISED = """
[parts.web]
recipe = "program"
requires = ["shop"]

[parts.migrate]
recipe = "command"
at = "deploy"
shell = "exit 3"
"""


def test_a_command_that_fails_is_told_and_run_again(world: World) -> None:
    release(world, "1.0")
    world.assembly(SUPERVISED)
    world.build()
    ended = world.assemble("deploy")
    assert ended.code == 5
    assert "part `migrate`: `/bin/sh -ec exit 3` ended with status 3" in ended.messages
    world.edit("exit 3", "true")
    world.done("build")
    assert world.done("deploy", "--json").document["ran"] == ["migrate"]
    assert world.done("deploy", "--json").document["changed"] is False
