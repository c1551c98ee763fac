"""Requirements of one part in the text of its file."""

from collections.abc import Mapping, Sequence

import msgspec
import tomli

from assembler.app.assembly_text import AssemblyText
from assembler.app.requirement_text import Asked, marker_of, merged, name_of
from assembler.config.array_text import Edit, place_in_order
from assembler.config.keys import Path, dotted, quoted
from assembler.config.part_text import array, array_at, new_key, new_table
from assembler.config.positions import spans
from assembler.errors import ConfigurationError, UsageError
from assembler.model.text import Value


class Change(msgspec.Struct, frozen=True):
    """A file after one change, and the requirements that were there and are there instead."""

    file: AssemblyText
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


def requires_of(file: AssemblyText, part: str) -> tuple[Path, Value]:
    """Where the file itself lists what a part requires, and what is there."""
    path = ("parts", part, "requires")
    value = file.value(*path)
    if isinstance(value, Mapping):
        return (*path, "add"), value.get("add")
    return path, value


def added(file: AssemblyText, part: str, asked: Asked, *, inherited: bool) -> Change:
    """The file with a requirement, in the place of the one that it replaces.

    `inherited`: the part has requirements of a lower layer, too. Raises `UsageError`, and
    `ConfigurationError` where there is no place for it.
    """
    path, value = requires_of(file, part)
    if isinstance(value, tuple):
        return _in_array(file, path, tuple(map(str, value)), asked)
    if isinstance(value, str):
        extent = spans(file.text)[path].value
        edit = Edit(*extent, f"[{file.text[slice(*extent)]}, {_written(asked.text)}]")
        return Change(file.after((edit,), path, (value, asked.text)), after=(asked.text,))
    if len(path) > len(("parts", part, "requires")):
        origin = file.source.value(path[:-1])
        hints = (f"give it a key `add = {array([asked.text])}`",)
        message = f"`{dotted(path[:-1])}` adds nothing yet"
        raise ConfigurationError(message, origin=origin, hints=hints)
    return _new_key(file, part, asked, inherited=inherited)


def _new_key(file: AssemblyText, part: str, asked: Asked, *, inherited: bool) -> Change:
    items = f"[{_written(asked.text)}]"
    written = f"{{ add = {items} }}" if inherited else items
    wanted: Value = {"add": (asked.text,)} if inherited else (asked.text,)
    edit = new_key(file.text, part, "requires", written)
    edit = edit or new_table(file.text, ("parts", part), (f"requires = {written}",))
    path = ("parts", part, "requires")
    return Change(file.after((edit,), path, wanted), after=(asked.text,))


def _in_array(file: AssemblyText, path: Path, elements: tuple[str, ...], asked: Asked) -> Change:
    names = [name_of(each) for each in elements]
    found = array_at(file.text, path, len(elements))
    index = _replaced(elements, names, asked)
    if index is None:
        place = place_in_order(names, asked.name)
        wanted = (*elements[:place], asked.text, *elements[place:])
        edits = found.inserted(place, _written(asked.text))
        return Change(file.after(edits, path, wanted), after=(asked.text,))
    old, new = elements[index], merged(elements[index], asked.text)
    if old == new:
        return Change(file)
    wanted = (*elements[:index], new, *elements[index + 1 :])
    single = file.text.startswith("'", found.elements[index].start) and "'" not in new
    edits = found.replaced(index, f"'{new}'" if single else _written(new))
    return Change(file.after(edits, path, wanted), before=(old,), after=(new,))


def _replaced(elements: Sequence[str], names: Sequence[str | None], asked: Asked) -> int | None:
    """Which element a requirement takes the place of, if any. Raises `UsageError`."""
    same = [index for index, name in enumerate(names) if name == asked.name]
    marker = marker_of(asked.text)
    exact = [index for index in same if marker_of(elements[index]) == marker]
    if exact:
        return exact[0]
    if marker or not same:
        return None
    if len(same) > 1:
        raise UsageError(
            f"`{asked.name}` is required several times",
            details=[elements[index] for index in same],
            hints=("give the marker of the one that is meant",),
        )
    return same[0]


def removed(file: AssemblyText, part: str, name: str) -> Change:
    """The file without the requirements of a name; unchanged where it has none itself."""
    gone: tuple[str, ...] = ()
    while True:
        path, value = requires_of(file, part)
        elements = list(map(str, value)) if isinstance(value, tuple) else []
        index = next((i for i, each in enumerate(elements) if name_of(each) == name), None)
        if index is None:
            return Change(file, before=gone)
        gone = (*gone, elements.pop(index))
        edits = array_at(file.text, path, len(elements) + 1).removed(index)
        file = file.after(edits, path, tuple(elements))


def _written(text: str) -> str:
    """A requirement as TOML: in single quotes where it holds double ones."""
    literal = f"'{text}'"
    if '"' in text and "'" not in text and tomli.loads(f"x={literal}") == {"x": text}:
        return literal
    return quoted(text)
