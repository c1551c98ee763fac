"""Requirements (PEP 508) as the solver works with them: parsed once, compared by identity."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

import msgspec
from packaging.markers import InvalidMarker, Marker
from packaging.requirements import Requirement as ParsedRequirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

from assembler.solve.catalogue import Entry
from assembler.solve.plain import taken_apart

_EXTRA_ALONE = re.compile(
    r""";\s*(?:(?!.*\bor\b)(?:.+\s|.*\))and\s+|\(?\s*)extra\s*==\s*(['"])([^'"]+)\1\s*\)?\s*$"""
)


_UPPER = frozenset({"<", "<=", "~=", "=="})


class Bound(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """A version specifier, and which versions it is known to admit.

    `exact` says that it names one version (`==`, `===`), `upper` that it has an upper end,
    `arbitrary` that it compares text (`===`). `only` is set for the tie of an extra to its version.
    """

    text: str
    specifier: SpecifierSet
    exact: bool = False
    upper: bool = False
    arbitrary: bool = False
    prereleases: bool = False
    only: Entry | None = None
    verdicts: dict[Entry, bool] = {}

    def admits(self, entry: Entry) -> bool:
        """Whether the version is in the specifier; pre-releases are judged elsewhere."""
        verdict = self.verdicts.get(entry)
        if verdict is None:
            verdict = self.verdicts[entry] = self._judge(entry)
        return verdict

    def _judge(self, entry: Entry) -> bool:
        if self.only is not None:
            return entry is self.only
        item = entry.text if self.arbitrary else entry.version
        return self.specifier.contains(item, prereleases=True)


class Demand(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """What a requirement asks of one identity: a name (`key` is it), or an extra of a name.

    `text` is the requirement without its marker. `impossible` says why nothing can satisfy it.
    """

    key: str
    name: str
    extra: str
    bound: Bound
    text: str
    impossible: str = ""


class Requirement(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """A parsed requirement: `demands` has one for the name and one for each extra."""

    name: str
    text: str
    marker: Marker | None
    marker_text: str
    url: str | None
    demands: tuple[Demand, ...]


class _Parsed(msgspec.Struct, frozen=True):
    """What a requirement says, its names not normalised yet."""

    name: str
    extras: Iterable[str]
    bound: Bound
    marker: Marker | None
    url: str | None = None


class Requirements:
    """Parses requirements and specifiers, each text once."""

    def __init__(self) -> None:
        self._parsed: dict[str, Requirement] = {}
        self._bounds: dict[str, Bound] = {}
        self._spelled: dict[str, Bound] = {}
        self._markers: dict[str, Marker] = {}
        self._demands: dict[str, tuple[Demand, ...]] = {}

    def parse(self, text: str) -> Requirement:
        """Parse a requirement. Raises `packaging.requirements.InvalidRequirement`."""
        found = self._parsed.get(text)
        if found is None:
            parsed = self._plainly(text) or self._thoroughly(text)
            found = self._parsed[text] = self._requirement(parsed)
        return found

    def bound(self, specifier: SpecifierSet) -> Bound:
        """The bound of a specifier."""
        text = str(specifier)
        found = self._bounds.get(text)
        if found is None:
            found = self._bounds[text] = _bound(text, specifier)
        return found

    def rebound(self, requirement: Requirement, bound: Bound) -> Requirement:
        """The same with another bound, whatever version or URL it asks for."""
        extras = [demand.extra for demand in requirement.demands if demand.extra]
        name = requirement.name
        text = f"{_named(name, extras)}{bound.text}"
        return msgspec.structs.replace(
            requirement, text=text, url=None, demands=self._demanded(name, extras, bound)
        )

    def _demanded(self, name: str, extras: Sequence[str], bound: Bound) -> tuple[Demand, ...]:
        text = f"{_named(name, extras)}{bound.text}"
        found = self._demands.get(text)
        if found is None:
            found = self._demands[text] = tuple(
                Demand(key=key_of(name, extra), name=name, extra=extra, bound=bound, text=text)
                for extra in ("", *extras)
            )
        return found

    def _plainly(self, text: str) -> _Parsed | None:
        """What a requirement says whose parts the text shows; `None` if they are no parts."""
        parts = taken_apart(text)
        if parts is None:
            return None
        try:
            bound = self._spelled.get(parts.specifier)
            if bound is None:
                bound = self.bound(SpecifierSet(parts.specifier))
                self._spelled[parts.specifier] = bound
            marker = self._markers.get(parts.marker)
            if marker is None and parts.marker:
                marker = self._markers[parts.marker] = Marker(parts.marker)
        except (InvalidSpecifier, InvalidMarker):
            return None
        return _Parsed(parts.name, parts.extras, bound, marker)

    def _thoroughly(self, text: str) -> _Parsed:
        found = ParsedRequirement(text)
        bound = self.bound(found.specifier)
        return _Parsed(found.name, found.extras, bound, found.marker, found.url)

    def _requirement(self, parsed: _Parsed) -> Requirement:
        name = canonicalize_name(parsed.name)
        extras = sorted({canonicalize_name(extra) for extra in parsed.extras})
        named = _named(name, extras)
        text = f"{named}{parsed.bound.text}"
        return Requirement(
            name=name,
            text=f"{named} @ {parsed.url}" if parsed.url else text,
            marker=parsed.marker,
            marker_text=str(parsed.marker or ""),
            url=parsed.url,
            demands=self._demanded(name, extras, parsed.bound),
        )


def _named(name: str, extras: Sequence[str]) -> str:
    return f"{name}[{','.join(extras)}]" if extras else name


def key_of(name: str, extra: str) -> str:
    """The identity of a name or of an extra of it."""
    return f"{name}[{extra}]" if extra else name


def split_key(key: str) -> tuple[str, str]:
    """The name and the extra of an identity."""
    name, _, extra = key.partition("[")
    return name, extra.removesuffix("]")


def extra_wanted(text: str) -> str | None:
    """The normalised extra without which this requirement never counts, if that is plain to see."""
    _, semicolon, marker = text.partition(";")
    return _wanted(semicolon + marker)


@lru_cache(maxsize=4096)
def _wanted(marker: str) -> str | None:
    """The same of a marker with its semicolon; few of them are behind many requirements."""
    found = _EXTRA_ALONE.search(marker)
    return canonicalize_name(found[2]) if found else None


def _bound(text: str, specifier: SpecifierSet) -> Bound:
    exact = upper = arbitrary = False
    for part in specifier:
        operator = part.operator
        arbitrary = arbitrary or operator == "==="
        exact = exact or _names_one(operator, part.version)
        upper = upper or operator in _UPPER
    return Bound(
        text=text,
        specifier=specifier,
        exact=exact,
        upper=upper,
        arbitrary=arbitrary,
        prereleases=bool(specifier.prereleases),
    )


def _names_one(operator: str, version: str) -> bool:
    return operator == "===" or (operator == "==" and not version.endswith(".*"))
