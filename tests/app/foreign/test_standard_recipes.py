"""The standard recipes, asked through the protocol as if they came from elsewhere."""

from collections.abc import Mapping
from pathlib import Path, PurePath

import pytest

from assembler import graph
from assembler.adapters.plugins import recipes
from assembler.app.foreign.answering import Answers
from assembler.app.foreign.messages import VERSION, Open
from assembler.app.foreign.recipes import foreign_recipe
from assembler.app.foreign.session import Session
from assembler.app.realise import outputs_of
from assembler.config.compose import compose
from assembler.config.document import parse
from assembler.config.schema import load
from assembler.model.part import Part
from assembler.model.platforms import target_named
from assembler.plan.outputs import resolve
from assembler.recipe import Assembled, Needs, Recipe
from tests.fakes.conversations import MemoryConversation

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*/assembly.toml"))
TARGET = target_named("linux-x86_64")


@pytest.fixture(scope="module")
def foreign() -> Mapping[str, Recipe]:
    """The standard recipes by their names, each asked in messages."""
    opening = Open(version=VERSION, distribution="assembler")
    session = Session("standard", MemoryConversation(Answers()), opening)
    assert set(session.recipes) == set(recipes())
    return {name: foreign_recipe(f"standard:{name}", session) for name in session.recipes}


def parts(file: Path, known: Mapping[str, Recipe]) -> tuple[Part, ...]:
    """The parts of an example in their order."""
    project = load(
        compose([parse(file.read_text(), file.name)], TARGET),
        recipes=known,
        folder=PurePath("/srv/project"),
        environment={},
    )
    return graph.order(project.parts)


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.parent.name)
def test_they_answer_the_same(file: Path, foreign: Mapping[str, Recipe]):
    standard = recipes()
    ours, theirs = parts(file, standard), parts(file, foreign)

    assert [each.name for each in theirs] == [each.name for each in ours]
    assert [each.edges for each in theirs] == [each.edges for each in ours]
    assert [each.values for each in theirs] == [each.values for each in ours]
    assert outputs_of(theirs, foreign) == outputs_of(ours, standard)
    needs = [standard[each.recipe].declare(each) for each in ours]
    assert [foreign[each.recipe].declare(each) for each in theirs] == needs
    ours = resolve(ours, outputs_of(ours, standard))
    theirs = resolve(theirs, outputs_of(theirs, foreign))
    alone = Assembled(target=TARGET)
    for one, other, needed in zip(ours, theirs, needs, strict=True):
        if needed == Needs():
            steps = standard[one.recipe].realise(one, alone)
            assert foreign[other.recipe].realise(other, alone) == steps
