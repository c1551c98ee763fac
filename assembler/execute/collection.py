"""What no kept generation uses, removed."""

from collections.abc import Collection
from pathlib import PurePath

from assembler.errors import AssemblerError
from assembler.execute import generations
from assembler.execute.deployed import deployed_generation
from assembler.execute.effects import effects
from assembler.execute.records import recorded
from assembler.model.layout import Prefix
from assembler.model.manifest import Manifest
from assembler.ports import Files


def collect(prefix: PurePath, files: Files, *, keep: int, previous: int | None) -> None:
    """Drop all generations but the last `keep`, the live, the previous and the deployed one.

    Parts, stored wheels and logs that only these used go with them, but for what is needed to undo
    what a part did outside.
    """
    places = Prefix(prefix)
    live = generations.current_number(prefix, files)
    there = generations.numbers(prefix, files)
    kept = {*there[-keep:], live, previous, deployed_generation(prefix, files)}
    manifests = [found for n in there if n in kept and (found := _load(places, n, files))]
    whole = {manifest.generation for manifest in manifests}
    if live not in whole:
        return
    for number in there:
        if number not in whole:
            files.remove(places.manifest(number))
            files.remove(places.generation(number))
    directories = {
        directory
        for manifest in manifests
        for part in manifest.parts.values()
        for directory in (part.directory, *part.relies_on)
    }
    for effect in effects(prefix, files):
        directories |= {effect.directory, *effect.relies_on}
    keys = {key for manifest in manifests for part in manifest.parts.values() for key in part.store}
    for directory in directories:
        record = recorded(places, directory, files)
        keys.update(record.store if record else ())
    _collect_parts(places, directories, files)
    _remove_others(places.store, keys, files)
    _collect_logs(places, directories, files)


def _load(places: Prefix, number: int, files: Files) -> Manifest | None:
    try:
        return generations.load(places.path, number, files)
    except AssemblerError:
        return None


def _collect_parts(places: Prefix, directories: Collection[str], files: Files) -> None:
    for name in files.names(places.parts):
        directory = name.removesuffix(".json")
        if directory not in directories:
            files.remove(places.record(directory))
            files.remove(places.part(directory))


def _collect_logs(places: Prefix, directories: Collection[str], files: Files) -> None:
    kept = tuple(f"{directory}-" for directory in directories)
    for name in files.names(places.log):
        if not name.startswith(kept):
            files.remove(places.log / name)


def _remove_others(directory: PurePath, names: Collection[str], files: Files) -> None:
    for name in files.names(directory):
        if name not in names:
            files.remove(directory / name)
