"""The targets that downloads are for, which must be those that the lock serves."""

from collections.abc import Iterator

from assembler.app.declaring import Declared
from assembler.errors import ConfigurationError, raise_all
from assembler.model.platforms import canonical_name, target_named
from assembler.model.project import Project, TargetName
from assembler.model.target import Target


def check_artifact_targets(
    declared: Declared, project: Project, served: tuple[Target, ...]
) -> None:
    """Raise `ConfigurationError`s for targets that the lock does not serve, or that are none.

    `served` is empty where the lock is for the machine that locks.
    """
    names = {
        target
        for needs in declared.needs.values()
        for request in needs.artifacts
        for target in request.targets
    }
    ordered = sorted(names, key=lambda each: (each.origin.line, each.name))
    raise_all([fault for name in ordered for fault in _faults(name, project, served)])


def _faults(
    name: TargetName, project: Project, served: tuple[Target, ...]
) -> Iterator[ConfigurationError]:
    try:
        target_named(name.name, project.targets)
    except ConfigurationError as error:
        error.origin = name.origin
        yield error
        return
    known = [target.name for target in served]
    if served and canonical_name(name.name, served) not in known:
        listed = ", ".join(f"`{each}`" for each in known)
        yield ConfigurationError(
            f"`{name.name}` is none of the lock's targets",
            origin=name.origin,
            hints=[f"the lock has {listed}: add it to `targets` under [lock]"],
        )
