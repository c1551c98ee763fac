"""`assemble lock`: solve, check, and write the lock."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from assembler import __version__
from assembler.app.build_environment import BuildEnvironments
from assembler.app.building_index import BuildingIndex
from assembler.app.checkout import Checkout, load_project
from assembler.app.declaring import declare
from assembler.app.locking import Question, fresh_lock, locked_artifacts, old_lock, question
from assembler.app.outcomes import Locked
from assembler.app.own_trees import OwnTree
from assembler.app.prepare import tree_request
from assembler.app.services import Services
from assembler.errors import ConfigurationError, LockError, UsageError
from assembler.lock.changes import changes
from assembler.lock.gates import checked
from assembler.lock.inputs import closure, program_inputs
from assembler.lock.instants import instant, written
from assembler.model.lock import Lock
from assembler.model.platforms import target_named
from assembler.model.pyproject import normalised_name
from assembler.model.resolution import Resolution
from assembler.model.target import Target
from assembler.ports import Builder
from assembler.solve.question import OwnDistribution, Policy
from assembler.solve.question import Question as SolveQuestion
from assembler.solve.solver import solve

DURATION = re.compile(r"(\d+)\s*(day|hour|week)s?")


def check(checkout: Checkout, services: Services) -> None:
    """Tell whether the lock is fresh. Raises `LockError` that names what was edited."""
    project = load_project(checkout, services)
    asked = question(project, declare(project, services.recipes), services).asked
    fresh_lock(checkout, asked, services, strict=True)


def lock(
    checkout: Checkout, services: Services, *, upgrade: tuple[str, ...] | None = None
) -> Locked:
    """Solve and write the lock; `upgrade` names what may become newer (empty: all of it).

    Raises `ConfigurationError`, `UnsatisfiableError`, `NetworkError` and what builds raise; then
    nothing is written.
    """
    project = load_project(checkout, services)
    asking = question(project, declare(project, services.recipes), services)
    before = _readable_lock(checkout, services)
    names = None if upgrade is None else _upgraded(upgrade, before)
    after = _solved(asking, before, names, services)
    text = checked(after, checkout.lock_name)
    content = text.encode()
    state = services.files.state(checkout.lock_path)
    changed = state is None or services.files.read(checkout.lock_path) != content
    if changed:
        services.files.replace(checkout.lock_path, content)
    return Locked(
        file=checkout.lock_name,
        changed=changed,
        programs={name: len(closure(after, name)) for name in after.inputs},
        changes=changes(before, after),
    )


def _readable_lock(checkout: Checkout, services: Services) -> Lock | None:
    """The old lock; one that no longer can be read holds no pins worth keeping."""
    try:
        return old_lock(checkout, services)
    except LockError as error:
        services.reporter.warn(f"{error.message}; locking afresh")
        return None


def _upgraded(upgrade: tuple[str, ...], before: Lock | None) -> frozenset[str]:
    names = frozenset(map(normalised_name, upgrade))
    locked = {name for program in before.inputs for name in closure(before, program)} if before else ()
    if unknown := sorted(names.difference(locked)):
        raise UsageError(
            f"nothing in the lock is called `{unknown[0]}`", hints=("`--upgrade` alone takes all",)
        )
    return names


def _solved(
    asking: Question, before: Lock | None, upgrade: Collection[str] | None, services: Services
) -> Lock:
    project, asked = asking.project, asking.asked
    targets = asked.targets or (_own_target(services),)
    everything = upgrade is not None and not upgrade
    exclude_newer = _exclude_newer(asking, before, services, renew=everything)
    policy = Policy(
        python=project.python,
        constraints=project.lock.constraints,
        prereleases=project.lock.prereleases,
        sdists=project.lock.sdists,
        exclude_newer=exclude_newer,
    )
    environments = BuildEnvironments(services, project.indexes, exclude_newer)
    builder = services.builder(environments)
    index = BuildingIndex(
        services.index,
        services.artifacts,
        lambda: builder,
        lambda: services.interpreters.find(project.python),
    )
    services.reporter.phase("solving")
    resolution = solve(
        SolveQuestion(
            programs=asked.programs,
            targets=targets,
            policy=policy,
            routes=project.indexes,
            own=_own_distributions(asking, builder, services),
        ),
        index,
        prefer=None if everything else _preferred(before, upgrade or ()),
        report=services.reporter.advance,
    )
    return _lock(asking, targets, exclude_newer, resolution, before, services, keep=not everything)


def _lock(
    asking: Question,
    targets: tuple[Target, ...],
    exclude_newer: str | None,
    resolution: Resolution,
    before: Lock | None,
    services: Services,
    *,
    keep: bool,
) -> Lock:
    asked = asking.asked
    return Lock(
        created_by=__version__,
        targets=targets,
        exclude_newer=exclude_newer,
        exclude_newer_rule=asking.project.lock.exclude_newer,
        inputs={
            request.name: program_inputs(request, asked, _names(resolution, request.name))
            for request in asked.programs
        },
        cells=resolution.pins,
        artifacts=locked_artifacts(asked, before, services, keep=keep),
    )


def _names(resolution: Resolution, program: str) -> frozenset[str]:
    return frozenset(
        pin.name for cell, pins in resolution.pins.items() if cell.program == program for pin in pins
    )


def _own_target(services: Services) -> Target:
    return target_named(services.machine.platform)


def _own_distributions(
    asking: Question, builder: Builder, services: Services
) -> Mapping[str, OwnDistribution]:
    return {
        name: _own_distribution(asking, tree, builder, services)
        for name, tree in asking.trees.items()
    }


def _own_distribution(
    asking: Question, tree: OwnTree, builder: Builder, services: Services
) -> OwnDistribution:
    metadata = tree.metadata
    if metadata is None:
        project = asking.project
        python = services.interpreters.find(project.python)
        metadata = builder.metadata(
            tree_request(tree.name, tree.source, project.folder, python, editable=False)
        )
    return OwnDistribution(
        name=tree.name, version=metadata.version, metadata=metadata, tree=tree.source
    )


def _preferred(before: Lock | None, upgrade: Collection[str]) -> Resolution | None:
    if before is None:
        return None
    return Resolution(
        {
            cell: tuple(pin for pin in pins if pin.name not in upgrade)
            for cell, pins in before.cells.items()
        }
    )


def _exclude_newer(
    asking: Question, before: Lock | None, services: Services, *, renew: bool
) -> str | None:
    """The instant that counts: a duration's is kept in the lock until everything is upgraded."""
    rule = asking.project.lock.exclude_newer
    if rule is None:
        return None
    if moment := instant(rule):
        return written(moment)
    if before and before.exclude_newer and before.exclude_newer_rule == rule and not renew:
        return before.exclude_newer
    match = DURATION.fullmatch(rule.strip())
    if match is None:
        raise ConfigurationError(
            f"`exclude-newer` is `{rule}`",
            hints=('write a date such as "2026-10-01", or a duration such as "7 days"',),
        )
    now = datetime.fromisoformat(services.machine.now)
    return written(now - timedelta(**{f"{match[2]}s": int(match[1])}))
