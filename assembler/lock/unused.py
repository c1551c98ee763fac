"""Constraints and overrides that are about nothing in the lock."""

from collections.abc import Collection, Iterator, Sequence

from packaging.utils import canonicalize_name

from assembler.lock.inputs import Asked
from assembler.model.lock import Lock, ProgramInputs
from assembler.model.project import Constraint, Override
from assembler.model.resolution import ProgramRequest

_NOT_USED = "is not used: nothing asks for it"


def unused(lock: Lock, asked: Asked) -> tuple[str, ...]:
    """Each constraint and override that changes nothing, in a sentence with its place."""
    return (*_of_all(lock, asked), *_of_programs(lock, asked))


def _of_all(lock: Lock, asked: Asked) -> Iterator[str]:
    """Those of `[lock]`; an override counts where no program has its own."""
    inputs = tuple(lock.inputs.values())
    for constraint in asked.policy.constraints:
        if not _constrains(constraint, inputs):
            yield f"{_constraint(constraint, '')} {_NOT_USED}"
    for override in asked.policy.overrides:
        if _counts(override) and not _counts_in_any(override, lock, asked):
            own = _overrides(override, inputs)
            why = "is not used: each program that has it says its own" if own else _NOT_USED
            yield f"{_override(override, '')} {why}"


def _counts_in_any(override: Override, lock: Lock, asked: Asked) -> bool:
    """Whether it counts in a program, which then does not override the same itself."""
    return any(
        override.name in lock.inputs[request.name].overrides
        for request in asked.programs
        if override.name not in {own.name for own in request.overrides}
    )


def _of_programs(lock: Lock, asked: Asked) -> Iterator[str]:
    """Those of programs; one that a solve group shares counts if any of its programs uses it."""
    holders: dict[Constraint | Override, list[ProgramRequest]] = {}
    for request in asked.programs:
        said: tuple[Constraint | Override, ...] = (*request.constraints, *request.overrides)
        for each in said:
            holders.setdefault(each, []).append(request)
    everywhere = {override.name for override in asked.policy.overrides if _counts(override)}
    for each, requests in holders.items():
        inputs = [lock.inputs[request.name] for request in requests]
        whose = " of " + " and ".join(f"`{request.name}`" for request in requests)
        if isinstance(each, Constraint):
            idle = "" if _constrains(each, inputs) else f"{_constraint(each, whose)} {_NOT_USED}"
        else:
            idle = _idle_override(each, inputs, everywhere, whose)
        if idle:
            yield idle


def _idle_override(
    override: Override, inputs: Sequence[ProgramInputs], everywhere: Collection[str], whose: str
) -> str:
    """Why a program's override changes nothing; empty if it does."""
    if not _counts(override):
        nothing = "takes nothing away: `[lock.overrides]` has none"
        return "" if override.name in everywhere else f"{_override(override, whose)} {nothing}"
    return "" if _overrides(override, inputs) else f"{_override(override, whose)} {_NOT_USED}"


def _constrains(constraint: Constraint, inputs: Sequence[ProgramInputs]) -> bool:
    return any(canonicalize_name(constraint.name) in one.constraints for one in inputs)


def _overrides(override: Override, inputs: Sequence[ProgramInputs]) -> bool:
    return any(override.name in one.overrides for one in inputs)


def _counts(override: Override) -> bool:
    """Whether it says what counts, instead of taking another one away."""
    return override.exclude or override.specifier is not None


def _constraint(constraint: Constraint, whose: str) -> str:
    return f"the constraint on `{constraint.name}`{whose} ({constraint.origin})"


def _override(override: Override, whose: str) -> str:
    return f"the override of `{override.name}`{whose} ({override.origin})"
