"""Why a part is due: found as data, and worded for people."""

from collections.abc import Iterator, Mapping
from typing import assert_never

import msgspec

from assembler.model.manifest import BuiltPart, Damage
from assembler.model.part import Part
from assembler.model.plan import (
    Damaged,
    DependencyChanged,
    FactChanged,
    Moved,
    NeedChanged,
    New,
    Reason,
    Undone,
    Unexplained,
)
from assembler.plan.facts import BACKGROUND

_SHOWN = 80
"""How many characters two values may have together to be shown."""

_COMMIT = 12
"""How many characters of a commit are shown."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A part as it was built, and what it is to become.

    `edges` maps the parts that it needs or refers to to their directories; `moved_from` is where
    the prefix or the checkout was, if elsewhere and bytes of the part hold it. `undone` says that
    what it had done outside is no more.
    """

    part: Part
    built: BuiltPart | None
    facts: Mapping[str, str]
    edges: Mapping[str, str]
    damage: tuple[Damage, ...] = ()
    undone: bool = False
    moved_from: str | None = None


def reasons(change: Change) -> tuple[Reason, ...]:
    """Why the part is due, which it is."""
    if change.built is None:
        return (New(),)
    found: list[Reason] = [Damaged(path=each.path, missing=each.missing) for each in change.damage]
    if change.undone:
        found.append(Undone())
    if change.moved_from is not None:
        found.append(Moved(before=change.moved_from))
    differing = tuple(_differing(change, change.built.facts))
    found += [each for each in differing if not each.fact.startswith(BACKGROUND)]
    if not any(isinstance(each, FactChanged) for each in found):
        found += _needs(change, change.built)
    found += _dependencies(change, change.built)
    background = tuple(each for each in differing if each.fact.startswith(BACKGROUND))
    return tuple(found) or background or (Unexplained(),)


def _differing(change: Change, before: Mapping[str, str]) -> Iterator[FactChanged]:
    for fact in sorted({*before, *change.facts}):
        was, becomes = before.get(fact), change.facts.get(fact)
        if was != becomes:
            kind, _, path = fact.partition(" ")
            option = kind == "option" and becomes is not None
            origin = change.part.origin_of(*path.split(".")) if option else None
            yield FactChanged(fact=fact, before=was, after=becomes, origin=origin)


def _needs(change: Change, built: BuiltPart) -> Iterator[NeedChanged]:
    """What is needed, or no more, where no option says so already."""
    for name in sorted({*change.edges, *built.edges}):
        if (name in built.edges) != (name in change.edges):
            yield NeedChanged(part=name, gone=name in built.edges)


def _dependencies(change: Change, built: BuiltPart) -> Iterator[DependencyChanged]:
    for name, directory in sorted(change.edges.items()):
        if name in built.edges and directory not in built.relies_on:
            yield DependencyChanged(part=name)


_PLAIN: Mapping[type[Reason], str] = {
    New: "new",
    Undone: "what it did outside was undone",
    Unexplained: "its recipe makes it differently",
}


def words(reason: Reason, part: str) -> str:
    """The reason as a person would say it."""
    match reason:
        case New() | Undone() | Unexplained():
            return _PLAIN[type(reason)]
        case FactChanged():
            where = f" ({reason.origin})" if reason.origin else ""
            return _fact_words(reason, part) + where
        case NeedChanged():
            needs = "no longer needs" if reason.gone else "now needs"
            return f"`{part}` {needs} `{reason.part}`"
        case DependencyChanged():
            return f"`{reason.part}` is made again"
        case Damaged():
            what = "its directory" if reason.path == "." else f"`{reason.path}`"
            return f"{what} {'is missing' if reason.missing else 'was changed by hand'}"
        case Moved():
            return f"moved here from `{reason.before}`"
        case _:
            assert_never(reason)


def _fact_words(change: FactChanged, part: str) -> str:
    kind, _, name = change.fact.partition(" ")
    if kind in ("wheel", "python"):
        return _uses(f"{name or 'Python'} ", change, part)
    if kind == "option":
        long = len(f"{change.before}{change.after}") > _SHOWN
        return _changed(f"option `{name}`", change, values=not long)
    if kind == "commit" and change.before and change.after:
        return f"`{name}` moved {change.before[:_COMMIT]} → {change.after[:_COMMIT]}"
    background = {
        "interpreter": f"`{part}` uses the Python at `{change.after}`",
        "build": f"`{part}` uses another build of {name}",
        "content": f"`{name}` gets other content",
    }
    return background.get(kind) or _changed(f"{kind} `{name}`", change, values=False)


def _uses(what: str, change: FactChanged, part: str) -> str:
    if change.before is None:
        return f"`{part}` uses {what}{change.after}, too"
    if change.after is None:
        return f"`{part}` no longer uses {what}{change.before}"
    return f"`{part}` uses {what}{change.before} → {change.after}"


def _changed(what: str, change: FactChanged, *, values: bool = True) -> str:
    if change.before is None:
        return f"{what} is new" + (f": {change.after}" if values else "")
    if change.after is None:
        return f"{what} is gone" + (f"; it was {change.before}" if values else "")
    return f"{what} changed" + (f" {change.before} → {change.after}" if values else "")
