"""The search as long as nothing conflicts: what resolvelib pins then, without its bookkeeping.

Most programs have pins that never contradict a later demand. resolvelib checks every pin twice a
round and copies its state, to be able to go back; where nobody goes back, the same names are pinned
in the same order, and each pin is the first candidate. At the first conflict this gives up, and
resolvelib searches from the start.
"""

from collections.abc import Iterable

from assembler.solve.candidates import Candidate
from assembler.solve.provider import Learning, Limits, Preference, Provider
from assembler.solve.requirements import Demand

_NONE = Limits(exact=False, upper=False)


class _ConflictError(Exception):
    """A demand leaves no candidate, or contradicts a pin."""


class _Straight:
    """Names with their demands and first candidates, and the pins so far."""

    def __init__(self, provider: Provider, learning: Learning) -> None:
        self._provider = provider
        self._learning = learning
        self._demands: dict[str, list[Demand]] = {}
        self._limits: dict[str, Limits] = {}
        self._first: dict[str, Candidate] = {}
        self._waiting: dict[str, Preference] = {}
        self.pins: dict[str, Candidate] = {}

    def pin(self) -> bool:
        """Pin the name that comes next; tell whether there was one. Raises `_ConflictError`."""
        if not self._waiting:
            return False
        key = min(self._waiting, key=self._waiting.__getitem__)
        del self._waiting[key]
        candidate = self.pins[key] = self._first[key]
        self.add(self._provider.get_dependencies(candidate), candidate)
        return True

    def add(self, demands: Iterable[Demand], parent: Candidate | None) -> None:
        """Take up what is demanded. Raises `_ConflictError`."""
        for demand in demands:
            self._learning.adding_requirement(demand, parent)
            self._add(demand)

    def _add(self, demand: Demand) -> None:
        key = demand.key
        self._demands.setdefault(key, []).append(demand)
        if not self._leaves_first(demand):
            self._first[key] = self._found_first(demand)
        pin = self.pins.get(key)
        if pin and not self._provider.is_satisfied_by(demand, pin):
            raise _ConflictError
        if not pin:
            before = self._limits.get(key, _NONE)
            bound = demand.bound
            now = self._limits[key] = Limits(
                exact=before.exact or bound.exact or bound.only is not None,
                upper=before.upper or bound.upper,
            )
            self._waiting[key] = self._provider.preference(key, now)

    def _leaves_first(self, demand: Demand) -> bool:
        """Whether it is plain that the first candidate is the same with a further demand.

        It is where the demand admits it and lets in nothing that was left out.
        """
        first, bound = self._first.get(demand.key), demand.bound
        if first is None or demand.extra or demand.impossible:
            return False
        return not (bound.prereleases or bound.exact or bound.only) and bound.admits(first.entry)

    def _found_first(self, demand: Demand) -> Candidate:
        demands = self._demands[demand.key]
        if demand.extra:
            demands = [*demands, *self._demands.get(demand.name, ())]
        first = self._provider.first(demand.name, demand.extra, demands)
        if first is None:
            raise _ConflictError
        return first


def straight(
    demands: Iterable[Demand], provider: Provider, learning: Learning, rounds: int
) -> dict[str, Candidate] | None:
    """The pins by identity, or `None` where anything conflicts or takes more rounds."""
    search = _Straight(provider, learning)
    try:
        search.add(demands, None)
        for _ in range(rounds):
            if not search.pin():
                return search.pins
    except _ConflictError:
        return None
    return None
