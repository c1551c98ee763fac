"""What was made in a part's directory, written down."""

from collections.abc import Iterator

import msgspec

from assembler.errors import PartError
from assembler.execute.site import Site
from assembler.execute.undoing import remembered
from assembler.model.canonical import encode
from assembler.model.layout import Prefix
from assembler.model.manifest import BuiltFile, BuiltPart
from assembler.ports import Files, FileState

_EXECUTABLE = 0o111

# Made when this module is imported: two threads that first decode one type at once can crash.
_record = msgspec.json.Decoder(BuiltPart)


def record(site: Site) -> BuiltPart:
    """Make the modes regular, see what stands in the directory, and write it down.

    The directory counts from then on. Raises `PartError` for what is neither file, directory nor
    link, and for stable paths that lead to nothing.
    """
    files, part = site.tools.files, site.part
    _make_modes_regular(site)
    built = built_part(site, tuple(_built_files(site)))
    _check_exposed(site, built)
    files.sync(site.directory)
    files.replace(site.prefix.record(part.directory), encode(built))
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


def _make_modes_regular(site: Site) -> None:
    files = site.tools.files
    for path, state in list(files.walk(site.directory)):
        executable = state.kind == "directory" or state.mode & _EXECUTABLE
        mode = 0o755 if executable else 0o644
        if state.kind in ("file", "directory") and state.mode != mode:
            files.set_mode(site.directory / path, mode)


def _built_files(site: Site) -> Iterator[BuiltFile]:
    for path, state in site.tools.files.walk(site.directory):
        if state.kind == "other":
            message = f"part `{site.part.name}`: `{path}` is neither file, directory nor link"
            raise PartError(message, origin=site.part.origin)
        yield _built_file(path, state, site)


def _built_file(path: str, state: FileState, site: Site) -> BuiltFile:
    if state.kind == "directory":
        return BuiltFile(path=path, kind=state.kind, mode=state.mode)
    if state.kind == "link":
        return BuiltFile(path=path, kind=state.kind, target=state.target)
    return BuiltFile(
        path=path,
        kind=state.kind,
        sha256=site.tools.files.sha256(site.directory / path),
        size=state.size,
        mode=state.mode,
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
