"""Programs that extend those of other parts."""

import pytest

from assembler.app.extending import extended, program_of
from assembler.errors import ConfigurationError, Faults
from assembler.model.part import PartName
from assembler.model.project import GroupRequest, ProgramOf, Root, SolveGroup, TargetName
from assembler.model.resolution import ProgramRequest
from assembler.origin import Origin
from assembler.recipe import Needs

ORIGIN = Origin(file="assembly.toml", line=7)
PYTEST, SHOP = Root("pytest", ORIGIN), Root("shop", Origin(file="assembly.toml", line=2))
GROUP = GroupRequest("shop", "test", ORIGIN)
APP = ProgramRequest(
    name="app", roots=(SHOP,), python="3.12", targets=(TargetName("linux-x86_64", ORIGIN),)
)
TESTS = ProgramRequest(
    name="tests", roots=(PYTEST,), groups=(GROUP,), python="3.11", extends=ProgramOf("app", ORIGIN)
)
NEEDS = {
    PartName("app"): Needs(programs=(APP,)),
    PartName("tests"): Needs(programs=(TESTS,)),
    PartName("ini"): Needs(),
}


def test_it_has_all_that_the_program_has_and_shares_its_versions():
    group = SolveGroup("app and what extends it", ORIGIN)

    app, tests = extended((APP, TESTS), NEEDS)

    assert (app.roots, app.solve_group) == ((SHOP,), group)
    assert tests == ProgramRequest(
        name="tests",
        roots=(SHOP, PYTEST),
        groups=(GROUP,),
        python="3.12",
        targets=APP.targets,
        solve_group=group,
    )


def test_what_extends_several_times_is_in_one_group_and_in_that_of_the_program():
    own = SolveGroup("own", ORIGIN)
    grouped = ProgramRequest(name="app", roots=(SHOP,), solve_group=own)
    more = ProgramRequest(name="more", roots=(), extends=ProgramOf("tests", ORIGIN))
    needs = {**NEEDS, PartName("more"): Needs(programs=(more,))}

    found = extended((grouped, TESTS, more), needs)

    assert [program.solve_group for program in found] == [own, own, own]
    assert found[2].roots == (SHOP, PYTEST)


def test_a_part_without_a_program_is_told():
    lost = ProgramRequest(name="tests", roots=(), extends=ProgramOf("ini", ORIGIN))
    needs = {**NEEDS, PartName("view"): Needs(programs_of=(ProgramOf("ini", ORIGIN),))}

    with pytest.raises(Faults) as caught:
        extended((APP, lost), needs)

    assert [error.message for error in caught.value.errors] == ["part `ini` has no program"] * 2
    assert program_of(ProgramOf("app", ORIGIN), NEEDS) == "app"
    with pytest.raises(ConfigurationError) as one:
        program_of(ProgramOf("ini", ORIGIN), NEEDS)
    assert one.value.origin == ORIGIN
    assert one.value.details == ("parts that have one: `app`, `tests`",)
