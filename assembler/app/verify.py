"""`assemble verify`: every file against its recorded hash."""

from contextlib import suppress
from pathlib import PurePath

from assembler.app.services import Services
from assembler.errors import IntegrityError, MachineError
from assembler.execute import inspection
from assembler.execute.generations import current_number, discard, load
from assembler.model.layout import Prefix
from assembler.model.manifest import Damage, Manifest
from assembler.ports import Files, WheelStore

SHOWN = 20


def verify(prefix: PurePath, services: Services) -> int:
    """Check the live generation and return how many files it has.

    A part that is damaged is marked as such. A stored wheel that is damaged counts no more, nor
    does the cache's copy if that is damaged too. So the next build makes them again. Raises
    `IntegrityError` that lists what is missing or was changed.
    """
    files = services.files
    manifest = _manifest(prefix, files)
    found = inspection.verify(prefix, manifest, files, services.store)
    if not found:
        return _count(prefix, manifest, files)
    with suppress(MachineError):
        inspection.mark(prefix, manifest, found, files)
        for key in {damage.owner for damage in found if damage.where == "store"}:
            _discard(key, prefix, services.store)
    lines = [_words(damage) for damage in found[:SHOWN]]
    if len(found) > SHOWN:
        lines.append(f"and {len(found) - SHOWN} more")
    raise IntegrityError(
        f"{len(found)} of the files in `{prefix}` {'is' if len(found) == 1 else 'are'} damaged",
        details=lines,
        hints=("`assemble build` makes what is damaged again",),
    )


def _manifest(prefix: PurePath, files: Files) -> Manifest:
    number = current_number(prefix, files) or 0
    try:
        return load(prefix, number, files)
    except IntegrityError:
        with suppress(MachineError):
            discard(prefix, number, files)
        raise


def _discard(key: str, prefix: PurePath, store: WheelStore) -> None:
    store.discard(key, Prefix(prefix).store)
    if store.verify(key):
        store.discard(key)


def _count(prefix: PurePath, manifest: Manifest, files: Files) -> int:
    """How many files and links the live parts and their wheels have; the cache is not asked."""
    parts = manifest.parts.values()
    made = sum(file.kind != "directory" for part in parts for file in part.files)
    trees = {Prefix(prefix).store / key for part in parts for key in part.store}
    stored = sum(state.kind != "directory" for tree in trees for _, state in files.walk(tree))
    return made + stored


def _words(damage: Damage) -> str:
    place = {"part": f"part `{damage.owner}`: ", "store": f"wheel `{damage.owner}`: ", "prefix": ""}
    what = "its directory" if damage.path == "." else f"`{damage.path}`"
    return f"{place[damage.where]}{what} {'is missing' if damage.missing else 'was changed'}"
