"""Recipes that a project or a distribution brings along."""

GREETING = '''
from typing import Annotated

import msgspec

from assembler.api import ConfigurationError, Expose, Needs, Part, Step, Text, WriteFile


class Options(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """Whom to greet."""

    greeted_name: Annotated[Text, msgspec.Meta(description="Who is greeted.")]
    how: Annotated[str, msgspec.Meta(description="The word.")] = "hello"
    times: Annotated[int, msgspec.Meta(ge=1)] = 1
    to: Annotated[str, msgspec.Meta(description="The stable path.")] = "etc/greeting"


class Greeting:
    """A file that greets."""

    options = Options

    def declare(self, part: Part) -> Needs:
        """It needs nothing."""
        if part.typed(Options).how == "hey":
            raise ConfigurationError("`hey` is rude", origin=part.origin_of("how"), hints=("mind",))
        return Needs()

    def outputs(self, part: Part):
        """`path`: the file."""
        from assembler.api import Place

        return {"path": Text.of(Place("part", "greeting", part.name))}

    def realise(self, part: Part, assembled: object) -> tuple[Step, ...]:
        """One file."""
        options = part.typed(Options)
        line = Text.of(options.how, " ", options.greeted_name, "\\n")
        return (
            WriteFile(path="greeting", content=Text.of(*[line] * options.times)),
            Expose(path=options.to, target="greeting"),
        )


greeting = Greeting()
'''
"""A module with a recipe `greeting`."""

MANY = '''

class ManyOptions(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """Whom to greet."""

    names: Annotated[tuple[str, ...], msgspec.Meta(description="Who is greeted.")]


class Many:
    """A greeting for each name."""

    options = ManyOptions

    def expand(self, part: Part):
        """One part a name."""
        from assembler.api import ExpandedPart

        return tuple(
            ExpandedPart(
                name=f"{part.name}-{name}",
                recipe="local:greeting",
                options={"greeted-name": name, "to": f"etc/{name}"},
            )
            for name in part.typed(ManyOptions).names
        )

    def declare(self, part: Part) -> Needs:
        """It needs nothing."""
        return Needs()

    def realise(self, part: Part, assembled: object) -> tuple[Step, ...]:
        """Nothing but what it stands for."""
        return ()


many = Many()
'''
"""What a module with a recipe `many` has besides."""
