"""From steps and what stands already to what is due, and why."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from assembler.errors import AssemblerError, ConfigurationError, raise_all
from assembler.model.manifest import BuiltPart
from assembler.model.part import Part
from assembler.model.places import Places, shown
from assembler.model.plan import FileDifference, KeptPart, New, Plan, PlannedPart
from assembler.model.step import Expose, LinkWheels, Step
from assembler.plan import exposure, keys, paths
from assembler.plan.differences import differences
from assembler.plan.exposure import Exposure
from assembler.plan.facts import facts
from assembler.plan.keying import KeyedPart, keyed
from assembler.plan.reasons import Change, reasons
from assembler.plan.request import PlanRequest
from assembler.plan.undoing import undo_due


def plan(request: PlanRequest) -> Plan:
    """Say which parts are due, and why; nothing is performed.

    Raises `ConfigurationError` for paths that are unsafe or clash, files of
    the user's in the way, and a prefix of another assembly.
    """
    keyed_parts = keyed(request)
    parts = tuple(_parts(request, {each.name: each for each in keyed_parts}))
    raise_all([*_faults(request), *_exposure_faults(request, parts)])
    previous = request.previous
    names = {part.name for part in parts}
    return Plan(
        assembly=request.assembly,
        prefix=request.prefix,
        project=request.project,
        generation=max(request.latest, previous.generation if previous else 0) + 1,
        previous=previous.generation if previous else None,
        parts=parts,
        removed=tuple(name for name in request.standing_parts if name not in names),
        differences=tuple(_differences(request, keyed_parts, parts)),
        fingerprint=request.fingerprint,
        lock_text=request.lock_text,
        keep=request.keep,
        relink=_damaged(request, "prefix"),
        damaged_store=_damaged(request, "store"),
        secrets=request.secrets,
        undo=undo_due(request.effects, parts),
    )


def _damaged(request: PlanRequest, where: str) -> tuple[str, ...]:
    found = (each for each in request.damage if each.where == where)
    return tuple(sorted({each.owner or each.path for each in found}))


def _parts(
    request: PlanRequest, keyed_parts: Mapping[str, KeyedPart]
) -> Iterator[PlannedPart | KeptPart]:
    """Every part that the generation will have, in building order where that is known."""
    standing = request.standing_parts
    named = [str(realised.part.name) for realised in request.parts]
    unnamed = [name for name in standing if name not in named]
    for name in named if request.selection is None else [*named, *unnamed]:
        if name in keyed_parts:
            yield _part(request, keyed_parts[name])
        elif name in standing:
            yield KeptPart(name=name, built=standing[name])


def _part(request: PlanRequest, keyed_part: KeyedPart) -> PlannedPart | KeptPart:
    part, steps = keyed_part.realised.part, keyed_part.realised.steps
    built = request.standing_parts.get(part.name)
    found = facts(part, steps)
    if built is not None and built.key == keyed_part.key:
        return KeptPart(name=part.name, built=msgspec.structs.replace(built, facts=found))
    return PlannedPart(
        name=part.name,
        recipe=part.recipe,
        key=keyed_part.key,
        directory=keyed_part.directory,
        steps=steps,
        reasons=reasons(_change(request, keyed_part, found)),
        facts=found,
        edges=tuple(keyed_part.edges),
        store=_store(steps),
        exposed=_exposed(steps),
        baked=keys.baked(steps),
        remade=keyed_part.remade,
        relies_on=keyed_part.relies_on,
        replaces=built.directory if built else "",
        origin=part.origin,
    )


def _exposed(steps: Sequence[Step]) -> Mapping[str, str]:
    return {step.path: step.target for step in steps if isinstance(step, Expose)}


def _change(request: PlanRequest, keyed_part: KeyedPart, found: Mapping[str, str]) -> Change:
    built = request.standing_parts.get(keyed_part.name)
    return Change(
        part=keyed_part.realised.part,
        built=built,
        facts=found,
        edges=keyed_part.edges,
        damage=keyed_part.damage,
        undone=keyed_part.undone,
        moved_from=_moved_from(request, built),
    )


def _moved_from(request: PlanRequest, built: BuiltPart | None) -> str | None:
    previous = request.previous
    if built is None or previous is None or not built.baked:
        return None
    if previous.prefix != request.prefix:
        return previous.prefix
    return previous.project if previous.project != request.project else None


def _differences(
    request: PlanRequest,
    keyed_parts: Sequence[KeyedPart],
    parts: Sequence[PlannedPart | KeptPart],
) -> Iterator[FileDifference]:
    """What changes in the files of parts that stand already."""
    places = Places(
        prefix=request.prefix,
        project=request.project,
        directories={each.name: each.directory for each in keyed_parts},
        keys={each.name: each.key for each in keyed_parts},
        shown={each.name: shown(_exposed(each.realised.steps)) for each in keyed_parts},
    )
    for part in parts:
        if isinstance(part, PlannedPart) and New() not in part.reasons:
            yield from differences(part, request.contents.get(part.name, {}), places)


def _store(steps: tuple[Step, ...]) -> tuple[str, ...]:
    keys_of_wheels = {
        wheel.key for step in steps if isinstance(step, LinkWheels) for wheel in step.wheels
    }
    return tuple(sorted(keys_of_wheels))


def _faults(request: PlanRequest) -> Iterator[AssemblerError]:
    previous = request.previous
    if previous is not None and previous.assembly != request.assembly:
        yield ConfigurationError(
            f"`{request.prefix}` holds a build of `{previous.assembly}`, not of "
            f"`{request.assembly}`",
            hints=["build elsewhere with `--prefix`"],
        )
    spelled: dict[str, Part] = {}
    for realised in request.parts:
        part = realised.part
        first = spelled.setdefault(part.name.casefold(), part)
        if first is not part:
            message = f"parts `{first.name}` and `{part.name}` differ in case only"
            yield ConfigurationError(message, origin=part.origin)
        yield from paths.check(realised, request.limits)


def _exposure_faults(
    request: PlanRequest, parts: tuple[PlannedPart | KeptPart, ...]
) -> Iterator[AssemblerError]:
    origins = {str(realised.part.name): realised.part.origin for realised in request.parts}
    exposures: list[Exposure] = []
    for part in parts:
        if isinstance(part, KeptPart):
            exposed = tuple(part.built.exposed)
        else:
            exposed = tuple(step.path for step in part.steps if isinstance(step, Expose))
        exposures += [Exposure(path, part.name, origins.get(part.name)) for path in exposed]
    yield from exposure.check(exposures, request.standing, request.prefix)
