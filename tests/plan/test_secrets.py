"""Secrets where none can be, and live files that a command would read."""

import pytest

from assembler.errors import ConfigurationError, Faults
from assembler.model.part import Part, PartName
from assembler.model.step import (
    CheckOutput,
    MakeSymlink,
    RunCommand,
    Step,
    WriteFile,
    WriteLiveFile,
)
from assembler.model.text import Place, Secret, Text
from assembler.origin import Origin
from assembler.plan.secrets import check
from tests.plan.parts import Options

SECRET = Text.of("pw=", Secret("DB"))
RUN = Origin(file="assembly.toml", line=7)
KNOWN = ("DB", "TOKEN")
LIVE = WriteLiveFile(path="etc/app.ini", content=SECRET)


def part(name: str, value: Text = SECRET) -> Part:
    return Part(
        name=PartName(name),
        recipe="any",
        options=Options(),
        values={"plain": 1, "run": (Text.of("x"), value)},
        origin=Origin(file="assembly.toml", line=5),
        origins={"run.1": RUN},
    )


def fault(part: Part, *steps: Step) -> ConfigurationError:
    conf = PartName("conf")
    with pytest.raises(ConfigurationError) as caught:
        check([part], {part.name: steps, conf: (LIVE,)}, KNOWN)
    return caught.value


def test_a_live_file_may_hold_a_secret():
    check([part("conf")], {PartName("conf"): (LIVE,)}, KNOWN)


@pytest.mark.parametrize(
    ("step", "what"),
    [
        (RunCommand(argv=(SECRET,), outputs=("o",)), "a command that runs while it is built"),
        (
            RunCommand(argv=(), environment={"PW": SECRET}, outputs=("o",)),
            "a command that runs while it is built",
        ),
        (CheckOutput(tool="t", arguments=(SECRET,)), "a command that runs while it is built"),
        (
            WriteFile(path="bin/web", content=SECRET),
            "`bin/web`, which is written while it is built,",
        ),
        (MakeSymlink(path="l", target=SECRET), "a path"),
    ],
)
def test_nothing_else_may(step: Step, what: str):
    error = fault(part("app"), step)

    assert error.message == f"part `app`: {what} can't hold the secret `DB`"
    assert error.origin == RUN
    assert error.hints == (
        "put it in a file that a `template` writes, and let the program read that file",
    )


def test_each_secret_of_each_step_is_told():
    steps = (
        WriteFile(path="a", content=Text.of(SECRET, Secret("TOKEN"), Secret("DB"))),
        WriteFile(path="b", content=SECRET),
    )
    with pytest.raises(Faults) as caught:
        check([part("app")], {PartName("app"): steps}, KNOWN)

    assert [error.message for error in caught.value.errors] == [
        "part `app`: `a`, which is written while it is built, can't hold the secret `DB`",
        "part `app`: `a`, which is written while it is built, can't hold the secret `TOKEN`",
        "part `app`: `b`, which is written while it is built, can't hold the secret `DB`",
    ]


def test_a_file_that_is_checked_may_name_a_live_file():
    place = Text.of(Place("part", "etc/app.ini", "conf"))
    named = CheckOutput(tool="t", arguments=(Text.of("unit"),), files={"unit": place})
    check([part("app", place)], {PartName("app"): (named,), PartName("conf"): (LIVE,)}, KNOWN)

    error = fault(part("app", place), CheckOutput(tool="t", arguments=(place,)))
    assert "can't read `etc/app.ini` of part `conf`" in error.message


@pytest.mark.parametrize("path", ["etc/app.ini", "etc", "", "."])
def test_a_command_of_the_build_reads_no_live_file(path: str):
    place = Text.of(Place("part", path, "conf"))
    error = fault(part("app", place), RunCommand(argv=(Text.of("cat"), place), outputs=("o",)))

    assert error.message == (
        "part `app`: a command that runs while it is built can't read `etc/app.ini` of part "
        "`conf`, which holds secrets and is written later"
    )
    assert error.origin == RUN


@pytest.mark.parametrize(
    "place", [Place("part", "etc/other", "conf"), Place("part", "etc", "app"), Place("prefix")]
)
def test_it_may_read_all_else(place: Place):
    steps = (RunCommand(argv=(Text.of("cat"), Text.of(place)), outputs=("o",)),)

    check([part("app")], {PartName("app"): steps, PartName("conf"): (LIVE,)}, KNOWN)


def test_a_secret_that_a_recipe_names_is_described():
    unknown = WriteLiveFile(path="x", content=Text.of(Secret("TOKN"), Secret("OTHER")))
    with pytest.raises(Faults) as caught:
        check([part("app")], {PartName("app"): (unknown,)}, KNOWN)

    assert [(error.message, error.hints) for error in caught.value.errors] == [
        ("part `app`: there is no secret `TOKN`", ("did you mean `TOKEN`?",)),
        (
            "part `app`: there is no secret `OTHER`",
            ('add `OTHER = { env = "…" }` to `[secrets]`',),
        ),
    ]
