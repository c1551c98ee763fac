"""What the assembly file says and what does not count for build requirements."""

from collections.abc import Iterator

from assembler.model.lock import Lock
from assembler.model.project import LockPolicy


def unused_in_builds(lock: Lock | None, policy: LockPolicy) -> tuple[str, ...]:
    """Each constraint and override for builds that changes nothing, in a sentence with its place.

    Without a lock of build requirements nothing is built.
    """
    return tuple(_unused(lock, policy))


def wheels_in_builds(lock: Lock | None, policy: LockPolicy) -> tuple[str, ...]:
    """A sentence for each name in `from_source` of which a wheel is used to build others."""
    used = {pin.name for pins in lock.cells.values() for pin in pins} if lock else set()
    return tuple(
        f"`{name}` is in `lock.from-source`, and a wheel of it is used to build other "
        "distributions: what builds require are always wheels"
        for name in policy.from_source
        if name in used
    )


def _unused(lock: Lock | None, policy: LockPolicy) -> Iterator[str]:
    groups = tuple(lock.inputs.values()) if lock else ()
    said = "for builds ({}) is not used: nothing asks for it"
    for constraint in policy.build_constraints:
        if not any(constraint.name in group.constraints for group in groups):
            yield f"the constraint on `{constraint.name}` " + said.format(constraint.origin)
    for override in policy.build_overrides:
        if not any(override.name in group.overrides for group in groups):
            yield f"the override of `{override.name}` " + said.format(override.origin)
