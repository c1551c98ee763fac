"""Extras that are asked for and that the chosen version does not have."""

from collections.abc import Iterator

import msgspec
from packaging.utils import canonicalize_name

from assembler.errors import UnsatisfiableError, raise_all
from assembler.model.distribution import CoreMetadata
from assembler.origin import Origin
from assembler.solve.candidates import Candidate
from assembler.solve.catalogue import Unreadable
from assembler.solve.chain import place
from assembler.solve.closure import Closure
from assembler.solve.problem import Problem
from assembler.solve.requirements import Demand, extra_wanted


class UnknownExtra(msgspec.Struct, frozen=True):
    """An extra that is not there, in a sentence; where a root asks for it, and what is meant."""

    sentence: str
    origin: Origin | None
    meant: str


def unknown_extras(problem: Problem, closure: Closure) -> tuple[str, ...]:
    """A sentence for each extra that a root or a distribution asks for and that is not there.

    Raises `UnsatisfiableError`s instead where the policy refuses them.
    """
    found = tuple(dict.fromkeys(_unknown(problem, closure)))
    if problem.shelf.policy.unknown_extras == "refuse":
        raise_all([_refused(one) for one in found])
    return tuple(f"{one.sentence}; {one.meant}" if one.meant else one.sentence for one in found)


def _refused(unknown: UnknownExtra) -> UnsatisfiableError:
    hint = '`unknown-extras = "warn"` under `[lock]` makes it a warning'
    hints = (unknown.meant, hint) if unknown.meant else (hint,)
    return UnsatisfiableError(unknown.sentence, origin=unknown.origin, hints=hints)


def _unknown(problem: Problem, closure: Closure) -> Iterator[UnknownExtra]:
    for name, offer in sorted(closure.pins.items()):
        if not closure.extras[name]:
            continue
        demands = [step for step in closure.demands[name] if step[0].extra]
        metadata = offer.metadata(problem.shelf.catalogue)
        if isinstance(metadata, Unreadable):
            continue
        if all(demand.extra in metadata.provides_extra for demand, _ in demands):
            continue
        known = _extras(metadata)
        for demand, parent in sorted(demands, key=_order):
            if demand.extra not in known:
                version = f"`{offer.entry.name} {offer.entry.version}`"
                yield from _told(problem, f"{version} has no extra", demand, parent, known)


def _order(step: tuple[Demand, Candidate | None]) -> tuple[str, str]:
    demand, parent = step
    return (demand.text, parent.key if parent else "")


def _told(
    problem: Problem, lacks: str, demand: Demand, parent: Candidate | None, known: list[str]
) -> Iterator[UnknownExtra]:
    """One for each root that makes the demand, or one for the distribution that does."""
    sentence, meant = f"{lacks} `{demand.extra}`, which ", _nearest(demand.extra, known)
    if parent is not None:
        asker = f"`{parent.entry.name} {parent.entry.version}` asks for"
        yield UnknownExtra(sentence + asker, None, meant)
        return
    for root in problem.roots:
        if demand in root.requirement.demands:
            yield UnknownExtra(f"{sentence}{place(root)} asks for", root.root.origin, meant)


def _extras(metadata: CoreMetadata) -> list[str]:
    named = {canonicalize_name(extra) for extra in metadata.provides_extra}
    wanted = {extra for text in metadata.requires_dist if (extra := extra_wanted(text))}
    return sorted(named | wanted)


def _nearest(extra: str, known: list[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only a fault needs it

    if near := get_close_matches(extra, known, n=1):
        return f"did you mean `{near[0]}`?"
    return f"it has {', '.join(f'`{name}`' for name in known[:6])}" if known else ""
