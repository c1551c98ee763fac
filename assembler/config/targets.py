"""What `[targets]` says, checked, and the names of targets in `lock.targets`."""

import re
from collections.abc import Iterator, Mapping

import msgspec

from assembler.config.convert import Converter
from assembler.config.keys import dotted, nearest
from assembler.config.names import fault_of_name
from assembler.config.node import Node
from assembler.config.python import python_fault
from assembler.config.tables import TargetTable
from assembler.errors import AssemblerError, ConfigurationError
from assembler.model.platforms import PLATFORMS, marker_environment, target_named
from assembler.model.target import Target, Version

_OF_PYTHON = frozenset(
    {"python_version", "python_full_version", "implementation_version", "implementation_name"}
)
_OLDEST = {
    "glibc": (r"2\.\d{1,3}", "2.28"),
    "musl": (r"1\.\d{1,3}", "1.2"),
    "macos": (r"\d{2}(\.\d{1,2})?", "12.0"),
}


class Targets:
    """Reads targets of a project's own, collecting faults in the converter."""

    def __init__(self, root: Node, converter: Converter) -> None:
        self._tables = root.child("targets")
        self._named = root.child("lock", "targets")
        self._converter = converter

    def read(self) -> tuple[Target, ...]:
        """All of them, in the order of the file."""
        tables = self._tables.table if self._tables else {}
        found = [self._target(name, node) for name, node in tables.items()]
        own = tuple(target for target in found if target)
        self._check_names(own, tables)
        return own

    def _target(self, name: str, node: Node) -> Target | None:
        table = self._converter.record(node, TargetTable, f"`{dotted(node.path)}`")
        if table is None:
            return None
        faults = list(_faults(name, table, node))
        self._converter.faults += faults
        return None if faults else _made(name, table)

    def _check_names(self, own: tuple[Target, ...], tables: Mapping[str, Node]) -> None:
        nodes = self._named.value if self._named else ()
        for node in nodes if isinstance(nodes, tuple) else ():
            if isinstance(node.value, str) and node.value not in tables:
                try:
                    target_named(node.value, own)
                except ConfigurationError as error:
                    error.origin = node.origin
                    self._converter.faults.append(error)


def _faults(name: str, table: TargetTable, node: Node) -> Iterator[AssemblerError]:
    if fault := fault_of_name(name, "a target", node.key_origin):
        yield fault
    if name in PLATFORMS:
        message = f"`{name}` is the name of a built-in target"
        yield ConfigurationError(message, origin=node.key_origin, hints=("give it another name",))
    if table.python is not None and (fault := python_fault(table.python, node.table["python"])):
        yield fault
    yield from _faults_of_markers(node.table.get("markers"))
    try:
        platform = target_named(table.platform)
    except ConfigurationError as error:
        error.origin = node.table["platform"].origin
        yield error
        return
    yield from _faults_of_system(platform, table, node)


def _faults_of_markers(markers: Node | None) -> Iterator[AssemblerError]:
    known = marker_environment(PLATFORMS["linux-x86_64"], "3.12.0").keys() - _OF_PYTHON
    for variable, node in markers.table.items() if markers else ():
        if variable in _OF_PYTHON:
            message = f"`{variable}` can't be set: a target's `python` says it"
            yield ConfigurationError(message, origin=node.key_origin)
        elif variable not in known:
            message = f"there is no environment marker `{variable}`"
            hints = nearest(variable, sorted(known))
            yield ConfigurationError(message, origin=node.key_origin, hints=hints)


def _faults_of_system(platform: Target, table: TargetTable, node: Node) -> Iterator[AssemblerError]:
    for key, (pattern, example) in _OLDEST.items():
        version = _version(table, key)
        if version is None:
            continue
        origin = node.table[key].origin
        if key != _system(platform):
            message = f"`{platform.name}` has no `{key}`"
            yield ConfigurationError(message, origin=node.table[key].key_origin)
        elif not re.fullmatch(pattern, version):
            message = f"`{version}` is no version of {key} such as `{example}`"
            yield ConfigurationError(message, origin=origin)


def _version(table: TargetTable, key: str) -> str | None:
    return {"glibc": table.glibc, "musl": table.musl, "macos": table.macos}[key]


def _system(platform: Target) -> str:
    """The key that says the oldest system of a platform."""
    return platform.libc or platform.system


def _made(name: str, table: TargetTable) -> Target:
    platform = target_named(table.platform)
    system = _system(platform)
    oldest = _version(table, system) if system in _OLDEST else None
    return msgspec.structs.replace(
        platform,
        name=name,
        oldest=_numbers(oldest) if oldest else platform.oldest,
        markers=table.markers,
        python=table.python or "",
    )


def _numbers(version: str) -> Version:
    major, _, minor = version.partition(".")
    return (int(major), int(minor or 0))
