"""Changes of an array's text that leave the rest of the text, and its layout, as they are."""

import re
from collections.abc import Sequence
from itertools import pairwise

import msgspec

from assembler.config.positions import Extent

_BLANKS = re.compile(r"(?:[ \t\n]++|#[^\n]*+)*+")
_REST = re.compile(r"[ \t]*+(?:#[^\n]*+)?(?=\n|$)")


class Edit(msgspec.Struct, frozen=True):
    """A stretch of text that other text takes the place of."""

    start: int
    end: int
    text: str


def applied(text: str, edits: Sequence[Edit]) -> str:
    """The text with edits carried out; they don't overlap, and at one place are in order."""
    for edit in reversed(sorted(edits, key=lambda each: each.start)):  # noqa: C413 - ties turn, too
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


class ArrayText(msgspec.Struct, frozen=True, kw_only=True):
    """An array in a valid TOML text: where it stands, and each of its elements."""

    text: str
    extent: Extent
    elements: tuple[Extent, ...]

    def inserted(self, index: int, value: str) -> tuple[Edit, ...]:
        """What puts a value before the element at an index, laid out as its neighbours are."""
        if not self.elements:
            return (self._only(value),)
        if index == 0:
            return (self._first(value),)
        return self._after(self.elements[index - 1], value, last=index == len(self.elements))

    def replaced(self, index: int, value: str) -> tuple[Edit, ...]:
        """What puts a value in the place of the element at an index."""
        return (Edit(*self.elements[index], value),)

    def removed(self, index: int) -> tuple[Edit, ...]:
        """What takes away the element at an index, with its comma and a line of its own."""
        element = self.elements[index]
        end = self._comma(element) or element.end
        if self._starts_line(element) and (rest := _REST.match(self.text, end)):
            whole = Edit(self._line(element.start), min(rest.end() + 1, self.extent.end), "")
            return (whole, *self._comma_before(index)) if end == element.end else (whole,)
        if index + 1 < len(self.elements):
            following = self.elements[index + 1]
            at = end if self._starts_line(following) else following.start
            return (Edit(element.start, at, ""),)
        start = self.elements[index - 1].end if index else self.extent.start + 1
        if "\n" in self.text[start : element.start] or not index:
            return (Edit(element.start, end, ""), *self._comma_before(index))
        return (Edit(start, element.end, ""),)

    def _only(self, value: str) -> Edit:
        start, end = self.extent
        last_line = self.text.rfind("\n", start, end)
        if last_line < 0:
            return Edit(start, end, f"[{value}]")
        return Edit(last_line, last_line, f"\n{self.text[last_line + 1 : end - 1]}    {value},")

    def _first(self, value: str) -> Edit:
        first = self.elements[0]
        if not self._starts_line(first):
            return Edit(first.start, first.start, f"{value}, ")
        line_end = self.text.index("\n", self.extent.start)
        return Edit(line_end, line_end, f"\n{self._indent(first)}{value},")

    def _after(self, element: Extent, value: str, *, last: bool) -> tuple[Edit, ...]:
        comma = self._comma(element)
        rest = _REST.match(self.text, comma or element.end)
        if rest is None or not any(map(self._starts_line, self.elements)):
            return (Edit(element.end, element.end, f", {value}"),)
        indent = self._indent(next(filter(self._starts_line, self.elements)))
        closing = "," if comma or not last else ""
        added = Edit(rest.end(), rest.end(), f"\n{indent}{value}{closing}")
        return (added,) if comma else (Edit(element.end, element.end, ","), added)

    def _comma(self, element: Extent) -> int | None:
        """The offset behind the comma that follows an element, if one does."""
        blanks = _BLANKS.match(self.text, element.end)
        at = blanks.end() if blanks else element.end
        return at + 1 if self.text.startswith(",", at) else None

    def _comma_before(self, index: int) -> tuple[Edit, ...]:
        """What takes the comma from the element before the last one, which had none itself."""
        if index == 0 or self._comma(self.elements[index]):
            return ()
        comma = self._comma(self.elements[index - 1])
        return (Edit(comma - 1, comma, ""),) if comma else ()

    def _line(self, at: int) -> int:
        return self.text.rfind("\n", 0, at) + 1

    def _starts_line(self, element: Extent) -> bool:
        return not self.text[self._line(element.start) : element.start].strip()

    def _indent(self, element: Extent) -> str:
        return self.text[self._line(element.start) : element.start]


def place_in_order(names: Sequence[str | None], name: str) -> int:
    """Where a name belongs: in its place if the names are sorted, else at the end.

    `None` stands for an element without a name, which does not count.
    """
    known = [(index, each) for index, each in enumerate(names) if each is not None]
    if any(one > other for (_, one), (_, other) in pairwise(known)):
        return len(names)
    later = (index for index, each in known if each > name)
    return next(later, known[-1][0] + 1 if known else len(names))
