"""Constraints and overrides that are about nothing in the lock."""

from collections.abc import Iterable, Iterator

from packaging.utils import canonicalize_name

from assembler.lock.inputs import Asked
from assembler.model.lock import Lock, ProgramInputs
from assembler.model.project import Constraint, Override


def unused(lock: Lock, asked: Asked) -> tuple[str, ...]:
    """Each constraint and override that changes nothing, in a sentence with its place."""
    everywhere = tuple(lock.inputs.values())
    return (
        *_unused(asked.policy.constraints, asked.policy.overrides, everywhere, ""),
        *(
            words
            for request in asked.programs
            for words in _unused(
                request.constraints,
                request.overrides,
                (lock.inputs[request.name],),
                f" of `{request.name}`",
            )
        ),
    )


def _unused(
    constraints: Iterable[Constraint],
    overrides: Iterable[Override],
    programs: Iterable[ProgramInputs],
    whose: str,
) -> Iterator[str]:
    programs = tuple(programs)
    constrained = {name for inputs in programs for name in inputs.constraints}
    overridden = {name for inputs in programs for name in inputs.overrides}
    for constraint in constraints:
        if canonicalize_name(constraint.name) not in constrained:
            yield (
                f"the constraint on `{constraint.name}`{whose} ({constraint.origin}) is not used: "
                "nothing asks for it"
            )
    for override in overrides:
        counts = override.exclude or override.specifier is not None
        if counts and override.name not in overridden:
            yield (
                f"the override of `{override.name}`{whose} ({override.origin}) is not used: "
                "nothing asks for it"
            )
