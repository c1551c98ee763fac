"""From a checkout to a plan: what `plan` shows is what `build` does."""

from collections.abc import Iterator, Mapping
from pathlib import PurePath

import msgspec

from assembler.app.build_locks import fresh_build_lock
from assembler.app.checkout import Checkout
from assembler.app.current import request_text
from assembler.app.fingerprint import with_files
from assembler.app.loading import project_prefix
from assembler.app.locking import Question, lock_text
from assembler.app.options import BuildOptions
from assembler.app.own_recipes import recipe_files
from assembler.app.own_trees import BUILD_FILES
from assembler.app.prepare import Locks, Preparation
from assembler.app.realise import Provided, Realised, realise
from assembler.app.selecting import asked_parts, selected_parts
from assembler.app.services import Services
from assembler.app.variants import fresh, routes, variant_on, variants, with_lock
from assembler.errors import raise_all
from assembler.execute import generations, inspection
from assembler.execute.effects import effects
from assembler.execute.stable import standing
from assembler.lock.hosts import misplaced
from assembler.lock.selection import fitting_target
from assembler.model.lock import Lock
from assembler.model.manifest import Fingerprint, Manifest
from assembler.model.part import PartName
from assembler.model.plan import Plan
from assembler.model.sources import is_archive
from assembler.model.step import LinkWheels, WriteFile
from assembler.model.target import Target
from assembler.plan.planner import plan
from assembler.plan.request import PlanRequest, RealisedPart
from assembler.ports import Builder
from assembler.recipe import WheelSet


class Prepared(msgspec.Struct, frozen=True):
    """All that a plan is made from, but for the prefix."""

    asking: Question
    realised: Realised
    selection: frozenset[PartName] | None


class Planning:
    """One plan in the making: which checkout, for what request, with which services."""

    def __init__(self, checkout: Checkout, services: Services, options: BuildOptions) -> None:
        self._checkout = checkout
        self._services = services
        self._options = options

    def prepare(self) -> Prepared:
        """Prepare a build of the lock; only the cache is changed, and the prefix not looked at.

        Raises what loading, freshness, preparation and recipes raise.
        """
        services = self._services
        found = variants(self._checkout, services)
        self._checkout = with_lock(self._checkout, found)
        lock = fresh(self._checkout, found, services, strict=False)
        target = self._target(lock)
        asking = variant_on(found, target).asking
        project = asking.project
        selection = asked_parts(project.parts, self._options)
        kept = selected_parts(project, self._options) if selection is None else selection
        build_lock = fresh_build_lock(self._checkout, asking, lock, services, strict=False)
        if kept is not None:
            declared = asking.declared.narrowed(kept)
            asking = msgspec.structs.replace(asking, declared=declared)
        locks = (lock, build_lock) if build_lock else (lock,)
        raise_all([error for each in locks for error in misplaced(each, routes(found))])
        provided = Provided(
            programs=self._prepared(asking, Locks(lock, build_lock), target),
            artifacts={artifact.url: artifact for artifact in lock.artifacts},
            repositories={repository.request: repository for repository in lock.repositories},
        )
        realised = realise(project, asking.declared, target, provided, services)
        return Prepared(asking, realised, selection)

    def plan(self, prepared: Prepared) -> Plan:
        """Compare what was prepared with the prefix. Raises what planning raises."""
        return plan(self._request(prepared))

    def _target(self, lock: Lock) -> Target:
        machine = self._services.machine
        return fitting_target(lock, machine.platform, machine.libc, self._options.target)

    def _prepared(self, asking: Question, locks: Locks, target: Target) -> Mapping[str, WheelSet]:
        services, project = self._services, asking.project
        services.cache_lock.share()
        preparation = Preparation(
            services,
            lambda: _builder(services),
            project.folder,
            editable=self._options.editable,
            bytecode=project.compile_bytecode,
        )
        return preparation.wheel_sets(asking.declared.programs, locks, target)

    def _request(self, prepared: Prepared) -> PlanRequest:
        asking, realised, files = prepared.asking, prepared.realised, self._services.files
        prefix = project_prefix(self._checkout, asking.project)
        previous = generations.readable(prefix, files)
        return PlanRequest(
            assembly=asking.project.name,
            prefix=str(prefix),
            project=str(self._checkout.folder),
            parts=tuple(
                RealisedPart(part=part, steps=realised.steps[part.name]) for part in realised.parts
            ),
            fingerprint=self._fingerprint(asking, realised),
            lock_text=lock_text(self._checkout, self._services),
            keep=asking.project.keep_generations,
            selection=prepared.selection,
            previous=previous,
            latest=max(generations.numbers(prefix, files), default=0),
            damage=inspection.inspect(prefix, previous, files) if previous else (),
            standing=standing(prefix, files),
            contents=_written_before(prefix, previous, realised, self._services),
            secrets=asking.project.secrets,
            effects=effects(prefix, files),
            limits=self._services.limits,
        )

    def _fingerprint(self, asking: Question, realised: Realised) -> Fingerprint:
        globs = {**realised.globs, **self._source_globs(asking)}
        checkout = self._checkout
        paths = {*asking.project.paths, checkout.lock_path, checkout.build_lock_path}
        paths |= set(_interpreters(realised))
        declared = {checkout.folder / path for matched in globs.values() for path in matched}
        fingerprint = Fingerprint(
            request=request_text(self._checkout, self._options),
            globs=globs,
            environment=asking.project.environment_read,
        )
        started = self._services.machine.started
        return with_files(
            fingerprint,
            paths | declared,
            set(asking.project.paths) - declared,
            self._services.files,
            started=started,
        )

    def _source_globs(self, asking: Question) -> Mapping[str, tuple[str, ...]]:
        """The files of the project's own distributions and recipes."""
        sources = asking.project.sources
        patterns = {
            source.path if is_archive(source.path) else f"{source.path.rstrip('/')}/pyproject.toml"
            for source in sources
        }
        for tree in asking.trees.values():
            linked = tree.source.editable and self._options.editable
            names = BUILD_FILES if linked else ("**",)
            patterns |= {f"{tree.source.path}/{name}" for name in names}
        folder, files = asking.project.folder, self._services.files
        patterns |= recipe_files(asking.project, files)
        return {pattern: files.glob(folder, pattern) for pattern in sorted(patterns)}


def _written_before(
    prefix: PurePath, previous: Manifest | None, realised: Realised, services: Services
) -> Mapping[str, Mapping[str, bytes]]:
    """What the files that are to be written hold now."""
    if previous is None:
        return {}
    written: Mapping[str, list[str]] = {
        part.name: [step.path for step in realised.steps[part.name] if isinstance(step, WriteFile)]
        for part in realised.parts
    }
    return inspection.contents(prefix, previous, written, services.files)


def _builder(services: Services) -> Builder:
    from assembler.app.build_environment import (  # noqa: PLC0415 - most plans build nothing
        BuildEnvironments,
    )

    return services.builder(BuildEnvironments(services))


def _interpreters(realised: Realised) -> Iterator[PurePath]:
    for steps in realised.steps.values():
        for step in steps:
            if isinstance(step, LinkWheels):
                yield PurePath(step.python.executable)
