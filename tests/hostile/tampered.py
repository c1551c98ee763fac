"""How assembler takes an edited lock: the program that it locks is built elsewhere."""

from pathlib import Path

from tests.behaviours.world import World
from tests.hostile.case import ELSEWHERE_IS_NOWHERE
from tests.hostile.locks import Tampering
from tests.servers import IndexServer

ASSEMBLY = """[parts.app]
recipe = "program"
requires = ["victim"]
interpreter = "py"
"""


def locked(folder: Path, index: IndexServer) -> World:
    """A program that was locked."""
    world = World(folder, index)
    for version in ("1.0", "2.0"):
        world.release("helper", version)
    world.release("evil", "1.0")
    world.release("victim", "1.0", requires=["helper<2"])
    world.assembly(ASSEMBLY)
    world.done("lock")
    return world


def faults(tampering: Tampering, world: World) -> list[str]:
    """What differs from what must come of the edit; none if all is well."""
    lock = world.project / "pylock.toml"
    whole = lock.read_text()
    prefix = world.folder / f"build {tampering.name}"
    lock.write_text(tampering.edit(whole))
    try:
        cold = {**ELSEWHERE_IS_NOWHERE, "ASSEMBLER_CACHE": str(world.folder / tampering.name)}
        ended = world.assemble("build", "--prefix", str(prefix), environment=cold)
    finally:
        lock.write_text(whole)
    found = [] if ended.code == tampering.code else [f"exit code {ended.code}"]
    if tampering.told not in ended.messages:
        found.append(f"the message lacks {tampering.told!r}")
    if (prefix / "bin").exists():
        found.append("it was built")
    return [*found, ended.messages] if found else []
