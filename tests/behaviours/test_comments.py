"""Comments in the assembly file are no reason to build anything."""

from tests.behaviours.commands import command, ran
from tests.behaviours.programs import program, release_app
from tests.behaviours.world import World


def test_a_comment_makes_nothing_due(world: World):
    release_app(world, "demo", "1.0", "demo")
    world.assembly(program("app", ["demo"]) + command("plain", "hello"))
    world.build()
    ran(world)
    manifest = world.prefix / ".assembly/current/manifest.json"
    before = manifest.read_bytes()
    world.edit("[parts.plain]", "# what it says\n[parts.plain]")
    for _ in range(2):
        assert "nothing to do" in world.done("build").messages
        assert world.done("build", "--json").document["changed"] is False
    assert world.done("status", "--json").document["current"] is True
    assert manifest.read_bytes() == before
    assert ran(world) == []
    world.edit("echo hello", "echo hallo")
    world.done("build")
    assert ran(world) == ["plain"]


def test_a_comment_counts_where_a_part_reads_the_file(world: World):
    reading = command("plain", "hello").replace("outputs", 'inputs = ["assembly.toml"]\noutputs')
    world.assembly(reading)
    world.build()
    ran(world)
    world.edit("[parts.plain]", "# what it says\n[parts.plain]")
    world.done("build")
    assert ran(world) == ["plain"]
