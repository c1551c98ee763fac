"""`assemble cache`: what the cache holds, verified and dropped."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath

import msgspec

from assembler.app.outcomes import CacheCleaned
from assembler.app.services import Services
from assembler.errors import IntegrityError
from assembler.model.cached import BUILT_MANIFEST, LOCKS, BuiltWheel, CacheEntry
from assembler.ports import Files, FileState

_INNER: Mapping[str, tuple[str, ...]] = {"built": ("metadata", "pyproject", "requires")}
_SHARDED = ("files", "git", "metadata-")
"""How the names of folders begin whose folders hold entries."""

_SHOWN = 20
_DAY = 24 * 60 * 60 * 10**9


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """What goes: what was not used for so many days, then the rest until so many bytes are left.

    Without either, everything.
    """

    days: int | None = None
    size: int | None = None


def clean(cache: PurePath, services: Services, limit: Limit, *, dry: bool) -> CacheCleaned:
    """Drop entries of the cache, or only look which (`dry`).

    Waits for the commands that use it; those that begin meanwhile wait for us.
    """
    files = services.files
    with services.cache_lock.alone():
        there = tuple(entries(cache, files))
        gone = _chosen(there, limit, services.machine.started)
        for entry in () if dry else gone:
            files.remove(cache / entry.path)
    return CacheCleaned(
        entries=len(gone),
        size=sum(entry.size for entry in gone),
        left=sum(entry.size for entry in there) - sum(entry.size for entry in gone),
    )


def _chosen(there: Sequence[CacheEntry], limit: Limit, now: int) -> Sequence[CacheEntry]:
    """What goes, the longest unused first."""
    ordered = sorted(there, key=lambda entry: (entry.used, entry.path))
    if limit.days is None and limit.size is None:
        return ordered
    oldest = 0 if limit.days is None else now - limit.days * _DAY
    left = sum(entry.size for entry in ordered)
    gone: list[CacheEntry] = []
    for entry in ordered:
        too_much = limit.size is not None and left > limit.size
        if entry.used >= oldest and not too_much:
            break
        gone.append(entry)
        left -= entry.size
    return gone


def entries(cache: PurePath, files: Files) -> Iterator[CacheEntry]:
    """Everything in the cache that can be dropped by itself."""
    for top in _folders(cache, files):
        inner = _INNER.get(top, ())
        for name in files.names(cache / top):
            if name in inner or (
                top.startswith(_SHARDED) and _is_folder(cache / top / name, files)
            ):
                for each in files.names(cache / top / name):
                    yield _entry(cache, f"{top}/{name}/{each}", files)
            else:
                yield _entry(cache, f"{top}/{name}", files)


def _folders(cache: PurePath, files: Files) -> Iterator[str]:
    there = (name for name in files.names(cache) if name != LOCKS)
    return (name for name in there if _is_folder(cache / name, files))


def _is_folder(path: PurePath, files: Files) -> bool:
    state = files.state(path)
    return state is not None and state.kind == "directory"


def _entry(cache: PurePath, path: str, files: Files) -> CacheEntry:
    state = files.state(cache / path)
    if state is None:
        return CacheEntry(path=path, size=0, used=0)
    size = _size(cache / path, state, files)
    return CacheEntry(path=path, size=size, used=state.mtime)


def _size(path: PurePath, state: FileState, files: Files) -> int:
    if state.kind != "directory":
        return state.size
    return sum(inner.size for _, inner in files.walk(path) if inner.kind == "file")


def verify(cache: PurePath, services: Services) -> int:
    """Compare what the cache has hashes of with these, and return how many entries that were.

    What is damaged is dropped. Raises `IntegrityError` that lists it.
    """
    files = services.files
    with services.cache_lock.alone():
        checked = tuple(_checked(cache, services))
        damaged = [path for path, whole in checked if not whole]
        for path in damaged:
            files.remove(cache / path)
    if not damaged:
        return len(checked)
    shown = [f"`{path}`" for path in damaged[:_SHOWN]]
    if len(damaged) > _SHOWN:
        shown.append(f"and {len(damaged) - _SHOWN} more")
    noun = "entry" if len(damaged) == 1 else "entries"
    raise IntegrityError(
        f"{len(damaged)} {noun} of the cache `{cache}` differed from what was kept",
        details=shown,
        hints=("they are dropped, and fetched or made again when they are wanted",),
    )


def _checked(cache: PurePath, services: Services) -> Iterator[tuple[str, bool]]:
    """The entries with a hash, each with whether it is whole."""
    files = services.files
    for entry in entries(cache, files):
        top, _, name = entry.path.partition("/")
        if name.rpartition("/")[2].startswith("."):
            continue
        if top == "wheels":
            yield entry.path, not services.store.verify(name)
        elif top == "files":
            yield entry.path, _is_download(cache / entry.path, files)
        elif top == "built" and "/" not in name:
            yield entry.path, _is_built(cache / entry.path, files)


def _is_download(folder: PurePath, files: Files) -> bool:
    names = files.names(folder)
    return bool(names) and all(files.sha256(folder / name) == folder.name for name in names)


def _is_built(folder: PurePath, files: Files) -> bool:
    try:
        manifest = msgspec.json.decode(files.read(folder / BUILT_MANIFEST), type=BuiltWheel)
        wheel = folder / PurePath(manifest.filename).name
        state = files.state(wheel)
        if state is None or (state.kind, state.size) != ("file", manifest.size):
            return False
        if set(files.names(folder)) != {BUILT_MANIFEST, wheel.name}:
            return False
        return files.sha256(wheel) == manifest.sha256
    except (FileNotFoundError, msgspec.DecodeError):
        return False
