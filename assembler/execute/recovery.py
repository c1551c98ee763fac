"""What a crash left behind, put right before anything else is written."""

from pathlib import PurePath

import msgspec

from assembler.errors import AssemblerError
from assembler.execute import generations
from assembler.execute.stable import names_of, remove_obsolete
from assembler.model.layout import Prefix
from assembler.ports import TEMPORARY, Files


class Journal(msgspec.Struct, frozen=True, kw_only=True):
    """A switch that has begun: to which generation, and whether that was never live before."""

    generation: int
    made: bool


def begin(prefix: PurePath, journal: Journal, files: Files) -> None:
    """Write down that a switch begins."""
    files.replace(Prefix(prefix).journal, msgspec.json.encode(journal))


def interrupted(prefix: PurePath, files: Files) -> bool:
    """Whether a switch was begun and not finished."""
    return files.state(Prefix(prefix).journal) is not None


def recover(prefix: PurePath, files: Files) -> None:
    """Finish or undo what was interrupted; doing so again changes nothing.

    To be called while the prefix's lock is held.
    """
    places = Prefix(prefix)
    if files.state(places.own) is None:
        return
    _remove_temporaries(places, files)
    _finish_switch(places, files)
    _remove_unfinished(places, files)


def _remove_temporaries(places: Prefix, files: Files) -> None:
    files.remove(places.scratch)
    inner = (places.parts, places.log, places.generations, places.effects, places.damaged)
    for directory in (places.path, places.own, *inner):
        for name in files.names(directory):
            if name.startswith(TEMPORARY):
                files.remove(directory / name)
    if files.state(places.live) is not None:
        for path, _ in list(files.walk(places.live)):
            if path.rpartition("/")[2].startswith(TEMPORARY):
                files.remove(places.live / path)


def _finish_switch(places: Prefix, files: Files) -> None:
    """Make the stable links fit the generation that is live, whichever that is."""
    if not interrupted(places.path, files):
        return
    journal = _read(places, files)
    live = generations.current_number(places.path, files)
    try:
        manifest = generations.current(places.path, files)
    except AssemblerError:
        manifest = None
    if manifest is not None or live is None:
        remove_obsolete(places, names_of(manifest) if manifest else (), files)
    if journal is not None and journal.made and journal.generation != live:
        files.remove(places.manifest(journal.generation))
    files.remove(places.journal)


def _read(places: Prefix, files: Files) -> Journal | None:
    try:
        return msgspec.json.decode(files.read(places.journal), type=Journal)
    except msgspec.DecodeError:
        return None


def _remove_unfinished(places: Prefix, files: Files) -> None:
    """Remove generations without a manifest, and parts without a record."""
    live = generations.current_number(places.path, files)
    for name in files.names(places.generations):
        unfinished = files.state(places.generations / name / "manifest.json") is None
        if unfinished and name != str(live):
            files.remove(places.generations / name)
    names = set(files.names(places.parts))
    for name in sorted(names):
        if not name.endswith(".json") and f"{name}.json" not in names:
            files.remove(places.parts / name)
