"""The text of a lock made into a value: nothing in it is trusted."""

from collections.abc import Mapping, Sequence

from assembler.errors import IntegrityError, LockError
from assembler.lock.cells import MarkerError, Served, base_range, cells_of_entries
from assembler.lock.characters import check_characters, is_plain
from assembler.lock.checks import check_entry, check_lock
from assembler.lock.document import (
    RELOCK,
    EntryTable,
    FileTable,
    LockDocument,
    entry_origins,
    parse,
    toml,
)
from assembler.lock.instants import written
from assembler.lock.references import Said
from assembler.lock.remarks import cell_label
from assembler.model.distribution import DistributionFile
from assembler.model.lock import Lock, ProgramInputs
from assembler.model.resolution import Cell, Pin, TreeSource
from assembler.model.sources import (
    ArchiveSource,
    FixedSource,
    RepositoryInput,
    RepositorySource,
)
from assembler.origin import Origin


def loads(text: str, file: str) -> Lock:
    """Read a lock that `dumps` wrote; what it says is checked, not trusted.

    Raises `LockError` for text that is no lock of ours, and `IntegrityError` for one that was
    tampered with; both name the place in `file`.
    """
    return read(parse(toml(text, file), text, file), text, file)


def read(document: LockDocument, text: str, file: str) -> Lock:
    """Read a lock whose text says this document; see `loads`."""
    origins = entry_origins(text, file, len(document.packages))
    _check(document, origins, file, plain=is_plain(text))
    ours = document.tool.assembler
    return Lock(
        created_by=ours.version,
        targets=ours.targets,
        exclude_newer=written(ours.exclude_newer) if ours.exclude_newer else None,
        exclude_newer_rule=ours.exclude_newer_rule,
        exclude_newer_instants={
            rule: written(at) for rule, at in ours.exclude_newer_instants.items()
        },
        inputs=ours.programs,
        cells=_cells(document, origins, file),
        artifacts=ours.artifacts,
        repositories=ours.repositories,
    )


def _check(document: LockDocument, origins: Sequence[Origin], file: str, *, plain: bool) -> None:
    """Check all that the lock says; `plain` is whether its text can hold no control characters."""
    whole = Origin(file=file)
    if not plain:
        check_characters(document.tool.assembler, whole)
    check_lock(document, whole)
    for entry, origin in zip(document.packages, origins, strict=True):
        if not plain:
            check_characters(entry, origin)
        check_entry(entry, origin)


def _cells(
    document: LockDocument, origins: Sequence[Origin], file: str
) -> Mapping[Cell, tuple[Pin, ...]]:
    packages = document.packages
    pins = [_pin(entry) for entry in packages]
    told = [Said(entry.dependencies) for entry in packages]
    programs = document.tool.assembler.programs
    known: dict[tuple[int, tuple[str, ...], str], Pin] = {}
    cells: dict[Cell, tuple[Pin, ...]] = {}
    for cell, places in _entries_by_cell(document, origins, file).items():
        by_name: dict[str, Pin] = {}
        inputs = programs[cell.program].on_target(cell.target)
        for place in places:
            pin = pins[place]
            if other := by_name.get(pin.name):
                raise _twice(cell, other, pin, origins[place])
            by_name[pin.name] = pin
            _check_source(pin, inputs, origins[place])
        ordered = sorted(places, key=lambda place: pins[place].name)
        said = [(place, *_said(packages[place], told[place], cell, by_name)) for place in ordered]
        for one in said:
            if one not in known:
                known[one] = _in_cell(pins[one[0]], *one[1:])
        cells[cell] = tuple(known[one] for one in said)
    return cells


def _entries_by_cell(
    document: LockDocument, origins: Sequence[Origin], file: str
) -> Mapping[Cell, tuple[int, ...]]:
    ours = document.tool.assembler
    markers = [entry.marker for entry in document.packages]
    try:
        return cells_of_entries(_served(document, file), ours.targets, markers)
    except MarkerError as error:
        marker = str(error)
        raise LockError(
            f"`{file}` is damaged: `{marker}` is no marker",
            origin=origins[markers.index(marker)],
            hints=(RELOCK,),
        ) from error


def _served(document: LockDocument, file: str) -> Mapping[str, Served]:
    found: dict[str, Served] = {}
    for program, inputs in document.tool.assembler.programs.items():
        patches = base_range(inputs.python)
        if patches is None:
            raise LockError(
                f"`{file}` is damaged: `{inputs.python}` is no Python version",
                origin=Origin(file=file, key=f"tool.assembler.programs.{program}.python"),
                hints=(RELOCK,),
            )
        found[program] = Served(patches, inputs.targets)
    return found


def _twice(cell: Cell, one: Pin, other: Pin, origin: Origin) -> IntegrityError:
    return IntegrityError(
        f"`{other.name}` is locked twice for `{cell.program}` on `{cell.target}`: "
        f"{one.version} and {other.version}",
        origin=origin,
        hints=(RELOCK,),
    )


def _check_source(pin: Pin, inputs: ProgramInputs, origin: Origin) -> None:
    source = inputs.sources.get(pin.name)
    wanted = TreeSource(path=source.path, editable=source.editable) if source else None
    if pin.tree != wanted or not _asked_for(pin, inputs):
        place = f"`{_place(pin)}`" if pin.tree or pin.fixed else "an index"
        raise IntegrityError(
            f"`{pin.name}` comes from {place}, which its program's sources do not say",
            origin=origin,
        )


def _place(pin: Pin) -> str:
    match pin.fixed:
        case ArchiveSource():
            return pin.fixed.place
        case RepositorySource():
            return pin.fixed.url
        case None:
            return pin.tree.path if pin.tree else ""


def _asked_for(pin: Pin, inputs: ProgramInputs) -> bool:
    """Whether an archive or commit is what the program's sources say, and there if they do."""
    archive, repository = inputs.archives.get(pin.name), inputs.repositories.get(pin.name)
    match pin.fixed:
        case ArchiveSource(sha256=sha256):
            files = archive.files if archive else ()
            return bool({(pin.fixed.place, ""), (pin.fixed.place, sha256)}.intersection(files))
        case RepositorySource(url=url, rev=rev, subdirectory=folder):
            return repository == RepositoryInput(url=url, rev=rev or "", subdirectory=folder)
        case None:
            return archive is None and repository is None


def _pin(entry: EntryTable) -> Pin:
    return Pin(
        name=entry.name,
        version=entry.version or entry.tool.assembler.version or "",
        index=entry.index,
        wheels=tuple(map(_file, entry.wheels)),
        sdist=_file(entry.sdist) if entry.sdist else None,
        tree=entry.directory,
        fixed=_fixed(entry),
    )


def _fixed(entry: EntryTable) -> FixedSource | None:
    if archive := entry.archive:
        return ArchiveSource(
            url=archive.url, path=archive.path, sha256=archive.hashes.sha256, size=archive.size
        )
    if vcs := entry.vcs:
        return RepositorySource(
            url=vcs.url,
            commit=vcs.commit_id,
            rev=vcs.requested_revision,
            subdirectory=vcs.subdirectory,
        )
    return None


def _file(table: FileTable) -> DistributionFile:
    return DistributionFile(
        filename=table.name,
        url=table.url,
        sha256=table.hashes.sha256,
        size=table.size,
        upload_time=written(table.upload_time) if table.upload_time else None,
    )


def _said(
    entry: EntryTable, told: Said, cell: Cell, pins: Mapping[str, Pin]
) -> tuple[tuple[str, ...], str]:
    """What an entry depends on in a cell, and why it was chosen there."""
    remarks = entry.tool.assembler
    odd = remarks.dependencies.get(cell_label(cell)) if remarks.dependencies else None
    found = odd if odd is not None else told.dependencies(pins)
    return found, remarks.because_in(cell)


def _in_cell(pin: Pin, dependencies: tuple[str, ...], because: str) -> Pin:
    return Pin(
        name=pin.name,
        version=pin.version,
        index=pin.index,
        wheels=pin.wheels,
        sdist=pin.sdist,
        tree=pin.tree,
        fixed=pin.fixed,
        dependencies=dependencies,
        because=because,
    )
