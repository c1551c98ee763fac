"""A part of the application, as a recipe sees it."""

import re
from collections.abc import Mapping
from typing import NewType, TypeVar

import msgspec

from assembler.model.text import Value
from assembler.origin import Origin

PartName = NewType("PartName", str)
OptionsType = TypeVar("OptionsType", bound=msgspec.Struct)

_NAMES_PART = {"names": "a part"}
_SEPARATORS = re.compile(r"[-_.]+")


def part_name(description: str) -> msgspec.Meta:
    """Annotate an option as the name of a part, or as an array of them; that makes edges."""
    return msgspec.Meta(description=description, extra=_NAMES_PART)


def program_name(part: str) -> str:
    """The name of a part's program, which is compared as that of a distribution (PEP 503)."""
    return _SEPARATORS.sub("-", part).lower()


def is_part_name(meta: msgspec.Meta) -> bool:
    """Whether an option's annotation says that it is the name of a part."""
    return meta.extra == _NAMES_PART


class ExpandedPart(msgspec.Struct, frozen=True, kw_only=True):
    """A part that another part's recipe makes of it, as it could be written in a file.

    Texts in `options` are taken as they are; a reference is an `Output` in a `Text`. What is `None`
    in a table of them is left out.
    """

    name: str
    recipe: str
    options: Mapping[str, Value] = {}
    needs: tuple[str, ...] = ()


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One enabled part: its recipe, its typed options, and the parts that it needs.

    `values` are the options as resolved from the configuration (for reasons and `assemble config`),
    `options` the same converted to the recipe's options type. `needs` names the parts of its
    `needs` key, `expansion` those that its recipe makes of it, `edges` all parts that it needs or
    refers to, these among them. `origins` maps dotted paths of `values` (`requires.0`,
    `launchers.web.script`) to where they were written.
    """

    name: PartName
    recipe: str
    options: msgspec.Struct
    values: Mapping[str, Value]
    needs: tuple[PartName, ...] = ()
    expansion: tuple[PartName, ...] = ()
    edges: frozenset[PartName] = frozenset()
    origin: Origin
    origins: Mapping[str, Origin] = {}

    def typed(self, options_type: type[OptionsType]) -> OptionsType:
        """Return the options as the recipe's own type."""
        if not isinstance(self.options, options_type):
            message = f"options of part `{self.name}` are {type(self.options).__name__}"
            raise TypeError(message)
        return self.options

    def origin_of(self, *path: str | int) -> Origin:
        """Where the option at `path` was written, or its nearest enclosing table."""
        keys = [str(step) for step in path]
        while keys:
            if found := self.origins.get(".".join(keys)):
                return found
            keys.pop()
        return self.origin
