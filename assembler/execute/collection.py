"""What no kept generation uses, removed."""

from collections.abc import Iterator
from pathlib import PurePath

import msgspec

from assembler.errors import AssemblerError, IntegrityError
from assembler.execute import generations
from assembler.execute.aside import keep_edited, keep_strangers
from assembler.execute.deployed import deployed_generation
from assembler.execute.effects import effects
from assembler.execute.live import retire
from assembler.execute.records import recorded
from assembler.model.layout import Prefix
from assembler.model.manifest import Manifest
from assembler.ports import Files, Tools


class Obsolete(msgspec.Struct, frozen=True, kw_only=True):
    """What no kept generation uses: numbers of generations, and names of all else."""

    generations: tuple[int, ...] = ()
    parts: tuple[str, ...] = ()
    wheels: tuple[str, ...] = ()
    logs: tuple[str, ...] = ()


def obsolete(prefix: PurePath, files: Files, *, keep: int, previous: int | None = None) -> Obsolete:
    """What goes: all but the live generation, the previous, the deployed, and the last others.

    `keep` says how many stay with the live one.

    Parts, stored wheels and logs that only these used go with them, but for what is needed to undo
    what a part did outside.
    """
    places = Prefix(prefix)
    live = generations.current_number(prefix, files)
    there = generations.numbers(prefix, files)
    others = [number for number in there if number != live]
    kept = {*others[max(len(others) + 1 - keep, 0) :], live, previous}
    kept.add(deployed_generation(prefix, files))
    manifests = [found for n in there if n in kept and (found := _load(places, n, files))]
    whole = {manifest.generation for manifest in manifests}
    if live not in whole:
        return Obsolete()
    parts_kept = [part for manifest in manifests for part in manifest.parts.values()]
    stores = {part.directory: part.store for part in parts_kept}
    directories = {*stores, *(name for part in parts_kept for name in part.relies_on)}
    for effect in effects(prefix, files):
        directories |= {effect.directory, *effect.relies_on}
    for directory in directories.difference(stores):
        record = recorded(places, directory, files)
        stores[directory] = record.store if record else ()
    keys = {key for store in stores.values() for key in store}
    parts = {name.removesuffix(".json") for name in files.names(places.parts)}
    kept_logs = tuple(f"{directory}-" for directory in directories)
    logs = (name for name in files.names(places.log) if not name.startswith(kept_logs))
    return Obsolete(
        generations=tuple(number for number in there if number not in whole),
        parts=tuple(sorted(parts - directories)),
        wheels=tuple(name for name in files.names(places.store) if name not in keys),
        logs=tuple(logs),
    )


def size(prefix: PurePath, found: Obsolete, files: Files) -> int:
    """How many bytes the files of what is obsolete have."""
    return sum(_size(path, files) for path in _paths(Prefix(prefix), found))


def remove(prefix: PurePath, found: Obsolete, tools: Tools) -> None:
    """Remove what is obsolete, but keep what was changed by hand.

    What is left where this is interrupted does not count.
    """
    places = Prefix(prefix)
    for number in found.generations:
        keep_strangers(places, number, tools)
        tools.files.remove(places.manifest(number))
    for directory in found.parts:
        keep_edited(places, directory, tools)
    for path in _paths(places, found):
        tools.files.remove(path)


def retire_live(prefix: Prefix, tools: Tools) -> None:
    """Remove the live files of generations that are gone, if the others can be read."""
    if tools.files.state(prefix.live_record) is None:
        return
    there = generations.numbers(prefix.path, tools.files)
    try:
        kept = [generations.load(prefix.path, number, tools.files) for number in there]
    except IntegrityError:
        return
    for path in retire(prefix.path, kept, tools.files):
        tools.reporter.warn(f"`{path}` is no longer described, and was changed by hand: it stays")


def _paths(places: Prefix, found: Obsolete) -> Iterator[PurePath]:
    """The paths to remove, what makes others count first."""
    yield from (places.generation(number) for number in found.generations)
    for part in found.parts:
        yield places.record(part)
        yield places.part(part)
        yield places.damaged / part
    yield from (places.store / key for key in found.wheels)
    yield from (places.log / name for name in found.logs)


def _size(path: PurePath, files: Files) -> int:
    state = files.state(path)
    if state is None or state.kind != "directory":
        return state.size if state and state.kind == "file" else 0
    return sum(inner.size for _, inner in files.walk(path) if inner.kind == "file")


def _load(places: Prefix, number: int, files: Files) -> Manifest | None:
    try:
        return generations.load(places.path, number, files)
    except AssemblerError:
        return None
