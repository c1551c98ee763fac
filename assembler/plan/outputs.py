"""References to outputs of other parts, looked up; and launchers, checked to exist."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from assembler.errors import AssemblerError, ConfigurationError, raise_all
from assembler.model.part import Part, PartName
from assembler.model.step import Step
from assembler.model.text import Output, PartKey, Piece, Place, Text
from assembler.plan.nearest import nearest
from assembler.plan.paths import covers, made
from assembler.plan.texts import KeyPath, replaced, texts
from assembler.recipe import Outputs

_BIN = "bin/"


def resolve(parts: Sequence[Part], outputs: Mapping[PartName, Outputs]) -> tuple[Part, ...]:
    """Replace every reference to an output of another part by what that part offers.

    `parts` are in building order; what they offer may hold references in turn. Raises
    `ConfigurationError` for outputs that there are not.
    """
    offered: dict[str, Mapping[str, Text]] = {}
    resolved: list[Part] = []
    errors: list[AssemblerError] = []
    for part in parts:
        lookup = _Lookup(part, offered)
        resolved.append(lookup.part())
        offered[part.name] = lookup.outputs(outputs.get(part.name, {}))
        errors += lookup.errors
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

    def outputs(self, outputs: Outputs) -> Mapping[str, Text]:
        """What the part itself offers, looked up."""
        return {name: self._ignoring_errors(text, (name,)) for name, text in outputs.items()}

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


def check_launchers(parts: Sequence[Part], steps: Mapping[PartName, Sequence[Step]]) -> None:
    """Raise `ConfigurationError` for references to launchers that no step makes."""
    by_name = {str(name): made_by for name, made_by in steps.items()}
    errors = [
        _no_launcher(part, path, place, by_name[place.part])
        for part in parts
        for path, place in _launchers(part, by_name.get(part.name, ()))
        if place.part in by_name and not _makes(by_name[place.part], place.path)
    ]
    raise_all(errors)


def _launchers(part: Part, steps: Sequence[Step]) -> Iterator[tuple[KeyPath, Place]]:
    """The launchers that a part refers to, each with the option where."""
    seen: set[Place] = set()
    for value in (part.values, part.options, steps):
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
