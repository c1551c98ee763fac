"""What a recipe may not do while it is asked."""

import gc
import os
import random
import time
from itertools import count
from pathlib import Path

import pytest

from assembler.api import Needs, Part
from assembler.testing import Impure, RecipeTester
from assembler.testing.purity import watched
from tests.testing.recipes import IMPURE, WRITTEN, Doing

PART = '[parts.x]\nrecipe = "doing"\n'


@pytest.fixture
def tester(tmp_path: Path) -> RecipeTester:
    return RecipeTester(tmp_path)


@pytest.mark.parametrize("kind", IMPURE)
def test_a_recipe_touches_neither_the_machine_nor_the_clock_nor_chance(
    tester: RecipeTester, kind: str
) -> None:
    does, used = IMPURE[kind]
    before = (Path.cwd(), dict(os.environ))
    tester.recipes["doing"] = Doing("declare", does)
    with pytest.raises(Impure) as raised:
        tester.ask(PART)
    message = raised.value.message
    assert message.startswith("`declare` of recipe `doing`, which must be pure, used `")
    assert used in message
    assert any("recipes.py:" in place for place in raised.value.details)
    assert (Path.cwd(), dict(os.environ)) == before
    assert not Path(WRITTEN).exists()


@pytest.mark.parametrize("question", ["declare", "outputs", "expand", "realise"])
def test_every_question_is_watched(tester: RecipeTester, question: str) -> None:
    tester.recipes["doing"] = Doing(question, os.getcwd)
    with pytest.raises(Impure, match=f"`{question}` of recipe `doing`"):
        tester.ask(PART)


def test_a_recipe_answers_the_same_when_it_is_asked_again(tester: RecipeTester) -> None:
    numbers = count()

    class Counting(Doing):
        def declare(self, part: Part) -> Needs:
            return Needs(files=(f"{part.name}{next(numbers)}",))

    tester.recipes["doing"] = Counting("", print)
    with pytest.raises(Impure) as raised:
        tester.ask(PART)
    assert raised.value.message == (
        "`declare` of recipe `doing`, which must be pure, "
        "answers differently when it is asked again"
    )
    assert raised.value.details == (f"first {Needs(files=('x0',))}", f"then {Needs(files=('x1',))}")


def test_computing_and_importing_are_pure(tester: RecipeTester) -> None:
    def computes() -> None:
        import colorsys  # noqa: PLC0415 - a module that nothing else imports

        assert random.Random(7).random() < colorsys.ONE_THIRD
        assert str(Path("a") / "b") == os.fspath(Path("a/b"))
        assert time.strftime("%Y", (2020, 1, 1, 0, 0, 0, 0, 1, 0)) == "2020"

    tester.recipes["doing"] = Doing("realise", computes)
    assert tester.ask(PART)["x"].steps == ()


def test_what_is_not_asked_may_do_anything() -> None:
    with pytest.raises(Impure), watched("something"):
        Path.cwd()
    assert str(Path.cwd())


def test_what_the_garbage_collector_does_is_not_the_recipes() -> None:
    def timed(_phase: str, _about: dict[str, int]) -> None:
        time.perf_counter()

    gc.callbacks.append(timed)
    try:
        with watched("`declare`"):
            rings: list[list[object]] = [[] for _ in range(100_000)]
            for ring in rings:
                ring.append(ring)
    finally:
        gc.callbacks.remove(timed)
