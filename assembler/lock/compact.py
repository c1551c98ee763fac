"""A lock as bytes that are read at once: what was read of a text, and need not be read of it again.

Most pins stand in many cells, and are said once.
"""

from collections.abc import Mapping

import msgspec

from assembler.model.distribution import DistributionFile
from assembler.model.lock import Lock, LockedArtifact, LockedRepository, ProgramInputs
from assembler.model.resolution import Cell, Pin, TreeSource
from assembler.model.sources import ArchiveSource, RepositorySource
from assembler.model.target import Target


class _Pin(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A pin of a lock, its source by kind."""

    name: str
    version: str
    index: str | None = None
    wheels: tuple[DistributionFile, ...] = ()
    sdist: DistributionFile | None = None
    tree: TreeSource | None = None
    archive: ArchiveSource | None = None
    repository: RepositorySource | None = None
    requires_python: str | None = None
    dependencies: tuple[str, ...] = ()
    because: str = ""


class _Lock(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A lock; its cells have pins by number."""

    created_by: str
    targets: tuple[Target, ...]
    exclude_newer: str | None
    exclude_newer_rule: str | None
    exclude_newer_instants: Mapping[str, str]
    inputs: Mapping[str, ProgramInputs]
    artifacts: tuple[LockedArtifact, ...]
    repositories: tuple[LockedRepository, ...]
    pins: tuple[_Pin, ...]
    cells: tuple[tuple[Cell, tuple[int, ...]], ...]


def packed(lock: Lock) -> bytes:
    """Pack a lock that was read of a text."""
    numbers: dict[int, int] = {}
    distinct: list[Pin] = []
    cells: list[tuple[Cell, tuple[int, ...]]] = []
    for cell, pins in lock.cells.items():
        for pin in pins:
            if id(pin) not in numbers:
                numbers[id(pin)] = len(distinct)
                distinct.append(pin)
        cells.append((cell, tuple(numbers[id(pin)] for pin in pins)))
    return msgspec.msgpack.encode(
        _Lock(
            created_by=lock.created_by,
            targets=lock.targets,
            exclude_newer=lock.exclude_newer,
            exclude_newer_rule=lock.exclude_newer_rule,
            exclude_newer_instants=lock.exclude_newer_instants,
            inputs=lock.inputs,
            artifacts=lock.artifacts,
            repositories=lock.repositories,
            pins=tuple(map(_packed_pin, distinct)),
            cells=tuple(cells),
        )
    )


def unpacked(content: bytes) -> Lock:
    """Unpack a lock. Raises `ValueError` for what is none."""
    found = msgspec.msgpack.decode(content, type=_Lock)
    pins = tuple(map(_pin, found.pins))
    return Lock(
        created_by=found.created_by,
        targets=found.targets,
        exclude_newer=found.exclude_newer,
        exclude_newer_rule=found.exclude_newer_rule,
        exclude_newer_instants=found.exclude_newer_instants,
        inputs=found.inputs,
        cells={cell: tuple(pins[number] for number in numbers) for cell, numbers in found.cells},
        artifacts=found.artifacts,
        repositories=found.repositories,
    )


def _packed_pin(pin: Pin) -> _Pin:
    fields = msgspec.structs.asdict(pin)
    fixed = fields.pop("fixed")
    return _Pin(
        **fields,
        archive=fixed if isinstance(fixed, ArchiveSource) else None,
        repository=fixed if isinstance(fixed, RepositorySource) else None,
    )


def _pin(pin: _Pin) -> Pin:
    fields = msgspec.structs.asdict(pin)
    archive, repository = fields.pop("archive"), fields.pop("repository")
    return Pin(**fields, fixed=archive or repository)
