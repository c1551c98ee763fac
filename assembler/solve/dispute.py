"""Which distribution a failed search was about, and who asks what of it."""

from collections.abc import Iterable

import msgspec

from assembler.solve.candidates import Candidate
from assembler.solve.culprits import Culprits
from assembler.solve.outcome import Impossible
from assembler.solve.requirements import Bound, Demand


class Claim(msgspec.Struct, frozen=True, eq=False):
    """A demand, who makes it (`None`: a root), and for how many versions that was found."""

    demand: Demand
    parent: Candidate | None
    versions: int = 1


class Dispute(msgspec.Struct, frozen=True, eq=False):
    """The distribution of which no version is left, and the claims on it.

    `impossible` is set where the metadata of its last version rules it out.
    """

    name: str
    claims: tuple[Claim, ...]
    impossible: str = ""

    @property
    def bounds(self) -> tuple[Bound, ...]:
        """The bounds of all claims."""
        return tuple(claim.demand.bound for claim in self.claims)


def dispute(found: Culprits) -> Dispute:
    """The distribution that nothing is left of, followed down to where that begins."""
    causes = found.failure.causes
    names = sorted({demand.name for demand, _ in causes})
    for name in names:
        bounds = [demand.bound for demand, _ in causes if demand.name == name]
        if not any(True for _ in found.problem.select(name, bounds)):
            return Dispute(name, _clashing(found.failure, name))
    for demand, parent in sorted(causes, key=lambda cause: cause[0].key):
        if below := _below(found, Claim(demand, parent)):
            return below
    name = max(names, key=lambda name: sum(demand.name == name for demand, _ in causes))
    return Dispute(name, _clashing(found.failure, name))


def _below(found: Culprits, claim: Claim) -> Dispute | None:
    """Go down from demand to demand, as long as the newest candidate is hopeless for the next."""
    last = None
    seen: set[Demand] = set()
    while claim.demand not in seen:
        demand = claim.demand
        seen.add(demand)
        claims = (claim, *_roots(found, demand.name))
        if demand.impossible:
            asked = last.claims if last else _asked(found.failure, demand.name)
            return Dispute(demand.name, asked, demand.impossible)
        last = Dispute(demand.name, _numbered(found.failure, claims))
        offers = found.problem.select(demand.name, [other.demand.bound for other in claims])
        offer = next(iter(offers), None)
        if offer is None:
            return last
        candidate = found.problem.shelf.candidate(offer, demand.extra)
        reason = found.failure.hopeless.get(candidate)
        if reason is None:
            return None
        claim = Claim(reason, candidate)
    return last


def _roots(found: Culprits, name: str) -> list[Claim]:
    return [Claim(demand, None) for demand in found.problem.demands() if demand.name == name]


def _clashing(failure: Impossible, name: str) -> tuple[Claim, ...]:
    """Who of the clash asks for a distribution, whatever version of theirs was tried."""
    askers = {_asker(parent) for demand, parent in failure.causes if demand.name == name}
    return _numbered(
        failure,
        (
            Claim(demand, parent)
            for demand, parent in failure.asked.get(name, {})
            if demand.bound.only is None and _asker(parent) in askers
        ),
    )


def _asked(failure: Impossible, name: str) -> tuple[Claim, ...]:
    """Everybody who asks for a distribution."""
    return _numbered(
        failure,
        (
            Claim(demand, parent)
            for demand, parent in failure.asked.get(name, {})
            if demand.bound.only is None
        ),
    )


def _numbered(failure: Impossible, claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """Each asker once, by its newest version, with the number of versions that were tried."""
    newest: dict[str, Claim] = {}
    for claim in claims:
        key = _asker(claim.parent) or claim.demand.text
        if key not in newest or _newer(claim, newest[key]):
            newest[key] = claim
    return tuple(
        Claim(claim.demand, claim.parent, _versions(failure, claim))
        for _, claim in sorted(newest.items())
    )


def _versions(failure: Impossible, claim: Claim) -> int:
    asked = failure.asked.get(claim.demand.key, {})
    parents = {parent for _, parent in asked if parent and _asker(parent) == _asker(claim.parent)}
    return max(1, len(parents))


def _newer(claim: Claim, other: Claim) -> bool:
    return bool(
        claim.parent and other.parent and claim.parent.entry.version > other.parent.entry.version
    )


def _asker(parent: Candidate | None) -> str:
    return parent.entry.name if parent else ""
