"""Recipes that are asked in processes of their own."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec

from assembler.app.foreign.checks import check_needs, check_outputs, check_steps, expanded_part
from assembler.app.foreign.messages import (
    Declare,
    Declared,
    Describe,
    Described,
    Expand,
    Expanded,
    Offer,
    Offered,
    Realise,
    Realised,
    SentPart,
)
from assembler.app.foreign.option_types import made
from assembler.app.foreign.session import Session
from assembler.app.foreign.values import encoded
from assembler.errors import PartError
from assembler.model.part import ExpandedPart, Part
from assembler.model.step import Step
from assembler.recipe import Assembled, Needs, Outputs, Recipe


class ForeignRecipe:
    """One recipe of an entry; `name` is `ENTRY:RECIPE`."""

    def __init__(
        self, name: str, session: Session, records: Sequence[type[msgspec.Struct]]
    ) -> None:
        self.options = records[-1]
        self._name = name
        self._whole = f"recipe `{name}`"
        self._recipe = name.partition(":")[2]
        self._session = session
        self._records = records

    def declare(self, part: Part) -> Needs:
        """Ask what the part needs."""
        question = Declare(self._recipe, self._sent(part))
        needs = self._session.ask(self._whole, question, Declared).needs
        check_needs(self._name, needs)
        return needs

    def expanded(self, part: Part) -> tuple[ExpandedPart, ...]:
        """Ask what other parts the part stands for."""
        question = Expand(self._recipe, self._sent(part))
        parts = self._session.ask(self._whole, question, Expanded).parts
        return tuple(expanded_part(self._name, each) for each in parts)

    def offered(self, part: Part) -> Outputs:
        """Ask what the part offers."""
        question = Offer(self._recipe, self._sent(part))
        outputs = self._session.ask(self._whole, question, Offered).outputs
        check_outputs(self._name, part, outputs)
        return outputs

    def realise(self, part: Part, assembled: Assembled) -> tuple[Step, ...]:
        """Ask how the part is made."""
        question = Realise(self._recipe, self._sent(part), assembled)
        steps = self._session.ask(self._whole, question, Realised).steps
        check_steps(self._name, part, steps, assembled)
        return steps

    def _sent(self, part: Part) -> SentPart:
        return SentPart(
            name=part.name,
            recipe=part.recipe,
            options=encoded(part.options, self._records),
            values=encoded(part.values),
            needs=part.needs,
            expansion=part.expansion,
            edges=tuple(sorted(part.edges)),
            origin=part.origin,
            origins=dict(part.origins),
        )


def foreign_recipe(name: str, session: Session) -> Recipe:
    """The recipe of this name, with the options, methods and docstrings that it says it has.

    Raises `PartError` for options that can't be.
    """
    whole = f"recipe `{name}`"
    described = session.about(whole, Describe(name.partition(":")[2]), Described)
    try:
        records = made(described.records, __name__)
        return _class(described)(name, session, records)
    except (ValueError, TypeError, LookupError) as error:
        raise PartError(f"{whole} has options that can't be used: {error}") from None


def _class(
    described: Described,
) -> Callable[[str, Session, Sequence[type[msgspec.Struct]]], Recipe]:
    """A class with the methods and docstrings of the recipe, as these are looked for."""
    methods: dict[str, object] = {"__doc__": described.summary}
    if described.outputs is not None:
        methods["outputs"] = _outputs(described.outputs)
    if described.expands is not None:
        methods["expand"] = _expand(described.expands)
    return type("Foreign", (ForeignRecipe,), methods)


def _outputs(doc: str) -> Callable[[ForeignRecipe, Part], Outputs]:
    def outputs(self: ForeignRecipe, part: Part) -> Outputs:
        return self.offered(part)

    outputs.__doc__ = doc
    return outputs


def _expand(doc: str) -> Callable[[ForeignRecipe, Part], tuple[ExpandedPart, ...]]:
    def expand(self: ForeignRecipe, part: Part) -> tuple[ExpandedPart, ...]:
        return self.expanded(part)

    expand.__doc__ = doc
    return expand


class ForeignRecipes(Mapping[str, Recipe]):
    """The standard recipes, and those of entries, which are named `ENTRY:RECIPE`.

    An entry's process is started when one of its recipes is first asked for. `sources` tells what
    the entries lead to.
    """

    def __init__(
        self,
        standard: Mapping[str, Recipe],
        entries: Mapping[str, Callable[[], Session]],
        sources: object,
    ) -> None:
        self.standard = standard
        self.sources = sources
        self._entries = entries
        self._sessions: dict[str, Session] = {}
        self._found: dict[str, Recipe] = {}

    def __getitem__(self, name: str) -> Recipe:
        if name in self.standard:
            return self.standard[name]
        if name not in self._found:
            entry, _, recipe = name.partition(":")
            if recipe not in self._names(entry):
                raise KeyError(name)
            self._found[name] = foreign_recipe(name, self._session(entry))
        return self._found[name]

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str) or name in self.standard:
            return name in self.standard
        entry, _, recipe = name.partition(":")
        return recipe in self._names(entry)

    def __iter__(self) -> Iterator[str]:
        yield from self.standard
        for entry in self._entries:
            yield from (f"{entry}:{recipe}" for recipe in self._names(entry))

    def __len__(self) -> int:
        return len(self.standard) + sum(len(self._names(entry)) for entry in self._entries)

    def _names(self, entry: str) -> tuple[str, ...]:
        return self._session(entry).recipes if entry in self._entries else ()

    def _session(self, entry: str) -> Session:
        if entry not in self._sessions:
            self._sessions[entry] = self._entries[entry]()
        return self._sessions[entry]
