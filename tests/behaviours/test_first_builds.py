"""Building so much at first that several processes unpack it."""

import random

from tests.behaviours.world import World

MUCH = 5_000_000
NAMES = ("alpha", "beta", "gamma")
BETA = "beta-1.0-py3-none-any.whl"


def much(world: World, behind: bytes = b"") -> None:
    """A program of wheels that are large, as what they hold can't be packed; locked.

    One has this behind its end.
    """
    for name in NAMES:
        data = random.Random(name).randbytes(MUCH)
        files = {f"{name}/__init__.py": f"name = '{name}'\n", f"{name}/data.bin": data}
        world.release(name, "1.0", files=files)
    world.index.files[BETA] += behind
    world.assembly(
        '[parts.app]\nrecipe = "program"\n'
        f"requires = {list(NAMES)}\nlaunchers.py = {{ interpreter = true }}\n"
    )
    world.done("lock")


def test_what_processes_unpack_works_and_is_whole(world: World) -> None:
    much(world)
    world.done("build", "--jobs", "2")
    script = "import alpha, beta, gamma; print(alpha.name, beta.name, gamma.name)"
    assert world.launch("py", "-c", script) == "alpha beta gamma"
    world.done("verify")
    world.done("cache", "verify")
    assert not list(world.cache.rglob(".assembler-new-*"))


def test_a_wheel_that_processes_can_not_unpack_is_named(world: World) -> None:
    much(world, behind=b"x")
    ended = world.assemble("build", "--jobs", "2")
    assert ended.code == 4
    assert f"archive `{BETA}` is refused: there are data behind its end" in ended.messages
    assert not world.prefix.exists()
    assert not list(world.cache.rglob(".assembler-new-*"))
