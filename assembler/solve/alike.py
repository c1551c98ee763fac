"""Targets that need other versions although no marker tells them apart: glibc and musl."""

from collections.abc import Mapping, Sequence

from assembler.errors import UnsatisfiableError
from assembler.solve.problem import ParsedRoot

_SHOWN = 8


def alike(
    programs: Sequence[str], versions: Mapping[str, Mapping[str, str]], roots: Sequence[ParsedRoot]
) -> UnsatisfiableError:
    """The error for targets that can be solved each alone, with the versions that differ."""
    names = sorted({name for pins in versions.values() for name in pins})
    differing = [
        f"`{name}`: " + ", ".join(_on(name, target, pins) for target, pins in versions.items())
        for name in names
        if len({pins.get(name) for pins in versions.values()}) > 1
    ]
    more = [f"… and {len(differing) - _SHOWN} more"] if len(differing) > _SHOWN else []
    targets = " and ".join(f"`{target}`" for target in versions)
    subject = " and ".join(f"`{program}`" for program in programs)
    needs = "needs" if len(programs) == 1 else "need"
    return UnsatisfiableError(
        f"{subject} {needs} other versions on {targets}, which no marker can tell apart",
        origin=roots[0].root.origin if roots else None,
        details=[*differing[:_SHOWN], *more],
        hints=[
            "name only one of them in the program's `targets`",
            "or lock them from two assembly files, each with one of them in `lock.targets`",
        ],
    )


def _on(name: str, target: str, pins: Mapping[str, str]) -> str:
    return f"{pins[name]} on `{target}`" if name in pins else f"none on `{target}`"
