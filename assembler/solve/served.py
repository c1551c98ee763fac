"""The targets that a program is for, and its Python on each of them."""

from collections.abc import Iterable, Mapping
from itertools import combinations

from assembler.errors import ConfigurationError, raise_all
from assembler.model.platforms import canonical_name, marker_environment
from assembler.model.project import TargetName
from assembler.model.resolution import ProgramRequest
from assembler.model.target import Target
from assembler.solve.environment import PythonVersion
from assembler.solve.python import parse_python


def python_on(target: Target, python: PythonVersion, program: str) -> PythonVersion:
    """The lowest Python of a program on a target. Raises `ConfigurationError`."""
    return parse_python(target.python, program) if target.python else python


def served(
    targets: Iterable[Target], request: ProgramRequest, python: PythonVersion
) -> tuple[Target, ...]:
    """The targets of a question that a program is for.

    Raises `ConfigurationError`s, all at once: for one that the lock does not serve, and for two
    that nothing tells apart although they have other Pythons.
    """
    known = {target.name: target for target in targets}
    raise_all([_unserved(each, known) for each in request.targets if not _serves(known, each)])
    names = {canonical_name(name.name, known.values()) for name in request.targets}
    chosen = tuple(target for name, target in known.items() if not names or name in names)
    raise_all(
        [
            _overlapping(request, one, other)
            for one, other in combinations(chosen, 2)
            if _overlap(one, other, python, request.name)
        ]
    )
    return chosen


def _serves(known: Mapping[str, Target], target: TargetName) -> bool:
    return canonical_name(target.name, known.values()) in known


def _unserved(target: TargetName, known: Iterable[str]) -> ConfigurationError:
    names = ", ".join(f"`{name}`" for name in known)
    return ConfigurationError(
        f"`{target.name}` is none of the lock's targets",
        origin=target.origin,
        hints=[f"the lock has {names}: add it to `targets` under [lock]"],
    )


def _overlap(one: Target, other: Target, python: PythonVersion, program: str) -> bool:
    pythons = [python_on(target, python, program) for target in (one, other)]
    environments = [marker_environment(target, "3") for target in (one, other)]
    same_minor = pythons[0][:2] == pythons[1][:2]
    return environments[0] == environments[1] and same_minor and one.python != other.python


def _overlapping(request: ProgramRequest, one: Target, other: Target) -> ConfigurationError:
    return ConfigurationError(
        f"markers can't tell `{one.name}` and `{other.name}` apart, so `{request.name}` must have "
        "the same Python on both, or another minor version on each",
        origin=request.roots[0].origin if request.roots else None,
        hints=["give both the same `python`, or the program only one of them in its `targets`"],
    )
