from typing import Any

import pytest
from assembler_recipes.links import LinksOptions, recipe

from assembler.api import (
    Assembled,
    CheckOutput,
    ConfigurationError,
    Expose,
    LinkSources,
    MakeSymlink,
    Needs,
    Place,
    ProgramOf,
    Secret,
    Step,
    Text,
    WheelSet,
)
from tests.recipes.parts import ORIGIN, PYTHON, TARGET, part, text

PROGRAM = WheelSet(python=PYTHON, wheels=(), links=(), requested=frozenset())
VIEW = LinksOptions(distributions_of="app", to="src-view")
TOOL = text(Place("part", "bin/x", "app"))


def steps(options: LinksOptions, **programs: WheelSet) -> tuple[Step, ...]:
    made = part(options, "view")
    recipe.declare(made)
    return recipe.realise(made, Assembled(target=TARGET, programs=programs))


def test_links_lead_to_parts_the_checkout_and_elsewhere():
    options = LinksOptions(
        links={"tools/x": TOOL, "etc/a.ini": text("./conf/a.ini"), "log": text("/var/log")}
    )

    *links, check, one, two, three = steps(options)

    assert links == [
        MakeSymlink(path="tools/x", target=TOOL),
        MakeSymlink(path="etc/a.ini", target=text(Place("project", "conf/a.ini"))),
        MakeSymlink(path="log", target=text("/var/log")),
    ]
    assert isinstance(check, CheckOutput)
    assert check.tool == "sh"
    assert [one, two, three] == [
        Expose(path=path, target=path) for path in ("tools/x", "etc/a.ini", "log")
    ]
    assert recipe.declare(part(options)) == Needs()
    assert recipe.outputs(part(options)) == {}


def test_a_tree_of_sources_is_made_of_the_program_of_another_part():
    sources, check, shown = steps(VIEW, app=PROGRAM)

    assert recipe.declare(part(VIEW)) == Needs(programs_of=(ProgramOf("app", ORIGIN),))
    assert recipe.outputs(part(VIEW, "view")) == {"path": text(Place("part", "src-view", "view"))}
    packages = text(Place("part", "lib/python3.12/site-packages", "app"))
    assert sources == LinkSources(path="src-view", packages=packages)
    assert isinstance(check, CheckOutput)
    assert shown == Expose(path="src-view", target="src-view")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "part `view` must have `links` or `distributions-of`"),
        ({"distributions_of": "app"}, "`distributions-of` needs `to`"),
        ({"to": "x", "links": {"a": text("/b")}}, "`to` needs `distributions-of`"),
        ({"distributions_of": "app", "to": ".."}, "`..` leads out of its folder"),
        ({"links": {"/a": text("b")}}, "`/a` leads out of its folder"),
        ({"links": {"a": text("../b")}}, "`../b` leads out of its folder"),
        ({"links": {"a": Text((Secret("P"),))}}, "the link `a` can't lead to a secret"),
    ],
)
def test_what_can_not_be_is_told(given: dict[str, Any], message: str):
    with pytest.raises(ConfigurationError) as caught:
        steps(LinksOptions(**given))

    assert caught.value.message == message
