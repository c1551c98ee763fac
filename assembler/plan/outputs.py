"""References to outputs of other parts, looked up; and launchers, checked to exist."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from assembler.errors import AssemblerError, ConfigurationError, raise_all
from assembler.model.part import Part
from assembler.model.step import Step
from assembler.model.text import Output, PartKey, Piece, Place, Text
from assembler.plan.nearest import nearest
from assembler.plan.paths import covers, made
from assembler.plan.request import RealisedPart
from assembler.plan.texts import KeyPath, replaced, texts
from assembler.recipe import HasOutputs, Outputs, Recipe

_BIN = "bin/"


def resolve(parts: Sequence[Part], recipes: Mapping[str, Recipe]) -> tuple[Part, ...]:
    """Replace every reference to an output of another part by what that part offers.

    `parts` are in building order. Raises `ConfigurationError` for outputs that there are not.
    """
    offered: dict[str, Outputs] = {}
    resolved: list[Part] = []
    errors: list[AssemblerError] = []
    for part in parts:
        lookup = _Lookup(part, offered)
        found = lookup.part()
        errors += lookup.errors
        recipe = recipes[part.recipe]
        offered[part.name] = recipe.outputs(found) if isinstance(recipe, HasOutputs) else {}
        resolved.append(found)
    raise_all(errors)
    return tuple(resolved)


class _Lookup:
    """Looks up the references of one part."""

    def __init__(self, part: Part, offered: Mapping[str, Outputs]) -> None:
        self._part = part
        self._offered = offered
        self.errors: list[AssemblerError] = []

    def part(self) -> Part:
        """The part with its references looked up; what is wrong is in `errors`."""
        options = replaced(self._part.options, self._ignoring_errors)
        values = replaced(self._part.values, self._text)
        return msgspec.structs.replace(self._part, options=options, values=values)

    def _ignoring_errors(self, text: Text, path: KeyPath) -> Text:
        """Look up in options what is reported for the values that they were made from."""
        before = len(self.errors)
        found = self._text(text, path)
        del self.errors[before:]
        return found

    def _text(self, text: Text, path: KeyPath) -> Text:
        if not text.outputs:
            return text
        return Text.of(*(self._piece(piece, path) for piece in text.pieces))

    def _piece(self, piece: Piece, path: KeyPath) -> Piece | Text:
        if not isinstance(piece, Output):
            return piece
        found = self._output(piece)
        if found is None:
            self.errors.append(self._unknown(piece, path))
            return ""
        return found

    def _output(self, output: Output) -> Piece | Text | None:
        offered = self._offered.get(output.part, {})
        match output.path:
            case ("bin", name):
                return Place("part", f"{_BIN}{name}", output.part)
            case ("bin" | "dir" as name,) if name not in offered:
                return Place("part", "" if name == "dir" else name, output.part)
            case ("key",):
                return PartKey(output.part)
            case ("name",):
                return output.part
            case _:
                return offered.get(".".join(output.path))

    def _unknown(self, output: Output, path: KeyPath) -> ConfigurationError:
        name = ".".join(output.path)
        names = {"dir", "key", "name", *self._offered.get(output.part, {})}
        listed = ", ".join(f"`{each}`" for each in sorted(names))
        return ConfigurationError(
            f"part `{output.part}` has no output `{name}`",
            origin=self._part.origin_of(*path),
            details=[f"it has {listed}, and `bin.NAME` for its launchers"],
            hints=nearest(name, names),
        )


def check_launchers(parts: Sequence[RealisedPart]) -> None:
    """Raise `ConfigurationError` for references to launchers that no step makes."""
    steps: dict[str, tuple[Step, ...]] = {realised.part.name: realised.steps for realised in parts}
    errors = [
        _no_launcher(realised.part, path, place, steps[place.part])
        for realised in parts
        for path, place in _launchers(realised)
        if place.part in steps and not _makes(steps[place.part], place.path)
    ]
    raise_all(errors)


def _launchers(realised: RealisedPart) -> Iterator[tuple[KeyPath, Place]]:
    """The launchers that a part refers to, each with the option where."""
    seen: set[Place] = set()
    for value in (realised.part.values, realised.part.options, realised.steps):
        for path, text in texts(value):
            for piece in text.pieces:
                if isinstance(piece, Place) and piece not in seen and _is_launcher(piece):
                    seen.add(piece)
                    yield path, piece


def _is_launcher(place: Place) -> bool:
    return place.root == "part" and place.path.startswith(_BIN)


def _makes(steps: Sequence[Step], path: str) -> bool:
    return any(covers(step, path) for step in steps)


def _no_launcher(
    part: Part, path: KeyPath, place: Place, steps: Sequence[Step]
) -> ConfigurationError:
    name = place.path.removeprefix(_BIN)
    there = {
        made_path.removeprefix(_BIN)
        for step in steps
        for made_path in made(step)
        if made_path.startswith(_BIN)
    }
    listed = ", ".join(f"`{each}`" for each in sorted(there))
    return ConfigurationError(
        f"part `{place.part}` has no launcher `{name}`",
        origin=part.origin_of(*path),
        details=[f"it has {listed}"] if listed else [],
        hints=nearest(name, there),
    )
