"""The lowest versions, compared with every combination on small indexes."""

from collections.abc import Sequence
from os import environ
from random import Random, SystemRandom

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from assembler.errors import Faults, UnsatisfiableError
from assembler.model.project import ResolutionMode
from assembler.solve.solver import Policy, solve
from tests.fakes.index import MemoryIndex
from tests.property.test_solve_oracle import (
    Described,
    combinations,
    drawn,
    newer,
    raises,
    valid,
)
from tests.solve.asking import constraints, only, question, versions


def prefers_lowest(name: str, roots: Sequence[str], resolution: ResolutionMode) -> bool:
    """Whether the lowest version of a name is preferred."""
    return resolution == "lowest" or name in {Requirement(root).name for root in roots}


def agrees(
    described: Described, roots: list[str], limits: dict[str, str], resolution: ResolutionMode
) -> None:
    policy = Policy(python="3.12", constraints=constraints(limits), resolution=resolution)
    try:
        answer = solve(question(*roots, policy=policy), MemoryIndex(described))
    except (UnsatisfiableError, Faults):
        assert not any(valid(described, roots, limits, pins) for pins in combinations(described))
        return

    pins = versions(only(answer))
    assert valid(described, roots, limits, pins, strict=False)

    def better(known: Described, name: str, version: str) -> list[str]:
        if not prefers_lowest(name, roots, resolution):
            return newer(known, name, version)
        return [other for other in known[name] if Version(other) < Version(version)]

    assert not list(raises(described, roots, limits, pins, better))
    again = solve(question(*roots, policy=policy), MemoryIndex(described), prefer=answer)
    assert again == answer


@pytest.mark.parametrize("resolution", ["lowest", "lowest-direct"])
def test_no_single_distribution_could_be_better(resolution: ResolutionMode):
    """As many indexes as `ASSEMBLER_ORACLE` says, from its seed."""
    count = int(environ.get("ASSEMBLER_ORACLE", "300"))
    seed = int(environ.get("ASSEMBLER_ORACLE_SEED", str(SystemRandom().randrange(10**9))))
    for number in range(count):
        described, roots, limits = drawn(Random(f"{seed} {number}"))
        try:
            agrees(described, roots, limits, resolution)
        except AssertionError as error:
            error.add_note(f"seed {seed}, index {number}: {described}, {roots}, {limits}")
            raise
