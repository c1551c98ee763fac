"""The recipes that are installed with assembler, found by entry points."""

from collections.abc import Iterator, Mapping
from importlib.metadata import Distribution, EntryPoint

from assembler.errors import PartError
from assembler.recipe import Recipe

GROUP = "assembler.recipes"


class Recipes(Mapping[str, Recipe]):
    """The recipes of one distribution by name; each is imported when it is first asked for."""

    def __init__(self, entry_points: Mapping[str, EntryPoint]) -> None:
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

    Asking for one raises `PartError` if it can't be imported.
    """
    return recipes_of(Distribution.from_name("assembler"))


def recipes_of(distribution: Distribution) -> Mapping[str, Recipe]:
    """The recipes that a distribution offers."""
    found = distribution.entry_points.select(group=GROUP)
    return Recipes({entry_point.name: entry_point for entry_point in found})


def _load(entry_point: EntryPoint) -> Recipe:
    try:
        loaded: Recipe = entry_point.load()
    except Exception as error:
        raise PartError(
            f"recipe `{entry_point.name}` can't be imported from `{entry_point.value}`",
            details=(f"{type(error).__name__}: {error}",),
        ) from error
    return loaded
