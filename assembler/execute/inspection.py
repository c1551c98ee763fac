"""What stands in a prefix, compared with what was made."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath

from assembler.execute import state
from assembler.execute.stable import names_of, root_links
from assembler.model.layout import STABLE, Prefix
from assembler.model.manifest import BuiltFile, BuiltPart, Damage, Manifest
from assembler.ports import Files, FileState, WheelStore

_CONTENTS = "contents.json"
_HERE = "."


def inspect(prefix: PurePath, manifest: Manifest, files: Files) -> tuple[Damage, ...]:
    """What is damaged, seen without reading files that look untouched.

    One fault a part; stored wheels are only looked for.
    """
    places = Prefix(prefix)
    found = [*_links(places, manifest, files), *state.damage(places, manifest, files)]
    for name, part in manifest.parts.items():
        found += damaged_part(name, part, places, files)
    for key in _keys(manifest):
        if files.state(places.store / key / _CONTENTS) is None:
            found.append(Damage(where="store", owner=key, path=_CONTENTS, missing=True))
    return tuple(found)


def damaged_part(name: str, part: BuiltPart, places: Prefix, files: Files) -> tuple[Damage, ...]:
    """The first fault of a part, if there is one: what is seen now, or was found by verifying."""
    seen = next(_part_faults(name, part, places, files), None)
    if seen is not None:
        return (seen,)
    mark = places.damaged / part.directory
    if files.state(mark) is None:
        return ()
    path = files.read(mark).decode(errors="replace")
    return (Damage(where="part", owner=name, path=path),)


def verify(
    prefix: PurePath, manifest: Manifest, files: Files, store: WheelStore
) -> tuple[Damage, ...]:
    """Everything that is damaged: every file of live parts and stored wheels by its hash.

    Files that do not belong in a part are damage, too, but for bytecode.
    """
    places = Prefix(prefix)
    found = [*_links(places, manifest, files), *state.damage(places, manifest, files)]
    for name, part in manifest.parts.items():
        found += _part_faults(name, part, places, files, read=True)
        found += _strangers(name, part, places, files)
    for key in _keys(manifest):
        for path in store.verify(key, places.store):
            missing = files.state(places.store / key / path) is None
            found.append(Damage(where="store", owner=key, path=path, missing=missing))
    return tuple(sorted(found))


def mark(prefix: PurePath, manifest: Manifest, found: Sequence[Damage], files: Files) -> None:
    """Write down which parts are damaged, so that the next build need not read them to know."""
    places = Prefix(prefix)
    first = {damage.owner: damage.path for damage in reversed(found) if damage.where == "part"}
    for name, path in first.items():
        files.make_directory(places.damaged)
        files.replace(places.damaged / manifest.parts[name].directory, path.encode())


def contents(
    prefix: PurePath, manifest: Manifest, wanted: Mapping[str, Sequence[str]], files: Files
) -> Mapping[str, Mapping[str, bytes]]:
    """The present content of the wanted files of parts, as far as they are there.

    Those of a part are read when they are asked for: of most parts nobody does.
    """
    parts = Prefix(prefix).parts
    directories = {name: parts / part.directory for name, part in manifest.parts.items()}
    return _Contents(directories, wanted, files)


class _Contents(Mapping[str, Mapping[str, bytes]]):
    """Files of directories by part, read when they are asked for."""

    def __init__(
        self,
        directories: Mapping[str, PurePath],
        wanted: Mapping[str, Sequence[str]],
        files: Files,
    ) -> None:
        self._directories = directories
        self._wanted = wanted
        self._files = files

    def __getitem__(self, name: str) -> Mapping[str, bytes]:
        directory = self._directories[name]
        return {
            path: self._files.read(directory / path)
            for path in self._wanted.get(name, ())
            if _is_file(self._files.state(directory / path))
        }

    def __iter__(self) -> Iterator[str]:
        return iter(self._directories)

    def __len__(self) -> int:
        return len(self._directories)


def changed_by_hand(part: BuiltPart, directory: PurePath, files: Files) -> Iterator[str]:
    """The files in a part's directory that others made, but for bytecode, or that have changed."""
    made = {file.path: file for file in part.files}
    for path, there in files.walk(directory):
        file = made.get(path)
        if file is None:
            if there.kind != "directory" and "__pycache__" not in path.split("/"):
                yield path
        elif there.kind == "file" and not _has_content(file, there, directory, files):
            yield path


def _has_content(file: BuiltFile, state: FileState, directory: PurePath, files: Files) -> bool:
    if file.kind != "file" or state.size != file.size:
        return False
    return state.mtime == file.mtime or files.sha256(directory / file.path) == file.sha256


def _is_file(state: FileState | None) -> bool:
    return state is not None and state.kind == "file"


def _keys(manifest: Manifest) -> Sequence[str]:
    return sorted({key for part in manifest.parts.values() for key in part.store})


def _links(places: Prefix, manifest: Manifest, files: Files) -> Iterator[Damage]:
    """Stable paths that do not lead where they should."""
    generation = places.generation(manifest.generation)
    expected = {places.path / name: (name, f"{STABLE}/{name}") for name in names_of(manifest)}
    for path, target in root_links(places, manifest).items():
        expected[generation / "root" / path] = (path, target)
    for name, part in manifest.parts.items():
        expected[generation / "parts" / name] = (name, f"../../../parts/{part.directory}")
    for link, (path, target) in expected.items():
        state = files.state(link)
        if state is None or state.target != target:
            yield Damage(where="prefix", owner="", path=path, missing=state is None)


def _part_faults(
    name: str, part: BuiltPart, places: Prefix, files: Files, *, read: bool = False
) -> Iterator[Damage]:
    directory = places.part(part.directory)
    try:
        there = dict(files.walk(directory))
    except FileNotFoundError:
        yield Damage(where="part", owner=name, path=_HERE, missing=True)
        return
    for file in part.files:
        state = there.get(file.path)
        if state is None:
            yield Damage(where="part", owner=name, path=file.path, missing=True)
        elif not _is_as_made(file, state, directory, files, read=read):
            yield Damage(where="part", owner=name, path=file.path)


def _is_as_made(
    file: BuiltFile, state: FileState, directory: PurePath, files: Files, *, read: bool
) -> bool:
    if state.kind != file.kind or state.target != file.target:
        return False
    if file.kind != "file":
        return True
    if (state.size, state.mode) != (file.size, file.mode):
        return False
    if state.mtime == file.mtime and not read:
        return True
    return files.sha256(directory / file.path) == file.sha256


def _strangers(name: str, part: BuiltPart, places: Prefix, files: Files) -> Iterator[Damage]:
    directory = places.part(part.directory)
    if files.state(directory) is None:
        return
    made = {file.path for file in part.files}
    for path, _ in files.walk(directory):
        if path not in made and "__pycache__" not in path.split("/"):
            yield Damage(where="part", owner=name, path=path)
