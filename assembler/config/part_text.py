"""Changes of a part in the text of an assembly file; comments and layout of the rest stay."""

import re
from collections.abc import Iterator, Mapping, Sequence

from assembler.config.array_text import ArrayText, Edit
from assembler.config.keys import Path, dotted, quoted
from assembler.config.positions import Passage, Span, passages, spans

_COMMENTS_ABOVE = re.compile(r"(?:^[ \t]*#[^\n]*\n)+\Z", re.MULTILINE)
_COMMENTS_BELOW = re.compile(r"[^\n]*(?:(?:\n[ \t]*#[^\n]*)+(?=\n[ \t]*\n|\n?\Z))?(?:\n|\Z)")
_REST_OF_LINE = re.compile(r"[^\n]*")
_BLANK_LINES = re.compile(r"(?:[ \t]*\n)*")
_BLANK_LINES_ABOVE = re.compile(r"\n(?:[ \t]*\n)*\Z")


def array(values: Sequence[str], *, one_per_line: bool = False) -> str:
    """An array of texts as it is written."""
    if not one_per_line:
        return f"[{', '.join(map(quoted, values))}]"
    return "[" + "".join(f"\n    {quoted(value)}," for value in values) + "\n]"


def array_at(text: str, path: Path, count: int) -> ArrayText:
    """The array with that many elements at the path in a text that has one there."""
    found = spans(text)
    elements = tuple(found[(*path, index)].value for index in range(count))
    return ArrayText(text=text, extent=found[path].value, elements=elements)


def new_table(text: str, path: Path, lines: Sequence[str]) -> Edit:
    """A table behind all that there is."""
    above = text.rstrip("\n")
    blank = "\n\n" if above else ""
    table = "\n".join((f"[{dotted(path)}]", *lines))
    return Edit(len(above), len(text), f"{blank}{table}\n")


def new_key(text: str, part: str, key: str, value: str) -> Edit | None:
    """A further key of a part, wherever the part is written; `None` where there is no place."""
    places = spans(text)
    found = tuple(passages(text))
    path = ("parts", part)
    for index, passage in enumerate(found):
        if passage.path == path and passage.header:
            last = _last_of_table(found[index:])
            return _line_after(text, last, f"{_indent(text, passage)}{key} = {value}")
        if passage.path == path:
            return _inline_entry(places, path, f"{key} = {value}")
        if not passage.header and passage.path[:2] == path and len(passage.path) == 1 + len(path):
            start = passage.extent.start
            name = text[start : places[passage.path].key.start]
            return _line_after(text, passage, f"{_indent(text, passage)}{name}{key} = {value}")
    below = next((each for each in found if each.header and each.path[:2] == path), None)
    if below is None:
        return None
    start = _with_comments_above(text, below)
    return Edit(start, start, f"[{dotted(path)}]\n{key} = {value}\n\n")


def _inline_entry(places: Mapping[Path, Span], path: Path, entry: str) -> Edit:
    inner = [span.value.end for each, span in places.items() if each[:-1] == path]
    if not inner:
        return Edit(*places[path].value, f"{{ {entry} }}")
    return Edit(max(inner), max(inner), f", {entry}")


def _line_after(text: str, passage: Passage, line: str) -> Edit:
    rest = _REST_OF_LINE.match(text, passage.extent.end)
    end = rest.end() if rest else passage.extent.end
    return Edit(end, end, f"\n{line}")


def _last_of_table(found: Sequence[Passage]) -> Passage:
    """The last pair of the table whose header is the first of these, or the header."""
    last, *others = found
    for passage in others:
        if passage.header:
            break
        last = passage
    return last


def _indent(text: str, passage: Passage) -> str:
    return text[text.rfind("\n", 0, passage.extent.start) + 1 : passage.extent.start]


def removed_part(text: str, name: str) -> tuple[Edit, ...]:
    """What takes a part away: its tables and keys, with the comments that stand right at them."""
    joined: list[Edit] = []
    for edit in _removals(text, tuple(passages(text)), ("parts", name)):
        if joined and edit.start <= joined[-1].end:
            joined[-1] = Edit(joined[-1].start, edit.end, "")
        else:
            joined.append(edit)
    if joined and joined[-1].end == len(text):
        above = _BLANK_LINES_ABOVE.search(text, 0, joined[-1].start)
        joined[-1] = Edit(above.start() + 1 if above else joined[-1].start, len(text), "")
    return tuple(joined)


def _removals(text: str, found: Sequence[Passage], path: Path) -> Iterator[Edit]:
    within = False
    for index, passage in enumerate(found):
        own = passage.path[:2] == path
        if passage.header:
            within = own
            if own:
                yield _table_removed(text, passage, _last_of_table(found[index:]))
        elif own and not within:
            line = _REST_OF_LINE.match(text, passage.extent.end)
            end = min((line.end() if line else passage.extent.end) + 1, len(text))
            yield Edit(_with_comments_above(text, passage), end, "")


def _table_removed(text: str, header: Passage, last: Passage) -> Edit:
    """A header with all its pairs, and the blank lines that would be left over."""
    start = _with_comments_above(text, header)
    below = _COMMENTS_BELOW.match(text, last.extent.end)
    end = below.end() if below else last.extent.end
    blank = _BLANK_LINES.match(text, end)
    return Edit(start, blank.end() if blank else end, "")


def _with_comments_above(text: str, passage: Passage) -> int:
    """Where the comments begin that stand right above, or else the passage's line."""
    line = text.rfind("\n", 0, passage.extent.start) + 1
    comments = _COMMENTS_ABOVE.search(text, 0, line)
    return comments.start() if comments else line
