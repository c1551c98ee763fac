"""Programs of one solve group, on small random indexes, against each solved by itself."""

from os import environ
from random import Random, SystemRandom

from assembler.errors import Faults, UnsatisfiableError
from assembler.model.project import SolveGroup
from assembler.model.resolution import ProgramRequest
from assembler.origin import Origin
from assembler.solve.solver import Policy, Question, solve
from tests.fakes.index import MemoryIndex
from tests.property.test_solve_oracle import Described, drawn
from tests.solve.asking import DEFAULT, constraints, question, roots, versions

Pins = dict[str, str]
SITE = SolveGroup("site", Origin(file="assembly.toml"))


def asked(policy: Policy, first: list[str], second: list[str]) -> Question:
    programs = tuple(
        ProgramRequest(name=name, roots=roots(requires), solve_group=SITE)
        for name, requires in (("one", first), ("two", second))
    )
    return Question(
        programs=programs, targets=question("x").targets, policy=policy, routes=(DEFAULT,)
    )


def solved(described: Described, asking: Question) -> dict[str, Pins] | None:
    try:
        answer = solve(asking, MemoryIndex(described))
    except (UnsatisfiableError, Faults):
        return None
    again = solve(asking, MemoryIndex(described), prefer=answer)
    assert again == answer
    return {cell.program: versions(pins) for cell, pins in answer.pins.items()}


def agrees(described: Described, first: list[str], second: list[str], policy: Policy) -> None:
    """Together the programs have what a single one with all of the roots has."""
    together = solved(described, asked(policy, first, second))
    single = solved(described, question(*first, *second, policy=policy))
    if single is None:
        assert together is None
        return
    assert together is not None
    assert {**together["one"], **together["two"]} == single["web"]
    for pins in together.values():
        assert pins.items() <= single["web"].items()


def test_a_group_has_the_versions_of_one_program_with_all_roots():
    """As many indexes as `ASSEMBLER_ORACLE` says, from its seed."""
    count = int(environ.get("ASSEMBLER_ORACLE", "300"))
    seed = int(environ.get("ASSEMBLER_ORACLE_SEED", str(SystemRandom().randrange(10**9))))
    for number in range(count):
        random = Random(f"{seed} {number}")
        described, first, limits = drawn(random)
        _, second, _ = drawn(random)
        policy = Policy(python="3.12", constraints=constraints(limits))
        try:
            agrees(described, first, second, policy)
        except AssertionError as error:
            error.add_note(f"seed {seed}, index {number}: {described}, {first}, {second}, {limits}")
            raise
