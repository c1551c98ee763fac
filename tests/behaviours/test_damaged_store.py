"""What verify finds damaged in a stored wheel, the next build puts right."""

from tests.behaviours.programs import program, release_app
from tests.behaviours.world import World


def test_25_a_changed_file_of_a_wheel_is_found_by_verify_and_healed_by_build(world: World) -> None:
    release_app(world, "demo", "1.0", "demo")
    world.assembly(program("app", ["demo"]))
    world.build()
    said = world.launch("demo")
    module = next(world.prefix.glob(".assembly/store/demo-*/site/demo/__init__.py"))
    content = module.read_bytes()
    module.chmod(0o644)
    module.write_bytes(b"#" + content[1:])
    module.chmod(0o444)

    ended = world.assemble("verify")

    assert ended.code == 4
    assert "`site/demo/__init__.py` was changed" in ended.messages
    assert "`assemble build` makes what is damaged again" in ended.messages
    world.done("build")
    world.done("verify")
    assert world.launch("demo") == said
    healed = next(world.prefix.glob(".assembly/store/demo-*/site/demo/__init__.py"))
    assert healed.read_bytes() == content
    cached = next(world.cache.glob("wheels/demo-*/site/demo/__init__.py"))
    assert cached.read_bytes() == content
