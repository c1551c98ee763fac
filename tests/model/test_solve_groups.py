"""What programs of one solve group share."""

import pytest
from msgspec.structs import replace

from assembler.errors import ConfigurationError
from assembler.model.project import Constraint, Override, Root, SolveGroup
from assembler.model.resolution import ProgramRequest
from assembler.model.solve_groups import mates, shared
from assembler.origin import Origin

HERE = Origin(file="assembly.toml", line=7)
THERE = Origin(file="assembly.toml", line=9)
SITE = SolveGroup("site", HERE)
LIB = Constraint("lib", "<3", HERE)
DEEP = Override(name="deep", specifier="==1", because="old", origin=HERE)


def program(name: str, group: SolveGroup | None = SITE, python: str = "3.12") -> ProgramRequest:
    return ProgramRequest(name=name, roots=(Root("lib", HERE),), python=python, solve_group=group)


def test_mates_are_the_others_of_the_group():
    programs = [program("web"), program("jobs"), program("cron"), program("alone", None)]

    assert mates(programs) == {
        "web": ("cron", "jobs"),
        "jobs": ("cron", "web"),
        "cron": ("jobs", "web"),
        "alone": (),
    }


def test_constraints_and_overrides_count_for_all_of_the_group():
    web = replace(program("web"), constraints=(LIB,))
    jobs = replace(program("jobs"), overrides=(DEEP,))
    alone = program("alone", None)

    found = shared([web, jobs, alone])

    assert [(one.name, one.constraints, one.overrides) for one in found] == [
        ("web", (LIB,), (DEEP,)),
        ("jobs", (LIB,), (DEEP,)),
        ("alone", (), ()),
    ]
    assert shared(found) == found


def test_a_group_is_no_program_of_its_name():
    named = program("site", None)
    web = replace(program("web"), constraints=(LIB,))

    assert shared([named, web])[0].constraints == ()


def test_two_pythons_in_a_group():
    other = program("web", SolveGroup("site", THERE), python="3.13")

    with pytest.raises(ConfigurationError) as caught:
        shared([program("jobs"), other])
    assert caught.value.origin == THERE
    assert caught.value.message == (
        "`jobs` and `web` share the solve group `site`, and have other Pythons: 3.12 and 3.13"
    )


def test_one_override_twice_is_no_fault():
    again = replace(DEEP, origin=THERE, because="in other words")
    web, jobs = (replace(program(name), overrides=(DEEP,)) for name in ("web", "jobs"))

    assert shared([jobs, replace(web, overrides=(again,))])[0].overrides == (again,)
