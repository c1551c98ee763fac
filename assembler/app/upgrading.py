"""What a person names to be upgraded."""

from collections.abc import Mapping

from assembler.errors import UsageError
from assembler.lock.inputs import closure
from assembler.model.lock import Lock
from assembler.model.names import normalised_name


def upgraded(
    upgrade: tuple[str, ...],
    lock: Lock | None,
    build_lock: Lock | None,
    parts: frozenset[str] = frozenset(),
) -> frozenset[str]:
    """The names to upgrade, normalised; `PROGRAM:NAME` is one in a single program.

    `parts` are the names of those that take something from elsewhere than an index. Raises
    `UsageError` for what is in none of the locks, and no such part.
    """
    names = frozenset(":".join(map(normalised_name, each.split(":", 1))) for each in upgrade)
    programs = {
        program: closure(each, program)
        for each in (lock, build_lock)
        if each
        for program in each.inputs
    }
    locked = {name for closed in programs.values() for name in closed}
    locked |= {f"{program}:{name}" for program, closed in programs.items() for name in closed}
    if unknown := sorted(names.difference(locked, parts)):
        raise _unknown(unknown[0], programs)
    return names


def _unknown(asked: str, programs: Mapping[str, frozenset[str]]) -> UsageError:
    program, separator, name = asked.partition(":")
    if separator and program not in programs:
        return UsageError(
            f"there is no program `{program}` in the lock",
            hints=[f"its programs are {', '.join(f'`{known}`' for known in sorted(programs))}"],
        )
    where = f"the program `{program}` of the lock" if separator else "the lock"
    return UsageError(
        f"nothing in {where} is called `{name or program}`",
        hints=("`--upgrade` alone takes all",),
    )
