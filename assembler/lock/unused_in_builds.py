"""Constraints and overrides for builds that are about nothing in the lock of build requirements."""

from collections.abc import Iterator

from assembler.model.lock import Lock
from assembler.model.project import LockPolicy


def unused_in_builds(lock: Lock | None, policy: LockPolicy) -> tuple[str, ...]:
    """Each one that changes nothing, in a sentence with its place; no lock: nothing is built."""
    return tuple(_unused(lock, policy))


def _unused(lock: Lock | None, policy: LockPolicy) -> Iterator[str]:
    groups = tuple(lock.inputs.values()) if lock else ()
    said = "for builds ({}) is not used: nothing asks for it"
    for constraint in policy.build_constraints:
        if not any(constraint.name in group.constraints for group in groups):
            yield f"the constraint on `{constraint.name}` " + said.format(constraint.origin)
    for override in policy.build_overrides:
        if not any(override.name in group.overrides for group in groups):
            yield f"the override of `{override.name}` " + said.format(override.origin)
