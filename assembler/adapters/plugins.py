"""The recipes that are installed with assembler, found by entry points."""

import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from assembler import __version__
from assembler.errors import PartError
from assembler.recipe import Recipe

if TYPE_CHECKING:
    from importlib.metadata import Distribution, EntryPoint

GROUP = "assembler.recipes"
_FILE = f"assembler-{__version__}.dist-info/entry_points.txt"


class OwnEntryPoint(NamedTuple):
    """An entry point of assembler's own distribution."""

    name: str
    value: str

    def load(self) -> Recipe:
        """Import the recipe."""
        module, _, attribute = self.value.partition(":")
        recipe: Recipe = getattr(import_module(module), attribute)
        return recipe


Named: TypeAlias = "OwnEntryPoint | EntryPoint"


class Recipes(Mapping[str, Recipe]):
    """The recipes of one distribution by name; each is imported when it is first asked for."""

    def __init__(self, entry_points: Mapping[str, Named]) -> None:
        self._entry_points = entry_points
        self._loaded: dict[str, Recipe] = {}

    def __getitem__(self, name: str) -> Recipe:
        if name not in self._loaded:
            self._loaded[name] = _load(self._entry_points[name])
        return self._loaded[name]

    def __contains__(self, name: object) -> bool:
        return name in self._entry_points

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._entry_points))

    def __len__(self) -> int:
        return len(self._entry_points)


def recipes() -> Mapping[str, Recipe]:
    """The recipes of assembler's own distribution.

    Asking for one raises `PartError` if it can't be imported. Where the distribution stands as
    installers put it, its file is read at once, which is a third of what asking for it costs.
    """
    for folder in sys.path:
        try:
            text = Path(folder, _FILE).read_text("utf-8")
        except OSError:
            continue
        return Recipes({name: OwnEntryPoint(name, value) for name, value in _listed(text)})
    from importlib.metadata import Distribution  # noqa: PLC0415 - slow to load

    return recipes_of(Distribution.from_name("assembler"))


def _listed(text: str) -> Iterator[tuple[str, str]]:
    """The names and values of the group in a file of entry points."""
    section = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            section = line
        elif section == f"[{GROUP}]" and "=" in line:
            name, _, value = line.partition("=")
            yield name.strip(), value.strip()


def recipes_of(distribution: "Distribution") -> Mapping[str, Recipe]:
    """The recipes that a distribution offers."""
    found = distribution.entry_points.select(group=GROUP)
    return Recipes({entry_point.name: entry_point for entry_point in found})


def _load(entry_point: Named) -> Recipe:
    try:
        loaded: Recipe = entry_point.load()
    except Exception as error:
        raise PartError(
            f"recipe `{entry_point.name}` can't be imported from `{entry_point.value}`",
            details=(f"{type(error).__name__}: {error}",),
        ) from error
    return loaded
