"""What a recipe may answer about a part, and what it may not."""

import msgspec
import pytest

from assembler.app.foreign.checks import check_needs, check_outputs, check_steps, expanded_part
from assembler.app.foreign.messages import MadePart
from assembler.errors import PartError
from assembler.model.distribution import Link, StoredWheel
from assembler.model.lock import LockedArtifact
from assembler.model.part import Part, PartName
from assembler.model.step import CheckoutCommit, FetchFile, LinkWheels, RunCommand, Step, WriteFile
from assembler.model.target import Interpreter, Target
from assembler.model.text import Output, PartKey, Place, Quoted, Text
from assembler.origin import Origin
from assembler.recipe import Assembled, Needs, WheelSet
from tests.app.foreign.options import NoOptions, SomeText

PYTHON = Interpreter(executable="/usr/bin/python3", version="3.12.1")
WHEEL = StoredWheel(key="django-5-abc", name="django", version="5")
STRANGE = StoredWheel(key="../x", name="x", version="1")
FILE = LockedArtifact(url="https://acme.example/x", sha256="0" * 64, size=3)
PROGRAM = WheelSet(python=PYTHON, wheels=(WHEEL,), links=(), requested=frozenset())
ASSEMBLED = Assembled(
    target=Target(name="linux-x86_64", system="linux", machine="x86_64"),
    programs={"hi": PROGRAM},
    artifacts={FILE.url: FILE},
)
PART = Part(
    name=PartName("hi"),
    recipe="acme:vhost",
    options=NoOptions(),
    values={},
    edges=frozenset({PartName("app")}),
    origin=Origin(file="assembly.toml"),
)
OTHER = LockedArtifact(url=FILE.url, sha256="1" * 64, size=3)


def written(*pieces: Place | PartKey | Output | Quoted) -> WriteFile:
    """A file that holds these."""
    return WriteFile(path="x", content=Text.of(*pieces))


@pytest.mark.parametrize(
    "step",
    [
        written(Place("part", "bin/web", "app"), Place("part", "x", "hi"), PartKey("app")),
        written(Place("project", "src"), Place("prefix"), Quoted(Place("stable", "x", "app"))),
        FetchFile(path="x", artifact=FILE),
        LinkWheels(python=PYTHON, wheels=(WHEEL,), links=(Link("lib/x", "django-5-abc/site/x"),)),
    ],
)
def test_what_the_part_knows_may_stand_in_steps(step: Step):
    check_steps("acme:vhost", PART, (step,), ASSEMBLED)


@pytest.mark.parametrize(
    ("step", "fault"),
    [
        (written(PartKey("db")), "a step leads to part `db`, which it does not know"),
        (
            written(Quoted(Place("part", "x", "db"))),
            "a step leads to part `db`, which it does not know",
        ),
        (written(Place("project", "/etc/x")), "the path `/etc/x` is absolute"),
        (
            written(Output("app", ("bin", "web"))),
            "a step holds a reference, which is looked up by now",
        ),
        (
            FetchFile(path="x", artifact=OTHER),
            "a step takes `https://acme.example/x`, which it was not given",
        ),
        (
            CheckoutCommit(path="x", url="https://acme.example/r.git", commit="a" * 40),
            f"a step takes the commit `{'a' * 40}`, which it was not given",
        ),
        (
            LinkWheels(python=PYTHON, wheels=(STRANGE,), links=()),
            "a step takes `../x`, which it was not given",
        ),
        (
            LinkWheels(
                python=Interpreter(executable="/tmp/python", version="3.12.1"), wheels=(), links=()
            ),
            "a step takes `/tmp/python`, which it was not given",
        ),
        (
            LinkWheels(python=PYTHON, wheels=(WHEEL,), links=(Link("lib/x", "../../etc"),)),
            "the path `../../etc` has a component `..`",
        ),
        (
            RunCommand(argv=(Text.of("x"),), passed=("CC", "SHOP_TOKEN"), outputs=("x",)),
            "a step takes the variable `SHOP_TOKEN`, which it was not given",
        ),
        (
            RunCommand(argv=(Text.of("x", Place("part", "../x", "hi")),), outputs=("x",)),
            "the path `../x` has a component `..`",
        ),
    ],
)
def test_what_it_was_not_given_may_not(step: Step, fault: str):
    with pytest.raises(PartError) as caught:
        check_steps("acme:vhost", PART, (step,), ASSEMBLED)

    message = caught.value.message
    assert message == f"recipe `acme:vhost` gave an answer that can't be used: {fault}"


def test_parts_that_outputs_of_others_lead_to_are_known():
    options = SomeText(text=Text.of(Place("part", "x", "db")))
    part = msgspec.structs.replace(PART, options=options)

    check_steps("acme:vhost", part, (written(Place("part", "x", "db")),), ASSEMBLED)


def test_files_outside_of_the_project_are_not_read():
    check_needs("acme:vhost", Needs(files=("etc/*.conf",), reads=("src/**",)))
    for needs in (Needs(files=("../x",)), Needs(reads=("/etc/passwd",))):
        with pytest.raises(PartError):
            check_needs("acme:vhost", needs)


def test_outputs_may_refer_to_what_the_part_names():
    check_outputs("acme:vhost", PART, {"web": Text.of(Output("app", ("bin", "web")))})
    with pytest.raises(PartError, match="the output `web` leads to part `db`"):
        check_outputs("acme:vhost", PART, {"web": Text.of(Output("db", ("path",)))})


@pytest.mark.parametrize("options", [3, {"text": []}, {"7": {}}, {"table": 3}, {}])
def test_options_of_a_part_that_is_made_are_a_table(options: object):
    made = MadePart(name="x", recipe="program", options=options, needs=())

    with pytest.raises(PartError, match="the options of `x`"):
        expanded_part("acme:vhost", made)
