"""Whether wheels require what the lock says that they do."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TypeAlias

import msgspec
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from assembler.errors import IntegrityError
from assembler.model.lock import Selected

_EXTRA = re.compile(r"""(?:;|\band\b)[\s(]*extra\s*==\s*["']([^"']*)["'][\s)]*(?:$|\band\b)""")
_ALTERNATIVE = re.compile(r"\bor\b")

_HINTS = ("run `assemble lock`, and see what changes",)

Asked: TypeAlias = tuple[str, str]
"""A distribution's name with one of its extras, or with none (empty)."""


class Installed(msgspec.Struct, frozen=True, kw_only=True):
    """What is installed in one cell: its roots, and what each distribution's wheel requires.

    `requires` are the `Requires-Dist` of wheels by normalised name; `environment` holds every
    marker variable; `excluded` are the names that the lock's overrides exclude.
    """

    roots: tuple[str, ...]
    selected: Sequence[Selected]
    requires: Mapping[str, tuple[str, ...]]
    environment: Mapping[str, str]
    excluded: frozenset[str] = frozenset()


class Promised:
    """Compares wheels with the lock they were chosen from, program by program.

    What a wheel asks for is worked out once for all programs of one environment.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[tuple[str, ...], str], tuple[Asked, ...]] = {}
        self._environment: Mapping[str, str] = {}

    def check(self, installed: Installed) -> None:
        """Check that the downloaded wheels require exactly what their lock was made with.

        Raises `IntegrityError` for the first one, by name, that does not, or that nobody requires.
        """
        required = self._required(installed)
        for selected in installed.selected:
            pin, wheel = selected.pin, selected.wheel
            names = required.get(pin.name, set()) - installed.excluded
            if wheel is not None and names != set(pin.dependencies):
                raise IntegrityError(
                    f"`{wheel.filename}` requires other distributions than the lock says",
                    details=tuple(_differences(names, set(pin.dependencies))),
                    hints=_HINTS,
                )
        if strays := sorted({each.pin.name for each in installed.selected} - required.keys()):
            raise IntegrityError(
                f"nothing requires `{strays[0]}`, which is in the lock", hints=_HINTS
            )

    def _required(self, installed: Installed) -> dict[str, set[str]]:
        """The names that each distribution requires, with the extras that anyone asks of it."""
        found: dict[str, set[str]] = {}
        seen: set[Asked] = set()
        queue = list(self._holding(installed.roots, "", installed.environment))
        built = {each.pin.name: each.pin for each in installed.selected if each.wheel is None}
        while queue:
            name, extra = asked = queue.pop()
            if asked in seen:
                continue
            seen.add(asked)
            names = found.setdefault(name, set())
            if pin := built.get(name):
                queue.extend((needed, "") for needed in pin.dependencies)
            for needed in self._holding(
                installed.requires.get(name, ()), extra, installed.environment
            ):
                queue.append(needed)
                if needed[0] != name:
                    names.add(needed[0])
        return found

    def _holding(
        self, texts: tuple[str, ...], extra: str, environment: Mapping[str, str]
    ) -> tuple[Asked, ...]:
        if environment != self._environment:
            self._known.clear()
            self._environment = environment
        if (texts, extra) not in self._known:
            self._known[texts, extra] = tuple(_holding(texts, extra, environment))
        return self._known[texts, extra]


def _differences(names: set[str], locked: set[str]) -> Iterator[str]:
    yield from (
        f"it requires `{name}`, the lock does not say so" for name in sorted(names - locked)
    )
    yield from (
        f"the lock says `{name}`, it does not require that" for name in sorted(locked - names)
    )


def _holding(texts: Iterable[str], extra: str, environment: Mapping[str, str]) -> Iterator[Asked]:
    """What the requirements ask for, where their markers hold with this extra."""
    values = {**environment, "extra": extra}
    for text in texts:
        requirement = None if of_another_extra(text, extra) else _parsed(text)
        if requirement and (requirement.marker is None or requirement.marker.evaluate(values)):
            name = canonicalize_name(requirement.name)
            yield (name, "")
            yield from ((name, canonicalize_name(asked)) for asked in requirement.extras)


def of_another_extra(text: str, extra: str) -> bool:
    """Whether a requirement needs an extra that is not this one, as is plain without parsing it.

    So do most of them, and parsing is slow: a marker of `extra == "…"`, and of what else must hold.
    """
    found = _EXTRA.search(text, text.find(";")) if ";" in text else None
    return (
        found is not None
        and canonicalize_name(found[1]) != extra
        and _ALTERNATIVE.search(text) is None
    )


@cache
def _parsed(text: str) -> Requirement | None:
    try:
        return Requirement(text)
    except InvalidRequirement:
        return None
