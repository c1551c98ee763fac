"""From a checkout to a plan: what `plan` shows is what `build` does."""

from collections.abc import Iterator, Mapping
from pathlib import PurePath

from assembler.app.build_environment import BuildEnvironments
from assembler.app.checkout import Checkout, load_project, project_prefix
from assembler.app.current import request_text
from assembler.app.declaring import declare
from assembler.app.fingerprint import take
from assembler.app.locking import Question, fresh_lock, lock_text, question
from assembler.app.outcomes import BuildOptions
from assembler.app.own_trees import BUILD_FILES
from assembler.app.prepare import Preparation
from assembler.app.realise import Realised, realise
from assembler.app.services import Services
from assembler.errors import UsageError
from assembler.execute import generations, inspection
from assembler.execute.stable import standing
from assembler.graph import closure
from assembler.lock.selection import fitting_target
from assembler.model.lock import Lock
from assembler.model.manifest import Damage, Fingerprint, Manifest
from assembler.model.part import Part, PartName
from assembler.model.plan import Plan
from assembler.model.step import LinkWheels, WriteFile
from assembler.model.target import Target
from assembler.plan.planner import plan
from assembler.plan.request import PlanRequest, RealisedPart
from assembler.recipe import WheelSet


def planned(checkout: Checkout, services: Services, options: BuildOptions) -> Plan:
    """Plan a build of the lock; only the cache is changed.

    Raises what loading, freshness, preparation, recipes and planning raise.
    """
    project = load_project(checkout, services)
    declared = declare(project, services.recipes)
    selection = _selection(project.parts, options)
    asking = question(project, declared, services)
    lock = fresh_lock(checkout, asking.asked, services, strict=False)
    target = _target(lock, options, services)
    wanted = declared if selection is None else declared.narrowed(selection)
    asking = Question(project=project, declared=wanted, trees=asking.trees, asked=asking.asked)
    wheel_sets = _prepared(asking, lock, target, options, services)
    artifacts = {artifact.url: artifact for artifact in lock.artifacts}
    realised = realise(project, wanted, target, (wheel_sets, artifacts), services)
    prefix = project_prefix(checkout, project)
    return _plan(checkout, prefix, asking, realised, selection, options, services)


def _selection(
    parts: Mapping[PartName, Part], options: BuildOptions
) -> frozenset[PartName] | None:
    if not options.parts:
        return None
    names = [PartName(name) for name in options.parts]
    if unknown := [name for name in names if name not in parts]:
        raise UsageError(
            f"there is no part `{unknown[0]}`", hints=(f"the parts are {', '.join(parts)}",)
        )
    return closure(parts, names)


def _target(lock: Lock, options: BuildOptions, services: Services) -> Target:
    machine = services.machine
    return fitting_target(lock, machine.platform, machine.libc, options.target)


def _prepared(
    asking: Question, lock: Lock, target: Target, options: BuildOptions, services: Services
) -> Mapping[str, WheelSet]:
    environments = BuildEnvironments(services, asking.project.indexes, lock.exclude_newer)
    preparation = Preparation(
        services,
        lambda: services.builder(environments),
        asking.project.folder,
        editable=options.editable,
    )
    return preparation.wheel_sets(asking.declared.programs, lock, target)


def _plan(
    checkout: Checkout,
    prefix: PurePath,
    asking: Question,
    realised: Realised,
    selection: frozenset[PartName] | None,
    options: BuildOptions,
    services: Services,
) -> Plan:
    files = services.files
    previous = generations.current(prefix, files)
    written: Mapping[str, list[str]] = {
        part.name: [step.path for step in realised.steps[part.name] if isinstance(step, WriteFile)]
        for part in realised.parts
    }
    return plan(
        PlanRequest(
            assembly=asking.project.name,
            prefix=str(prefix),
            project=str(checkout.folder),
            parts=tuple(
                RealisedPart(part=part, steps=realised.steps[part.name]) for part in realised.parts
            ),
            fingerprint=_fingerprint(checkout, asking, realised, options, services),
            lock_text=lock_text(checkout, services),
            selection=selection,
            previous=previous,
            latest=max(generations.numbers(prefix, files), default=0),
            damage=_damage(prefix, previous, services),
            standing=standing(prefix, files),
            contents=inspection.contents(prefix, previous, written, files) if previous else {},
        )
    )


def _damage(
    prefix: PurePath, previous: Manifest | None, services: Services
) -> tuple[Damage, ...]:
    return inspection.inspect(prefix, previous, services.files) if previous else ()


def _fingerprint(
    checkout: Checkout,
    asking: Question,
    realised: Realised,
    options: BuildOptions,
    services: Services,
) -> Fingerprint:
    globs = {**realised.globs, **_source_globs(asking, options, services)}
    paths = {checkout.path, checkout.lock_path, *_interpreters(realised)}
    paths |= {checkout.folder / path for matched in globs.values() for path in matched}
    return take(
        request_text(checkout, options),
        paths,
        globs=globs,
        environment=asking.project.environment_read,
        files=services.files,
        started=services.machine.started,
    )


def _interpreters(realised: Realised) -> Iterator[PurePath]:
    for steps in realised.steps.values():
        for step in steps:
            if isinstance(step, LinkWheels):
                yield PurePath(step.python.executable)


def _source_globs(
    asking: Question, options: BuildOptions, services: Services
) -> Mapping[str, tuple[str, ...]]:
    """The files of the project's own distributions: all that a wheel is built from."""
    patterns = {f"{source.path.rstrip('/')}/pyproject.toml" for source in asking.project.sources}
    for tree in asking.trees.values():
        linked = tree.source.editable and options.editable
        names = BUILD_FILES if linked else ("**",)
        patterns |= {f"{tree.source.path}/{name}" for name in names}
    folder, files = asking.project.folder, services.files
    return {pattern: files.glob(folder, pattern) for pattern in sorted(patterns)}
