"""What `[assembly]` and `[lock]` say, checked."""

import re
from collections.abc import Iterator, Mapping

from assembler.config.convert import Converter
from assembler.config.keys import dotted, is_distribution_name, normalised
from assembler.config.names import fault_of_name
from assembler.config.node import Node
from assembler.config.overrides import overrides
from assembler.config.python import python_fault
from assembler.config.tables import AssemblyTable, LockTable
from assembler.config.upload_times import DEFAULT, rule, rules
from assembler.errors import AssemblerError, ConfigurationError
from assembler.model.project import Constraint, LockPolicy
from assembler.model.upload_times import NEVER

_LOCK = r"pylock(\.[^./]+)?\.toml"


class Policy:
    """Reads the tables that are about the whole assembly, collecting faults in the converter."""

    def __init__(self, root: Node, converter: Converter) -> None:
        self._root = root
        self._converter = converter
        self._faults = converter.faults

    def assembly(self) -> AssemblyTable | None:
        """`[assembly]`, its name, Python and prefix checked."""
        node = self._root.child("assembly")
        if node is None:
            hint = 'begin with `[assembly]`, `name = "…"` and `python = "3.12"`'
            message = "the file has no table `[assembly]`"
            origin = self._root.source.value(())
            self._faults.append(ConfigurationError(message, origin=origin, hints=(hint,)))
            return None
        table = self._converter.record(node, AssemblyTable, "`[assembly]`")
        if table is None:
            return None
        entries = node.table
        found = (
            fault_of_name(table.name, "the assembly", entries["name"].origin),
            python_fault(table.python, entries["python"]),
            _prefix_fault(table.prefix, entries["prefix"]),
        )
        self._faults += [fault for fault in found if fault]
        return table

    def lock(self) -> LockPolicy:
        """`[lock]`, its names normalised."""
        node = self._root.child("lock")
        table = self._converter.record(node, LockTable, "`[lock]`") if node else None
        if node is None or table is None:
            return LockPolicy()
        uploads = self._uploads(table, node)
        default = uploads.pop(DEFAULT, NEVER)
        sdists = ("any",) if table.sdists == "any" else tuple(table.sdists)
        self._faults += list(_file_faults(table.file, node))
        return LockPolicy(
            file=table.file or "",
            targets=table.targets,
            constraints=self._constraints(node.child("constraints")),
            overrides=overrides(table.overrides, node.child("overrides"), self._faults),
            build_constraints=self._constraints(node.child("build-constraints")),
            build_overrides=overrides(
                table.build_overrides, node.child("build-overrides"), self._faults
            ),
            exclude_newer=None if default == NEVER else default,
            exclude_newer_of=uploads,
            prereleases=self._names(table.prereleases, node.child("prereleases"), "*"),
            sdists=self._names(sdists, node.child("sdists"), "any"),
            from_source=self._names(table.from_source, node.child("from-source")),
            unknown_extras=table.unknown_extras,
            resolution=table.resolution,
        )

    def _names(self, names: tuple[str, ...], node: Node | None, every: str = "") -> tuple[str, ...]:
        places = node.value if node and isinstance(node.value, tuple) else ()
        for name, place in zip(names, places, strict=False):
            if name != every and not is_distribution_name(name):
                message = f"`{name}` is no name of a distribution"
                self._faults.append(ConfigurationError(message, origin=place.origin))
        return tuple(normalised(name) if name != every else name for name in names)

    def _uploads(self, table: LockTable, node: Node) -> dict[str, str]:
        """The rules about upload times, that for all under `default`."""
        said, place = table.exclude_newer, node.child("exclude-newer")
        if said is None or place is None:
            return {}
        if isinstance(said, Mapping):
            return dict(rules(said, place, self._faults))
        return {DEFAULT: rule(said, place, self._faults)}

    def _constraints(self, node: Node | None) -> tuple[Constraint, ...]:
        found: dict[str, Constraint] = {}
        places: dict[str, Node] = {}
        for key, value in node.table.items() if node else ():
            name = normalised(key)
            if not is_distribution_name(key):
                message = f"`{key}` is no name of a distribution"
                self._faults.append(ConfigurationError(message, origin=value.key_origin))
            elif name in places and places[name].source is value.source:
                message = f"`{key}` is constrained twice"
                details = (f"`{dotted(places[name].path[-1:])}` is at {places[name].key_origin}",)
                origin = value.key_origin
                self._faults.append(ConfigurationError(message, origin=origin, details=details))
            places[name] = value
            text = value.spelling if value.spelling is not None else value.value
            found[name] = Constraint(name, str(text).strip(), value.origin)
        return tuple(constraint for constraint in found.values() if constraint.specifier)


def _file_faults(file: str | None, lock: Node) -> Iterator[AssemblerError]:
    if file is not None and not re.fullmatch(_LOCK, file):
        yield ConfigurationError(
            f"`{file}` is no name of a lock beside the assembly file",
            origin=lock.table["file"].origin,
            hints=("write `pylock.toml`, or `pylock.NAME.toml` for the lock of `NAME.toml`",),
        )


def _prefix_fault(prefix: str, node: Node) -> AssemblerError | None:
    if prefix.strip("./ ") and "\0" not in prefix:
        return None
    message = "the prefix must be a folder of its own"
    return ConfigurationError(message, origin=node.origin, hints=('write `prefix = "build"`',))
