"""How assembler takes a case: locked and built in a world of its own."""

from dataclasses import dataclass
from pathlib import Path

from tests.behaviours.world import World
from tests.hostile.case import ELSEWHERE_IS_NOWHERE, VICTIM, Case
from tests.hostile.listing import changed, listing

QUICK = """[limits]
read-time = 1.0
connect-time = 1.0
stall-time = 1.0
answer-time = 5.0
first-wait = 0.01
longest-wait = 0.02
page-size = 4194304
file-size = 67108864
"""

ASSEMBLY = f"""[parts.app]
recipe = "program"
requires = ["{VICTIM}"]
interpreter = "py"
"""


@dataclass(frozen=True)
class Outcome:
    """How it ended: the exit code, what was told, and what stands that should not."""

    code: int
    messages: str
    strays: tuple[str, ...]

    def faults(self, case: Case) -> list[str]:
        """What differs from what must come of the case; none if all is well."""
        found = [f"left behind: {stray}" for stray in self.strays]
        expected = 0 if case.refused is None else case.code
        if self.code != expected:
            found.append(f"exit code {self.code}, not {expected}")
        if case.refused and case.refused not in self.messages:
            found.append(f"the message lacks {case.refused!r}")
        return [*found, self.messages] if found else []


def attempt(case: Case, world: World) -> Outcome:
    """Lock and build. Raises `AssertionError` for a traceback, and if it hangs."""
    case.publish(world.index)
    world.assembly(ASSEMBLY)
    configuration = world.folder / "config.toml"
    configuration.write_text(QUICK)
    before = listing(world.folder, _ours)
    environment = {**ELSEWHERE_IS_NOWHERE, "ASSEMBLER_CONFIG": str(configuration)}
    ended = world.assemble("build", "--lock", environment=environment)
    if case.refused is None and ended.code == 0:
        said = world.launch("py", "-c", f"import {VICTIM}; print({VICTIM}.__version__)")
        return Outcome(0, ended.messages, () if said == "1.0" else (said,))
    after = listing(world.folder, _ours)
    return Outcome(ended.code, ended.messages, changed(before, after))


def _ours(path: Path) -> bool:
    """Whether it is the cache, the lock file, or the record of a build that failed."""
    return path.parts[0] in {"cache", "home"} or (
        path.parts[:2] == ("project", "pylock.toml")
        or path.parts[:3] == ("project", "build", ".assembly")
    )
