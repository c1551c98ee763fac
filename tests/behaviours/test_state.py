"""Directories for state outlast builds, and go when they are empty and no longer wanted."""

from tests.behaviours.world import World

LAYOUT = """
[parts.state]
recipe = "layout"
user = "shop"
dirs = { log = { path = "var/log", mode = "0750" }, cache = "var/cache", srv = "/srv/shop" }
"""
INI = """
[parts.ini]
recipe = "template"
text = "log = ${parts.state.log}\\n"
to = "etc/app.ini"
"""


def test_state_outlasts_builds(world: World) -> None:
    world.assembly(LAYOUT + INI)
    world.build()
    log, cache = world.prefix / "var/log", world.prefix / "var/cache"
    assert log.stat().st_mode & 0o777 == 0o750
    assert (world.prefix / "etc/app.ini").read_text() == f"log = {log}\n"
    assert (world.prefix / "etc/tmpfiles.d/state.conf").exists()
    (log / "app.log").write_text("hello")

    assert world.done("build", "--json").document["changed"] is False

    world.edit(LAYOUT, "")
    world.edit("${parts.state.log}", "none")
    world.done("build")
    assert (log / "app.log").read_text() == "hello"
    assert not cache.exists()

    world.edit("text =", "needs = []\ntext =")
    world.done("build")
    assert (log / "app.log").read_text() == "hello"


def test_a_state_directory_that_is_missing_is_made_again(world: World) -> None:
    world.assembly(LAYOUT)
    world.build()
    (world.prefix / "var/cache").rmdir()
    (world.prefix / "var/log").chmod(0o700)
    ended = world.assemble("verify")
    assert ended.code == 4
    assert "var/cache" in ended.messages
    world.done("build")
    assert (world.prefix / "var/cache").is_dir()
    assert (world.prefix / "var/log").stat().st_mode & 0o777 == 0o750
    world.done("verify")


def test_what_stands_in_the_way_of_state_is_left(world: World) -> None:
    world.assembly(LAYOUT)
    world.done("lock")
    (world.prefix / "var").mkdir(parents=True)
    (world.prefix / "var/log").write_text("mine")
    ended = world.assemble("build")
    assert ended.code == 1
    assert f"`{world.prefix}/var/log` is in the way of a directory" in ended.messages
    assert (world.prefix / "var/log").read_text() == "mine"


def test_nothing_built_goes_into_var(world: World) -> None:
    world.assembly(INI.replace("${parts.state.log}", "x").replace("etc/app.ini", "var/app.ini"))
    world.done("lock")
    ended = world.assemble("plan")
    assert ended.code == 1
    assert "part `ini`: `var` is for state, not for what is built" in ended.messages
