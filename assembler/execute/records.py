"""What was made in a part's directory, written down."""

from collections.abc import Iterator
from pathlib import PurePath
from threading import Lock

import msgspec

from assembler.errors import PartError
from assembler.execute.site import Site
from assembler.execute.undoing import remembered
from assembler.model.canonical import encode
from assembler.model.layout import Prefix
from assembler.model.manifest import BuiltFile, BuiltPart
from assembler.model.step import BuildSource, CheckoutCommit, ExtractArchive, FetchFile, RunCommand
from assembler.ports import Files, FileState

_EXECUTABLE = 0o111
_SLOW = (BuildSource, CheckoutCommit, ExtractArchive, FetchFile, RunCommand)
"""Steps that take longer than writing down that they were performed."""

# Made when this module is imported: two threads that first decode one type at once can crash.
_record = msgspec.json.Decoder(BuiltPart)


class Records:
    """Records of parts that are made; a directory counts once its record is written.

    That takes a while, as all that was made must be able to survive a power cut before: what is
    made in no time is written down together.
    """

    def __init__(self, prefix: Prefix, files: Files) -> None:
        self._prefix = prefix
        self._files = files
        self._made: dict[str, BuiltPart] = {}
        self._lock = Lock()

    def add(self, site: Site, built: BuiltPart) -> None:
        """Write down a part, at once where it takes long to make it again."""
        with self._lock:
            self._made[built.directory] = built
        if site.part.undo or any(isinstance(step, _SLOW) for step in site.part.steps):
            self.write()

    def write(self) -> None:
        """Write down what was made, if anything is not yet."""
        with self._lock:
            made, self._made = self._made, {}
            if made:
                self._files.sync(*(self._prefix.part(directory) for directory in made))
                self._files.replace_all(
                    {self._prefix.record(name): encode(built) for name, built in made.items()}
                )


def described(site: Site) -> BuiltPart:
    """Make the modes in a part's directory regular, and say what stands there.

    Raises `PartError` for what is neither file, directory nor link, and for stable paths that lead
    to nothing.
    """
    built = built_part(site, tuple(_built_files(site)))
    _check_exposed(site, built)
    return built


def built_part(site: Site, files: tuple[BuiltFile, ...]) -> BuiltPart:
    """The part as built, with these files."""
    part = site.part
    return BuiltPart(
        key=part.key,
        recipe=part.recipe,
        directory=part.directory,
        files=files,
        exposed=part.exposed,
        facts=part.facts,
        edges=part.edges,
        store=part.store,
        baked=part.baked,
        remade=part.remade,
        relies_on=part.relies_on,
        live=part.live,
        deployment=part.deployment,
        state=part.state,
        undo=remembered(site),
    )


def recorded(prefix: Prefix, directory: str, files: Files) -> BuiltPart | None:
    """What stands in a part's directory; `None` where it does not count."""
    try:
        return _record.decode(files.read(prefix.record(directory)))
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def _built_files(site: Site) -> Iterator[BuiltFile]:
    directory = site.directory
    for path, state in list(site.tools.files.walk(directory)):
        if state.kind == "other":
            message = f"part `{site.part.name}`: `{path}` is neither file, directory nor link"
            raise PartError(message, origin=site.part.origin)
        yield _built_file(path, state, directory, site.tools.files)


def _built_file(path: str, state: FileState, place: PurePath, files: Files) -> BuiltFile:
    if state.kind == "link":
        return BuiltFile(path=path, kind=state.kind, target=state.target)
    directory = state.kind == "directory"
    mode = 0o755 if directory or state.mode & _EXECUTABLE else 0o644
    if state.mode != mode:
        files.set_mode(place / path, mode)
    if directory:
        return BuiltFile(path=path, kind=state.kind, mode=mode)
    return BuiltFile(
        path=path,
        kind=state.kind,
        sha256=files.sha256(place / path),
        size=state.size,
        mode=mode,
        mtime=state.mtime,
    )


def _check_exposed(site: Site, built: BuiltPart) -> None:
    made = {file.path for file in built.files} | {"", "."}
    for path, target in built.exposed.items():
        if target not in made:
            raise PartError(
                f"part `{site.part.name}`: there is no `{target}` to show as `{path}`",
                origin=site.part.origin,
            )
