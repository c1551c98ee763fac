"""Parts that run a command, and write down that they ran."""

from collections.abc import Sequence

from tests.behaviours.world import World

RUNS = "runs"


def command(name: str, says: str, *, needs: Sequence[str] = (), output: str = "said") -> str:
    """A part that shows a file `share/NAME` with what it says: words, or a reference."""
    return f"""
[parts.{name}]
recipe = "command"
needs = {list(needs)}
shell = "echo {name} >> ${{assembly.project}}/{RUNS}; echo {says} > {output}"
outputs = ["{output}"]
expose = {{ "share/{name}" = "{output}" }}
"""


def said(world: World, name: str) -> str:
    """What the part's file in the prefix holds."""
    return (world.prefix / "share" / name).read_text().strip()


def ran(world: World) -> list[str]:
    """The parts that ran since this was last asked, in order."""
    log = world.project / RUNS
    names = log.read_text().split() if log.exists() else []
    log.unlink(missing_ok=True)
    return names
