"""Requirements in, resolution out: a search for each program, target class and Python range."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from assembler.errors import AssemblerError, Faults, OfflineError, UnsatisfiableError, raise_all
from assembler.model.resolution import Cell, Pin, Resolution
from assembler.model.target import Target
from assembler.ports import Index
from assembler.solve.answer import answer
from assembler.solve.best import carried_over, improved
from assembler.solve.candidates import Shelf
from assembler.solve.catalogue import Catalogue
from assembler.solve.closure import Closure, follow
from assembler.solve.environment import Environment, PythonVersion, marker_classes
from assembler.solve.extras import unknown_extras
from assembler.solve.lacking import lacked
from assembler.solve.offers import Offer
from assembler.solve.outcome import Effort, GivenUp, Impossible
from assembler.solve.overrides import Overrides
from assembler.solve.pieces import Piece, cell, excluded, holding, merged, of_member, pin_of
from assembler.solve.preferences import Preferences
from assembler.solve.problem import (
    Pins,
    Problem,
    problem_of,
)
from assembler.solve.programs import Party, Program, flattened, parties
from assembler.solve.question import OwnDistribution, Policy, Question
from assembler.solve.requirements import Requirements
from assembler.solve.routes import Routes
from assembler.solve.served import python_on
from assembler.solve.statuses import abandoned
from assembler.solve.unbounded import unbounded

if TYPE_CHECKING:
    from assembler.solve.explain import Failure

__all__ = ["OwnDistribution", "Policy", "Question", "lacking", "solve"]

Report = Callable[[str, int], None]
Warn = Callable[[str], None]


class _UnsolvedError(Exception):
    """A problem has no answer, and this is how the search for one ended."""

    def __init__(self, problem: Problem, outcome: Impossible | GivenUp) -> None:
        super().__init__()
        self.problem = problem
        self.outcome = outcome


def solve(
    question: Question,
    index: Index,
    *,
    prefer: Resolution | None = None,
    report: Report | None = None,
    warn: Warn | None = None,
) -> Resolution:
    """Choose the newest versions that the rules allow, for every cell.

    `prefer` is an earlier answer whose pins are kept where they still fit. `report` is told what
    is being solved: its name with 0 when it begins, with 1 when it is done; `warn` of what the
    user should look at, such as an extra that a distribution does not have. Raises
    `ConfigurationError` for requirements that can't be read, `UnsatisfiableError` for each conflict
    of each program (all at once), and what the index raises.
    """
    solver = _Solver(question, index, prefer, report or _silent)
    try:
        resolution = solver.resolution()
    except OfflineError as error:
        further = OfflineError((*error.things, *solver.lacking()))
        raise further if further.things != error.things else error from None
    for warning in solver.warnings:
        (warn or _unheard)(warning)
    return resolution


def lacking(question: Question, index: Index, *, prefer: Resolution | None) -> Iterator[str]:
    """What the cache lacks for a solve that may ask nobody, as far as it can be known."""
    return _Solver(question, index, prefer, _silent).lacking()


def _silent(_item: str, _done: int) -> None:
    return


def _unheard(_warning: str) -> None:
    return


class _Solver:
    """What all cells of one question share."""

    def __init__(
        self, question: Question, index: Index, prefer: Resolution | None, report: Report
    ) -> None:
        self._question = question
        self._report = report
        self._requirements = Requirements()
        self._catalogue = Catalogue(index, Routes(question.routes), question.own)
        self._preferences = Preferences(prefer)
        self._shelves: dict[tuple[object, ...], Shelf] = {}
        self._of_minor: dict[tuple[object, ...], Shelf] = {}
        self._excluded: dict[str, set[str]] = {}
        self._remarked: set[str] = set()
        self.warnings: dict[str, None] = {}

    def resolution(self) -> Resolution:
        """The pins of every cell."""
        every = parties(self._question, self._requirements)
        for party in every:
            for target in party.targets:
                names = {root.requirement.name for root in party.on([target]).roots}
                self._catalogue.on(target).anticipate(sorted(names))
        pins: dict[Cell, tuple[Pin, ...]] = {}
        errors: list[AssemblerError] = []
        for party in every:
            try:
                pins.update(self._solve_party(party))
            except (UnsatisfiableError, Faults) as error:
                errors += flattened(error)
        raise_all(errors)
        left_out = {program: frozenset(names) for program, names in self._excluded.items() if names}
        return Resolution(pins, left_out, frozenset(self._remarked))

    def lacking(self) -> Iterator[str]:
        """What the cache lacks for the first patch of every program on every class of targets."""
        for every in parties(self._question, self._requirements):
            for targets in marker_classes(every.targets):
                party = every.on(targets)
                python = python_on(targets[0], party.python, party.names[0])
                shelf = self._shelf(targets, python, party.overrides)
                problem = problem_of(party.names, shelf, party.roots, party.constraints)
                yield from lacked(problem, self._preferred(problem))

    def _solve_party(self, every: Party) -> dict[Cell, tuple[Pin, ...]]:
        pins: dict[Cell, tuple[Pin, ...]] = {}
        failures: list[Failure] = []
        reference: tuple[Piece, ...] = ()
        for targets in marker_classes(every.targets):
            party = every.on(targets)
            label = f"{', '.join(party.names)} for {_names(targets)}"
            self._report(label, 0)
            try:
                pieces = self._solve_class(party, targets, reference)
            except _UnsolvedError as error:
                failures.append(self._failure(party, targets, error))
                continue
            reference = reference or pieces
            for member in party.members:
                pins.update(self._cells(member, targets, of_member(party, member, pieces)))
            self._report(label, 1)
        if failures:
            raise_all(_explained(failures, self._question.targets))
        return pins

    def _failure(
        self, party: Party, targets: tuple[Target, ...], error: _UnsolvedError
    ) -> "Failure":
        """What is to be explained. Raises `UnsatisfiableError` where targets can't be alike."""
        from assembler.solve.alike import alike  # noqa: PLC0415 - only a failure needs it
        from assembler.solve.explain import Failure  # noqa: PLC0415 - only a failure needs it

        if apart := self._solved_apart(party, targets):
            raise alike(party.names, apart, party.roots) from None
        hints = self._solved_alone(party, targets)
        return Failure(party.roots, error.problem, error.outcome, hints)

    def _cells(
        self, program: Program, targets: tuple[Target, ...], pieces: tuple[Piece, ...]
    ) -> dict[Cell, tuple[Pin, ...]]:
        """The pins of a program on those of these targets that it is for."""
        pins: dict[Cell, tuple[Pin, ...]] = {}
        self._excluded.setdefault(program.name, set()).update(*map(excluded, pieces))
        for piece in pieces:
            self._remark(program.name, unknown_extras(piece.problem, piece.closure))
            self._remark(program.name, unbounded(piece.problem))
            self._remark(program.name, abandoned(piece.problem, piece.closure))
        for piece in merged(pieces):
            made = self._pins(program.name, piece, targets)
            for target in targets:
                if target in program.targets:
                    pins[cell(program.name, target, piece)] = made
        return pins

    def _remark(self, program: str, remarks: Iterable[str]) -> None:
        for remark in remarks:
            self.warnings[remark] = None
            self._remarked.add(program)

    def _solved_apart(
        self, party: Party, targets: tuple[Target, ...]
    ) -> Mapping[str, Mapping[str, str]]:
        """The versions that each of several targets could have alone, if all can be solved."""
        found: dict[str, Mapping[str, str]] = {}
        for target in targets[: len(targets) if len(targets) > 1 else 0]:
            try:
                first, *_ = self._solve_class(party, (target,), ())
            except _UnsolvedError:
                return {}
            found[target.name] = _versions(first.closure.pins)
        return found

    def _solved_alone(self, party: Party, targets: tuple[Target, ...]) -> tuple[str, ...]:
        """What to say where each program of several can be solved as long as it is alone."""
        if len(party.members) == 1:
            return ()
        try:
            for member in party.members:
                self._solve_class(party.alone(member), targets, ())
        except _UnsolvedError:
            return ()
        group = party.members[0].group
        return (f'each of them can be solved without `solve-group = "{group}"`',)

    def _solve_class(
        self, party: Party, targets: tuple[Target, ...], reference: tuple[Piece, ...]
    ) -> tuple[Piece, ...]:
        """One piece for each range of patches in which nothing that was asked changes its value."""
        major, minor, first = python_on(targets[0], party.python, party.names[0])
        cuts = {
            cut
            for name in party.names
            for cut in self._preferences.cuts(name, targets, (major, minor))
        }
        pieces: list[Piece] = []
        start: int | None = first
        while start is not None:
            shelf = self._shelf(targets, (major, minor, start), party.overrides)
            problem = problem_of(party.names, shelf, party.roots, party.constraints)
            closure = self._answer(problem, (*pieces[-1:], *holding(reference, start)))
            cuts |= problem.breaks
            end = min((cut for cut in cuts if cut > start), default=None)
            pieces.append(Piece(problem=problem, first=start, end=end, closure=closure))
            start = end
        return tuple(pieces)

    def _answer(self, problem: Problem, references: Iterable[Piece]) -> Closure:
        """The lock's pins if they hold, else another piece's answer if it holds, else a search."""
        seeds = self._offers(problem, self._preferred(problem))
        if seeds:
            if kept := follow(problem, seeds):
                return kept
        else:
            for piece in references:
                replayed = follow(problem, self._offered_again(problem, piece))
                found = replayed and carried_over(problem, piece.problem, replayed)
                if found:
                    return found
        return _searched(problem, seeds)

    def _preferred(self, problem: Problem) -> dict[str, str]:
        environment = problem.shelf.environment
        return {
            name: pin.version
            for program in reversed(problem.programs)
            for name, pin in self._preferences.pins(
                program, environment.targets, environment.python
            ).items()
        }

    def _offered_again(self, problem: Problem, piece: Piece) -> dict[str, Offer]:
        """The offers of a piece's versions in another problem's environment."""
        pins, shelf = piece.closure.pins, problem.shelf
        if shelf.catalogue is not piece.problem.shelf.catalogue:
            return self._offers(problem, _versions(pins))
        found = ((name, shelf.offer(pin.entry, yanked=True)) for name, pin in pins.items())
        return {name: offer for name, offer in found if isinstance(offer, Offer)}

    def _offers(self, problem: Problem, versions: dict[str, str]) -> dict[str, Offer]:
        """The offers of these versions in a problem's environment, as far as there are any."""
        catalogue = problem.shelf.catalogue
        catalogue.anticipate(versions)
        found: dict[str, Offer] = {}
        for name, version in versions.items():
            page = catalogue.page(name)
            entry = page.own or page.entry(version)
            offer = entry and problem.shelf.offer(entry, yanked=True)
            if isinstance(offer, Offer):
                found[name] = offer
        return found

    def _shelf(
        self, targets: tuple[Target, ...], python: PythonVersion, overrides: Overrides
    ) -> Shelf:
        counting = tuple(override.override for override in overrides.values())
        key = (tuple(target.name for target in targets), python, counting)
        found = self._shelves.get(key)
        if found is None:
            kin = self._of_minor.get((key[0], python[:2], counting))
            found = kin.on_patch(python) if kin else self._new_shelf(targets, python, overrides)
            self._shelves[key] = self._of_minor[key[0], python[:2], counting] = found
        return found

    def _new_shelf(
        self, targets: tuple[Target, ...], python: PythonVersion, overrides: Overrides
    ) -> Shelf:
        return Shelf(
            Environment(targets, python),
            self._catalogue.on(targets[0]),
            self._requirements,
            self._question.policy,
            overrides,
        )

    def _pins(self, program: str, piece: Piece, targets: tuple[Target, ...]) -> tuple[Pin, ...]:
        python = piece.problem.shelf.environment.python
        before = self._preferences.pins(program, targets, python)
        return tuple(pin_of(piece, name, before.get(name)) for name in sorted(piece.closure.pins))


def _searched(problem: Problem, seeds: Pins) -> Closure:
    found = answer(problem, seeds, Effort())
    if not isinstance(found, Closure):
        raise _UnsolvedError(problem, found)
    kept = {
        name
        for name, seed in seeds.items()
        if name in found.pins and found.pins[name].entry is seed.entry
    }
    return improved(problem, found, kept)


def _explained(
    failures: Iterable["Failure"], targets: tuple[Target, ...]
) -> tuple[UnsatisfiableError, ...]:
    from assembler.solve.explain import explain  # noqa: PLC0415 - only a failure needs it

    return explain(tuple(failures), targets)


def _versions(pins: Pins) -> dict[str, str]:
    return {name: str(offer.entry.version) for name, offer in pins.items()}


def _names(targets: Iterable[Target]) -> str:
    return " and ".join(target.name for target in targets)
