"""Hashes of files whose index says none: they are downloaded once, and then locked."""

from collections.abc import Iterable, Mapping

import msgspec

from assembler.app.services import Services
from assembler.errors import IntegrityError
from assembler.model.distribution import DistributionFile
from assembler.model.resolution import Pin, Resolution


def with_hashes(
    resolution: Resolution, services: Services, before: Resolution | None
) -> Resolution:
    """The resolution, every file with a hash; those of an earlier one are taken over.

    Raises `NetworkError`.
    """
    bare = {file.url: file for pin in _pins(resolution) for file in _files(pin) if not file.sha256}
    if not bare:
        return resolution
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - most files have a hash

    known = {file.url: file for pin in (_pins(before) if before else ()) for file in _files(pin)}
    with ThreadPoolExecutor(services.machine.jobs) as threads:
        found = threads.map(lambda file: _with_hash(file, known, services), bare.values())
        complete = {file.url: file for file in found}
    pins = {
        cell: tuple(_completed(pin, complete) for pin in pins)
        for cell, pins in resolution.pins.items()
    }
    return msgspec.structs.replace(resolution, pins=pins)


def _with_hash(
    file: DistributionFile, known: Mapping[str, DistributionFile], services: Services
) -> DistributionFile:
    if before := known.get(file.url):
        return msgspec.structs.replace(file, sha256=before.sha256, size=before.size)
    artifact = services.artifacts.lock(file.url, None)
    if file.size not in {None, artifact.size}:
        raise IntegrityError(
            f"`{file.filename}` has {artifact.size} bytes, where its index says {file.size}"
        )
    return msgspec.structs.replace(file, sha256=artifact.sha256, size=artifact.size)


def _completed(pin: Pin, complete: Mapping[str, DistributionFile]) -> Pin:
    return msgspec.structs.replace(
        pin,
        wheels=tuple(complete.get(wheel.url, wheel) for wheel in pin.wheels),
        sdist=complete.get(pin.sdist.url, pin.sdist) if pin.sdist else None,
    )


def _pins(resolution: Resolution) -> Iterable[Pin]:
    return (pin for pins in resolution.pins.values() for pin in pins)


def _files(pin: Pin) -> tuple[DistributionFile, ...]:
    return (*pin.wheels, *((pin.sdist,) if pin.sdist else ()))
