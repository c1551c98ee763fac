"""Questions in few words."""

from collections.abc import Mapping, Sequence

from assembler.model.platforms import target_named
from assembler.model.project import Constraint, IndexRoute, Root
from assembler.model.resolution import Pin, ProgramRequest, Resolution
from assembler.origin import Origin
from assembler.solve.solver import OwnDistribution, Policy, Question
from tests.fakes.index import URL

FILE = "assembly.toml"
DEFAULT = IndexRoute(name="main", url=URL, default=True, origin=Origin(file=FILE))


def roots(requirements: Sequence[str], line: int = 1) -> tuple[Root, ...]:
    """Roots on the lines from `line` on."""
    return tuple(
        Root(requirement, Origin(file=FILE, line=at))
        for at, requirement in enumerate(requirements, start=line)
    )


def constraints(specifiers: Mapping[str, str], line: int = 50) -> tuple[Constraint, ...]:
    """Constraints on the lines from 50 on."""
    return tuple(
        Constraint(name, specifier, Origin(file=FILE, line=at))
        for at, (name, specifier) in enumerate(specifiers.items(), start=line)
    )


def question(
    *requirements: str,
    targets: Sequence[str] = ("linux-x86_64",),
    policy: Policy | None = None,
    routes: Sequence[IndexRoute] = (DEFAULT,),
    own: Sequence[OwnDistribution] = (),
    python: str | None = None,
) -> Question:
    """A question for one program, `web`."""
    return Question(
        programs=(ProgramRequest(name="web", roots=roots(requirements), python=python),),
        targets=tuple(target_named(name) for name in targets),
        policy=policy or Policy(python="3.12"),
        routes=tuple(routes),
        own={distribution.name: distribution for distribution in own},
    )


def versions(pins: Sequence[Pin]) -> dict[str, str]:
    """Name → version."""
    return {pin.name: pin.version for pin in pins}


def only(resolution: Resolution) -> tuple[Pin, ...]:
    """The pins of the only cell."""
    (pins,) = resolution.pins.values()
    return pins
