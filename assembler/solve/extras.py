"""Extras that a root asks for and the chosen version does not have."""

from collections.abc import Iterator
from difflib import get_close_matches

from packaging.utils import canonicalize_name

from assembler.model.distribution import CoreMetadata
from assembler.solve.catalogue import Unreadable
from assembler.solve.chain import place
from assembler.solve.closure import Closure
from assembler.solve.problem import Problem
from assembler.solve.requirements import extra_wanted


def unknown_extras(problem: Problem, closure: Closure) -> Iterator[str]:
    """A sentence for each extra of a root that its distribution does not have."""
    for root in problem.roots:
        offer = closure.pins.get(root.requirement.name)
        if offer is None:
            continue
        metadata = problem.shelf.catalogue.metadata(offer.entry, offer.file)
        if isinstance(metadata, Unreadable):
            continue
        known = _extras(metadata)
        for demand in root.requirement.demands:
            if demand.extra and demand.extra not in known:
                version = f"`{offer.entry.name} {offer.entry.version}`"
                yield (
                    f"{version} has no extra `{demand.extra}`, which {place(root)} asks for"
                    + _nearest(demand.extra, known)
                )


def _extras(metadata: CoreMetadata) -> list[str]:
    named = {canonicalize_name(extra) for extra in metadata.provides_extra}
    wanted = {extra for text in metadata.requires_dist if (extra := extra_wanted(text))}
    return sorted(named | wanted)


def _nearest(extra: str, known: list[str]) -> str:
    if near := get_close_matches(extra, known, n=1):
        return f"; did you mean `{near[0]}`?"
    return f"; it has {', '.join(f'`{name}`' for name in known[:6])}" if known else ""
