"""Texts of configuration, and where in them a value was written."""

from bisect import bisect_right
from collections.abc import Mapping
from functools import cached_property

from assembler.config.keys import Path, dotted
from assembler.config.positions import Extent, Span, spans
from assembler.origin import Origin

_LONGEST_LINE = 2000
"""Characters of a line that is shown."""


class Source:
    """A text of configuration: a file, or one setting of the command line (without lines).

    `local` says that it is not committed, so that what matters to the solve can't stand in it.
    """

    def __init__(
        self,
        file: str,
        text: str,
        places: Mapping[Path, Span] | None = None,
        *,
        local: bool = False,
        outer: "tuple[Source, Path] | None" = None,
    ) -> None:
        self.file = file
        self.text = text
        self.local = local
        self._places = places
        self._outer = outer

    @cached_property
    def spans(self) -> Mapping[Path, Span]:
        """Where each key path stands, found when first asked."""
        if self._outer:
            return self._outer[0].spans
        return spans(self.text) if self._places is None else self._places

    def within(self, path: Path) -> "Source":
        """The same text for values that stand nowhere in it, but come from the one at the path."""
        outer = self._outer or (self, path)
        return Source(self.file, self.text, self._places, local=self.local, outer=outer)

    def key(self, path: Path) -> Origin:
        """Where the last key of the path was written."""
        span = self._span(path)
        return self.at(span.key, path) if span else self._nowhere(path)

    def value(self, path: Path) -> Origin:
        """Where the value at the path was written."""
        span = self._span(path)
        return self.at(span.value, path) if span else self._nowhere(path)

    def fragment(self, path: Path, fragment: str) -> Origin:
        """Where the fragment stands in the value at the path."""
        span = self._span(path)
        if span is None:
            return self._nowhere(path)
        for written in (fragment, fragment.replace("\\", "\\\\").replace('"', '\\"')):
            start = self.text.find(written, *span.value)
            if start >= 0:
                return self.at(Extent(start, start + len(written)), path)
        return self.at(span.value, path)

    def spelling(self, path: Path) -> str:
        """The value at the path as it was written."""
        span = None if self._outer else self._span(path)
        return self.text[span.value.start : span.value.end] if span else ""

    def at(self, extent: Extent, path: Path = ()) -> Origin:
        """The place of a stretch of the text, up to the end of its first line.

        The line itself is left out where it may hold a secret that somebody wrote into the file,
        and where it is too long to be read.
        """
        line = bisect_right(self._starts, extent.start)
        start = self._starts[line - 1]
        newline = self.text.find("\n", start)
        end = len(self.text) if newline < 0 else newline
        hidden = path[:1] == ("secrets",) or end - start > _LONGEST_LINE
        return Origin(
            file=self.file,
            line=line if self._places is None else 0,
            column=extent.start - start + 1,
            width=max(1, min(extent.end, end) - extent.start),
            key=dotted(path),
            excerpt="" if hidden else self.text[start:end],
        )

    @cached_property
    def _starts(self) -> list[int]:
        starts = [0]
        at = self.text.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.text.find("\n", at + 1)
        return starts

    def _span(self, path: Path) -> Span | None:
        path = self._outer[1] if self._outer else path
        while path:
            if span := self.spans.get(path):
                return span
            path = path[:-1]
        return None

    def _nowhere(self, path: Path) -> Origin:
        return Origin(file=self.file, key=dotted(path))
