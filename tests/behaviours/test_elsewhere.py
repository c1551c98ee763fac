"""Directories that are not where they usually are."""

from pathlib import Path

from tests.behaviours.programs import program, release_app, start
from tests.behaviours.world import World

PARTS = (
    program("app", ["greeter"])
    + """
[parts.state]
recipe = "layout"
dirs = { log = "var/log" }

[parts.settings]
recipe = "template"
text = "log = ${parts.state.log}"
to = "etc/settings.ini"
"""
)


def below(folder: Path) -> list[str]:
    """The names directly in a folder."""
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_42_alternate_dirs(world: World) -> None:
    release_app(world, "greeter", "1.0", "greet")
    world.assembly(PARTS)
    home, cache, prefix = (world.folder / name for name in ("home", "elsewhere/cache", "opt/shop"))
    home.mkdir()
    environment = {"ASSEMBLER_CACHE": str(cache), "XDG_CACHE_HOME": str(home / ".cache")}
    arguments = ("-C", str(world.project), "--prefix", str(prefix))
    folder = world.folder / "somewhere"
    folder.mkdir()
    for command in ("lock", "build", "status", "verify"):
        world.done(*arguments, command, cwd=folder, environment=environment)
    assert start(prefix / "bin/greet").stdout == "greeter 1.0\n"
    assert (prefix / "etc/settings.ini").read_text() == f"log = {prefix}/var/log"
    assert (prefix / "var/log").is_dir()
    assert below(world.project) == ["assembly.toml", "pylock.toml"]
    assert below(cache) != []
    assert below(folder) == below(home) == []
    assert not world.cache.exists()


def test_42_alternate_prefix_in_the_file(world: World) -> None:
    release_app(world, "greeter", "1.0", "greet")
    world.assembly(PARTS)
    world.edit('name = "demo"', 'name = "demo"\nprefix = "../opt/demo"')
    world.build()
    prefix = world.folder / "opt/demo"
    assert start(prefix / "bin/greet").stdout == "greeter 1.0\n"
    assert below(world.project) == ["assembly.toml", "pylock.toml"]
    assert not world.done("build", "--json").document["changed"]
