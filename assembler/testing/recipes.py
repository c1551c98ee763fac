"""Recipes that are watched while they are asked, and asked everything twice."""

from collections.abc import Callable
from typing import TypeVar

import msgspec

from assembler.model.part import ExpandedPart, Part
from assembler.model.step import Step
from assembler.recipe import Assembled, HasExpansion, HasOutputs, Needs, Outputs, Recipe
from assembler.testing.purity import Impure, watched

Answer = TypeVar("Answer")


class WatchedRecipe:
    """A recipe that is asked in the place of another; what that offers besides, it does, too."""

    def __init__(self, name: str, recipe: Recipe) -> None:
        self._name = name
        self._recipe = recipe
        if isinstance(recipe, HasOutputs):
            asked = recipe.outputs
            self.outputs: Callable[[Part], Outputs] = lambda part: self._asked(
                "outputs", part, lambda: asked(part)
            )
        if isinstance(recipe, HasExpansion):
            expand = recipe.expand
            self.expand: Callable[[Part], tuple[ExpandedPart, ...]] = lambda part: self._asked(
                "expand", part, lambda: expand(part)
            )

    @property
    def options(self) -> type[msgspec.Struct]:
        """The recipe's own."""
        return self._recipe.options

    def declare(self, part: Part) -> Needs:
        """What the recipe declares. Raises `Impure`."""
        return self._asked("declare", part, lambda: self._recipe.declare(part))

    def realise(self, part: Part, assembled: Assembled) -> tuple[Step, ...]:
        """The recipe's steps. Raises `Impure`."""
        return self._asked("realise", part, lambda: self._recipe.realise(part, assembled))

    def _asked(self, question: str, part: Part, ask: Callable[[], Answer]) -> Answer:
        whose = f"`{question}` of recipe `{self._name}`"
        with watched(whose):
            answer = ask()
        with watched(whose):
            again = ask()
        if again != answer:
            raise Impure(
                f"{whose}, which must be pure, answers differently when it is asked again",
                origin=part.origin,
                details=(f"first {answer!r}", f"then {again!r}"),
            )
        return answer
