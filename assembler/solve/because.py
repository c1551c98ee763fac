"""Which rule chose a version, in words that stay the same while the rule does."""

from collections.abc import Iterator, Mapping
from itertools import chain, takewhile

from assembler.solve.candidates import Candidate
from assembler.solve.closure import Closure
from assembler.solve.offers import Offer
from assembler.solve.problem import Problem
from assembler.solve.requirements import Bound, Demand

NEWEST = "newest"
LOWEST = "lowest"
_FITTING = "that goes with the other distributions"


def because(
    problem: Problem, closure: Closure, name: str, before: str, beside: Mapping[str, Closure]
) -> str:
    """The rule that chose a pin; `beside` are programs that share the versions.

    Where neither its own source, nor being newest (or lowest, where that is preferred), nor a
    demand explains it, the lock's words (`before`, may be empty) still hold.
    """
    offer = closure.pins[name]
    if offer.entry.own:
        return offer.entry.own.whence
    best = LOWEST if name in problem.lowest else NEWEST
    better = _next_better(problem, offer)
    if better is None:
        return best
    for text, bound in chain(_rules(problem, closure, name), _shared(beside, name)):
        if not bound.admits(better.entry):
            return f"the one that {text} allows" if bound.exact else f"{best} that {text} allows"
    return before or f"{best} {_FITTING}"


def _next_better(problem: Problem, offer: Offer) -> Offer | None:
    """The usable version that is preferred to the pin and nearest to it, whatever is demanded."""
    if offer.entry.name in problem.lowest:
        return nearest_better(problem, offer)
    known = problem.shelf.next_newer
    if offer not in known:
        plain = is_plain(problem, offer)
        known[offer] = nearest_newer(problem, offer) if plain else nearest_better(problem, offer)
    return known[offer]


def is_plain(problem: Problem, offer: Offer) -> bool:
    """Whether newer is better, and the pin could be used whatever is demanded."""
    entry, shelf = offer.entry, problem.shelf
    if entry.name in problem.lowest or entry.prerelease:
        return False
    return isinstance(shelf.offer(entry, yanked=False), Offer)


def nearest_newer(problem: Problem, offer: Offer) -> Offer | None:
    """The next better version of a plain pin: from it upwards, no more is looked at than needed."""
    name, shelf = offer.entry.name, problem.shelf
    prereleases = shelf.allows_prereleases(name, ())
    entries = shelf.catalogue.page(name).entries
    newer = [*takewhile(lambda entry: entry is not offer.entry, entries)]
    for entry in reversed(newer):
        if prereleases or not entry.prerelease:
            found = shelf.offer(entry, yanked=False)
            if isinstance(found, Offer):
                return found
    return None


def nearest_better(problem: Problem, offer: Offer) -> Offer | None:
    """The next better version of any pin, the last of all that are better."""
    found, name = None, offer.entry.name
    for other in problem.shelf.select(name, frozenset(), lowest=name in problem.lowest):
        if not problem.prefers(other, offer):
            break
        found = other
    return found


def _rules(problem: Problem, closure: Closure, name: str) -> Iterator[tuple[str, Bound]]:
    """Each constraint and demand on a name, in an order that does not depend on theirs."""
    if (override := problem.shelf.overrides.get(name)) and override.bound:
        yield override.reason, override.bound
    for constraint in problem.constraints:
        if constraint.name == name:
            yield f"the constraint `{constraint.text}`", constraint.bound
    yield from _demanded(closure, name)


def _shared(beside: Mapping[str, Closure], name: str) -> Iterator[tuple[str, Bound]]:
    """Each demand that programs make on a name which share its version."""
    for program, closure in sorted(beside.items()):
        for text, bound in _demanded(closure, name):
            yield f"{text} in `{program}`", bound


def _demanded(closure: Closure, name: str) -> Iterator[tuple[str, Bound]]:
    for demand, parent in sorted(closure.demands.get(name, ()), key=_order):
        if demand.bound.only is None:
            asker = f" of `{parent.key}`" if parent else ""
            yield f"`{demand.text}`{asker}", demand.bound


def _order(asked: tuple[Demand, Candidate | None]) -> tuple[bool, str, str]:
    demand, parent = asked
    return parent is not None, parent.key if parent else "", demand.text
