"""What is asked, and locked, where it differs from target to target."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import msgspec

from assembler.errors import ConfigurationError, raise_all
from assembler.lock.inputs import Asked
from assembler.model.lock import Lock, ProgramInputs
from assembler.model.resolution import ProgramRequest
from assembler.model.sources import RepositoryRequest
from assembler.model.target import Target


def asked_on(asked: Asked, targets: Sequence[Target]) -> Asked:
    """What is asked on these targets alone."""
    names = {target.name for target in targets}
    programs = [_request_on(program, names) for program in asked.programs]
    return msgspec.structs.replace(
        asked,
        targets=tuple(targets),
        programs=tuple(program for program in programs if program is not None),
    )


def _request_on(program: ProgramRequest, names: Collection[str]) -> ProgramRequest | None:
    """The program for these targets, as if there were no others; `None` where on none."""
    kept = tuple(target for target in program.targets if target.name in names)
    if program.targets and not kept:
        return None
    everywhere = len({target.name for target in kept}) == len(names)
    return msgspec.structs.replace(program, targets=() if everywhere else kept)


def locked_on(lock: Lock, names: Collection[str]) -> Lock:
    """The part of a lock that is for targets of these names, as if there were no others."""
    targets = tuple(target for target in lock.targets if target.name in names)
    inputs = {
        program: found
        for program, each in lock.inputs.items()
        if (found := _inputs_on(each, [target.name for target in targets])) is not None
    }
    cells = {cell: pins for cell, pins in lock.cells.items() if cell.target in names}
    return msgspec.structs.replace(lock, targets=targets, inputs=inputs, cells=cells)


def without_others(lock: Lock, asked: Asked, every: Sequence[Asked]) -> Lock:
    """A lock without what parts take on other targets alone; `every` is what is asked on all."""
    artifacts = {url for one in every for url in one.artifacts} - asked.artifacts.keys()
    checkouts = frozenset[RepositoryRequest]().union(*(one.checkouts for one in every))
    return msgspec.structs.replace(
        lock,
        artifacts=tuple(one for one in lock.artifacts if one.url not in artifacts),
        repositories=tuple(
            one for one in lock.repositories if one.request not in checkouts - asked.checkouts
        ),
    )


def _inputs_on(inputs: ProgramInputs, names: Sequence[str]) -> ProgramInputs | None:
    served = [name for name in names if name in (inputs.targets or names)]
    if not served:
        return None
    found = [inputs.on_target(name) for name in served]
    others = {name: one for name, one in zip(served, found, strict=True) if one != found[0]}
    targets = tuple(sorted(served)) if len(served) < len(names) else ()
    return msgspec.structs.replace(found[0], targets=targets, on=others)


def joined(locks: Sequence[Lock], targets: tuple[Target, ...]) -> Lock:
    """One lock for all targets, from locks for some each. Raises `ConfigurationError`.

    A program's Python and the rules about upload times must be the same on all of them.
    """
    first = locks[0]
    if any(lock.exclude_newer_rule != first.exclude_newer_rule for lock in locks):
        raise ConfigurationError("`lock.exclude-newer` must be the same on all targets")
    programs = sorted({program for lock in locks for program in lock.inputs})
    inputs = {program: _joined_inputs(program, locks, targets) for program in programs}
    raise_all([error for program in programs for error in _unlike(program, inputs[program])])
    return msgspec.structs.replace(
        first,
        targets=targets,
        inputs=inputs,
        cells={cell: pins for lock in locks for cell, pins in lock.cells.items()},
        exclude_newer_instants=_union(lock.exclude_newer_instants for lock in locks),
        artifacts=tuple(
            sorted(
                {one.url: one for lock in locks for one in lock.artifacts}.values(),
                key=lambda artifact: artifact.url,
            )
        ),
        repositories=tuple(
            {one.request: one for lock in locks for one in lock.repositories}.values()
        ),
    )


def _union(tables: Iterable[Mapping[str, str]]) -> Mapping[str, str]:
    return {key: value for table in tables for key, value in table.items()}


def _joined_inputs(
    program: str, locks: Sequence[Lock], targets: tuple[Target, ...]
) -> ProgramInputs:
    """The inputs of a program on all targets that it is for."""
    found: dict[str, ProgramInputs] = {}
    for lock in locks:
        inputs = lock.inputs.get(program)
        for target in lock.targets if inputs else ():
            if inputs and target.name in (inputs.targets or [target.name]):
                found[target.name] = msgspec.structs.replace(inputs, targets=())
    usual = found[min(found)]
    others = {name: inputs for name, inputs in sorted(found.items()) if inputs != usual}
    served = tuple(sorted(found)) if len(found) < len(targets) else ()
    return msgspec.structs.replace(usual, targets=served, on=others)


def _unlike(program: str, inputs: ProgramInputs) -> Iterator[ConfigurationError]:
    for name, others in inputs.on.items():
        if others.python != inputs.python:
            message = f"`{program}` has Python {others.python} on `{name}`, and {inputs.python}"
            hints = (f"a target's own Python is said by `[targets.{name}]`",)
            yield ConfigurationError(f"{message} elsewhere", hints=hints)
