"""Where recipes come from that are not assembler's own, as `[recipes]` says."""

from typing import TypeAlias

import msgspec

from assembler.origin import Origin


class RecipeDistribution(msgspec.Struct, frozen=True):
    """The recipes of a distribution from an index: its requirement (PEP 508), and where it is."""

    name: str
    requirement: str
    origin: Origin


class RecipeFile(msgspec.Struct, frozen=True):
    """The recipes of a Python file, or an import package, of the project; `path` is relative."""

    name: str
    path: str
    origin: Origin


RecipeSource: TypeAlias = RecipeDistribution | RecipeFile
"""An entry of `[recipes]`: `name` is what stands before the colon in `recipe = "NAME:RECIPE"`."""
