"""A lock written as text."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import assert_never

import msgspec

from assembler.lock.document import LOCK_VERSION, SCHEMA
from assembler.lock.entries import Entry, canonical, entries
from assembler.lock.instants import instant
from assembler.lock.markers import entry_marker, grid
from assembler.lock.platforms import environments
from assembler.lock.references import Book, book, references
from assembler.lock.remarks import remarks, unversioned
from assembler.lock.toml import TomlValue, array, key, table, value
from assembler.model.distribution import DistributionFile
from assembler.model.lock import Lock, ProgramInputs
from assembler.model.resolution import Cell, Pin
from assembler.model.sources import ArchiveSource, FixedSource, RepositorySource


def dumps(lock: Lock, file: str = "pylock.toml") -> str:
    """Write a lock; equal locks give equal bytes. `file` is its name in the comment at the top."""
    return written(canonical(lock), file)


def written(lock: Lock, file: str) -> str:
    """Write a lock that is in its canonical form."""
    return "\n".join((*_comment(lock, file), *_head(lock), *_packages(lock), *_tool(lock), ""))


def _comment(lock: Lock, file: str) -> Iterator[str]:
    programs = sorted(lock.inputs)
    yield "# Written by `assemble lock`; to change it, change the assembly file and lock again."
    if not programs:
        return
    yield "# Each program is a dependency group, which other tools install as well:"
    for program in programs:
        unhashed = " --no-require-hashes" if _unhashed(lock.inputs[program]) else ""
        yield f"#     uv pip sync --preview --group {program} {file}"
        yield f"#     pip install --no-deps{unhashed} --group {file}:{program}"
    if len(programs) > 1:
        yield "# They must be told the group: without one they install nothing."


def _unhashed(inputs: ProgramInputs) -> bool:
    return bool(inputs.sources or inputs.repositories)


def _head(lock: Lock) -> Iterator[str]:
    programs = sorted(lock.inputs)
    yield ""
    yield from table({"lock-version": LOCK_VERSION})
    yield f"environments = {array(environments(grid(lock).platforms))}"
    yield f"dependency-groups = {array(programs)}"
    yield from table(
        {
            "default-groups": programs if len(programs) == 1 else [],
            "created-by": "assembler",
        }
    )
    if not any(lock.cells.values()):
        yield "packages = []"


def _packages(lock: Lock) -> Iterator[str]:
    known, found = grid(lock), entries(lock)
    names = book(lock, found)
    markers: dict[tuple[Cell, ...], str] = {}
    for entry in found:
        cells = tuple(entry.cells)
        if cells not in markers:
            markers[cells] = entry_marker(cells, known)
        yield ""
        yield "[[packages]]"
        yield from _package(entry, markers[cells], names)


def _package(entry: Entry, marker: str, names: Book) -> Iterator[str]:
    pin, said = entry.pin, references(entry, names)
    yield from table({"name": pin.name} | ({} if unversioned(pin) else {"version": pin.version}))
    yield from table({"marker": marker})
    if pin.index is not None:
        yield from table({"index": pin.index})
    if said:
        yield f"dependencies = {array([msgspec.to_builtins(reference) for reference in said])}"
    yield from source(pin)
    if remark := msgspec.to_builtins(remarks(entry, said, names)):
        yield "[packages.tool.assembler]"
        yield from table(remark)


def source(pin: Pin) -> Iterator[str]:
    """Write where the files of a pin are."""
    if pin.tree:
        yield from table({"directory": {"path": pin.tree.path, "editable": pin.tree.editable}})
    if pin.fixed:
        yield from table(_fixed(pin.fixed))
    if pin.sdist:
        yield from table({"sdist": _file(pin.sdist)})
    if pin.wheels:
        yield f"wheels = {array([_file(wheel) for wheel in pin.wheels])}"


def _fixed(source: FixedSource) -> Mapping[str, TomlValue]:
    match source:
        case ArchiveSource():
            place = "url" if source.url else "path"
            hashes = {"sha256": source.sha256}
            return {"archive": {place: source.place, "size": source.size, "hashes": hashes}}
        case RepositorySource():
            said = {
                "type": "git",
                "url": source.url,
                "requested-revision": source.rev,
                "commit-id": source.commit,
                "subdirectory": source.subdirectory,
            }
            return {"vcs": {name: text for name, text in said.items() if text}}
        case _:
            assert_never(source)


def _file(file: DistributionFile) -> Mapping[str, TomlValue]:
    written: dict[str, TomlValue] = {"name": file.filename, "url": file.url}
    if file.upload_time and (moment := instant(file.upload_time)):
        written["upload-time"] = moment
    if file.size is not None:
        written["size"] = file.size
    written["hashes"] = {"sha256": file.sha256} if file.sha256 else {}
    return written


def _tool(lock: Lock) -> Iterator[str]:
    yield ""
    yield "[tool.assembler]"
    yield from table({"schema": SCHEMA, "version": lock.created_by})
    if lock.exclude_newer and (moment := instant(lock.exclude_newer)):
        yield from table({"exclude-newer": moment})
    if lock.exclude_newer_rule:
        yield from table({"exclude-newer-rule": lock.exclude_newer_rule})
    if instants := {text: instant(at) for text, at in lock.exclude_newer_instants.items()}:
        yield f"exclude-newer-instants = {value({k: v for k, v in instants.items() if v})}"
    tables: Mapping[str, Sequence[msgspec.Struct]] = {
        "targets": lock.targets,
        "artifacts": lock.artifacts,
        "repositories": lock.repositories,
    }
    for name, items in tables.items():
        for item in items:
            yield from ("", f"[[tool.assembler.{name}]]", *table(_fields(item)))
    for program, inputs in sorted(lock.inputs.items()):
        yield from _inputs(f"tool.assembler.programs.{key(program)}", inputs)


def _inputs(header: str, inputs: ProgramInputs) -> Iterator[str]:
    fields = {name: item for name, item in _fields(inputs).items() if name != "on"}
    yield from ("", f"[{header}]")
    yield from table({name: item for name, item in fields.items() if not isinstance(item, Mapping)})
    for name, item in fields.items():
        if isinstance(item, Mapping):
            yield from ("", f"[{header}.{name}]", *table(dict(sorted(item.items()))))
    for target, others in sorted(inputs.on.items()):
        yield from _inputs(f"{header}.on.{key(target)}", others)


def _fields(noun: msgspec.Struct) -> Mapping[str, TomlValue]:
    """The fields of a noun that it must have or that are not empty, in the order of its class."""
    required = _required(type(noun))
    return {
        name: item
        for name, item in msgspec.to_builtins(noun).items()
        if name in required or item not in (None, "", [], {}, ())
    }


@cache
def _required(noun: type[msgspec.Struct]) -> frozenset[str]:
    return frozenset(field.name for field in msgspec.structs.fields(noun) if field.required)
