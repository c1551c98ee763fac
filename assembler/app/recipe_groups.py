"""The groups of the lock of build requirements that recipes from elsewhere are locked to."""

import re
from collections.abc import Iterator, Sequence

import msgspec

from assembler.app.locking import RELOCK, index_of, stale_error
from assembler.errors import LockError
from assembler.lock.inputs import Asked
from assembler.lock.upload_times import index_rules
from assembler.model.foreign import RecipeDistribution
from assembler.model.lock import Change, Lock, Staleness
from assembler.model.names import normalised_name
from assembler.model.project import LockPolicy, Override, Project, Root, TargetName
from assembler.model.resolution import ProgramRequest
from assembler.model.target import Target
from assembler.origin import Origin

PYTHONS = ("3.11", "3.12", "3.13")
"""The Pythons that assembler runs on: recipes run on the one that runs it."""

_GROUP = r"recipes-(?P<entry>.+)-on-3-\d+"
_GIVEN = tuple(
    Override(
        name=name,
        exclude=True,
        because="recipes are given the one that runs them",
        origin=Origin(file="assembler"),
    )
    for name in ("assembler", "msgspec")
)


def group_of(entry: str, python: str) -> str:
    """The dependency group of an entry's distributions for a Python."""
    return normalised_name(f"recipes-{entry}-on-{python}")


def is_group(name: str) -> bool:
    """Whether a group is one of recipes: those of builds end otherwise."""
    return re.fullmatch(_GROUP, name) is not None


def shown(text: str) -> str:
    """A text that names groups in backticks, with the keys of their entries instead."""
    return re.sub(f"`{_GROUP}`", r"`recipes.\g<entry>`", text)


def named(changes: Sequence[Change]) -> tuple[Change, ...]:
    """Changes of groups as those of their entries, those that are equal on all Pythons once."""
    found = (
        msgspec.structs.replace(change, program=shown(f"`{change.program}`").strip("`"))
        for change in changes
    )
    return tuple(dict.fromkeys(found))


def distributions(project: Project) -> tuple[RecipeDistribution, ...]:
    """The entries that are distributions."""
    return tuple(each for each in project.recipes if isinstance(each, RecipeDistribution))


def request(source: RecipeDistribution, python: str, targets: Sequence[Target]) -> ProgramRequest:
    """An entry as a program for a Python, on the targets that do not have another one."""
    fitting = with_python(targets, python)
    everywhere = len(fitting) == len(targets)
    return ProgramRequest(
        name=group_of(source.name, python),
        roots=(Root(source.requirement, source.origin),),
        python=python,
        targets=()
        if everywhere
        else tuple(TargetName(target.name, source.origin) for target in fitting),
    )


def with_python(targets: Sequence[Target], python: str) -> tuple[Target, ...]:
    """The targets that do not have another Python."""
    return tuple(
        target
        for target in targets
        if not target.python or f"{target.python}.".startswith(f"{python}.")
    )


def policy(project: Project) -> LockPolicy:
    """What may be chosen: as for build requirements, without what recipes are given anyway."""
    said = project.lock
    return LockPolicy(
        constraints=said.build_constraints,
        overrides=(*said.build_overrides, *_GIVEN),
        exclude_newer=said.exclude_newer,
        exclude_newer_of=said.exclude_newer_of,
    )


def asked(
    project: Project, programs: Sequence[ProgramRequest], targets: tuple[Target, ...]
) -> Asked:
    """What entries ask of the lock."""
    return Asked(
        programs=tuple(programs),
        index_of=index_of(project),
        targets=targets,
        policy=policy(project),
        index_rules=index_rules(project.lock, project.indexes),
    )


def parted(lock: Lock) -> tuple[Lock, Lock]:
    """A lock of build requirements as one of recipes, and one of all the rest."""
    return _only(lock, recipes=True), _only(lock, recipes=False)


def _only(lock: Lock, *, recipes: bool) -> Lock:
    return msgspec.structs.replace(
        lock,
        inputs={name: one for name, one in lock.inputs.items() if is_group(name) is recipes},
        cells={
            cell: pins for cell, pins in lock.cells.items() if is_group(cell.program) is recipes
        },
    )


def with_groups(lock: Lock | None, recipes: Lock | None) -> Lock | None:
    """A lock of build requirements with the groups of recipes."""
    if lock is None or recipes is None:
        return lock or recipes
    instants = {**lock.exclude_newer_instants, **recipes.exclude_newer_instants}
    return msgspec.structs.replace(
        lock,
        inputs=dict(sorted({**lock.inputs, **recipes.inputs}.items())),
        cells=dict(sorted({**lock.cells, **recipes.cells}.items())),
        exclude_newer_instants=dict(sorted(instants.items())),
    )


def check_fresh(project: Project, lock: Lock | None, name: str, *, strict: bool = False) -> None:
    """Raise `LockError` that names each edit after which the lock with this name does not answer.

    What it has for entries that are gone is one if `strict`.
    """
    sources = distributions(project)
    if lock is None and sources:
        raise LockError(
            f"there is no `{name}`, which says what the recipes `{sources[0].name}` are",
            origin=sources[0].origin,
            hints=(RELOCK,),
        )
    found = dict.fromkeys(_edits(project, parted(lock)[0], strict=strict)) if lock else {}
    if found:
        raise stale_error(name, tuple(found))


def _edits(project: Project, lock: Lock, *, strict: bool) -> Iterator[Staleness]:
    from assembler.lock.freshness import edits  # noqa: PLC0415 - only what is compared needs it

    programs: list[ProgramRequest] = []
    for source in distributions(project):
        groups = {python: group_of(source.name, python) for python in PYTHONS}
        locked = [python for python, group in groups.items() if group in lock.inputs]
        programs += [request(source, python, lock.targets) for python in locked]
        if not locked:
            words = f"the recipes `{source.name}` are new ({source.origin})"
            yield Staleness(program=None, edit=words, origin=source.origin)
    if programs or strict:
        for edit in edits(lock, asked(project, programs, lock.targets), strict=strict):
            yield msgspec.structs.replace(edit, program=None, edit=shown(edit.edit))
