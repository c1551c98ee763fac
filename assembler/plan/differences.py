"""What a build would change in the files that it writes."""

import difflib
from collections.abc import Iterator, Mapping, Sequence

from assembler.model.places import Places
from assembler.model.plan import FileDifference, PlannedPart
from assembler.model.step import WriteFile
from assembler.plan.request import RealisedPart

_LARGE = 1 << 18


def written(parts: Sequence[RealisedPart]) -> Mapping[str, tuple[str, ...]]:
    """The files that each part writes: those whose old content a plan compares."""
    return {
        realised.part.name: tuple(
            step.path for step in realised.steps if isinstance(step, WriteFile)
        )
        for realised in parts
    }


def differences(
    part: PlannedPart, contents: Mapping[str, bytes], places: Places
) -> Iterator[FileDifference]:
    """The differences between what a part wrote last time and what it would write now."""
    stable = {target: path for path, target in part.exposed.items()}
    for step in part.steps:
        if not isinstance(step, WriteFile):
            continue
        before, after = contents.get(step.path, b""), places.text(step.content).encode()
        if before != after:
            path = stable.get(step.path, f"{part.name}/{step.path}")
            yield FileDifference(path=path, difference=_lines(before, after, path))


def _lines(before: bytes, after: bytes, path: str) -> tuple[str, ...]:
    if max(len(before), len(after)) > _LARGE:
        return (f"{len(before)} bytes become {len(after)} bytes",)
    try:
        old = before.decode().splitlines()
    except UnicodeDecodeError:
        return (f"{len(before)} bytes that are not text are replaced",)
    new = after.decode().splitlines()
    return tuple(difflib.unified_diff(old, new, path, path, lineterm=""))
