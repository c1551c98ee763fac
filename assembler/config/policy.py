"""What `[assembly]`, `[lock]` and `[index]` say, checked."""

import re
from datetime import datetime
from urllib.parse import urlsplit

import msgspec

from assembler.config.convert import Converter
from assembler.config.defaults import DEFAULT_FILES, DEFAULT_INDEX
from assembler.config.hosts import host_faults
from assembler.config.keys import dotted, is_distribution_name, normalised
from assembler.config.names import fault_of_name
from assembler.config.node import Node
from assembler.config.overrides import overrides
from assembler.config.python import python_fault
from assembler.config.tables import (
    AssemblyTable,
    IndexTable,
    LockTable,
)
from assembler.errors import AssemblerError, ConfigurationError
from assembler.model.project import Constraint, IndexRoute, LockPolicy

_DURATION = re.compile(r"[1-9]\d{0,4} (hours?|days?|weeks?)")
_SCHEMES = ("https", "http", "file")


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
        if table.exclude_newer is not None and not _is_instant(table.exclude_newer):
            message = f"`{table.exclude_newer}` is neither a date nor a duration"
            hints = ('write "2026-10-01", "2026-10-01T12:00:00Z" or "7 days"',)
            origin = node.table["exclude-newer"].origin
            self._faults.append(ConfigurationError(message, origin=origin, hints=hints))
        sdists = ("any",) if table.sdists == "any" else tuple(table.sdists)
        return LockPolicy(
            targets=table.targets,
            constraints=self._constraints(node.child("constraints")),
            overrides=overrides(table.overrides, node.child("overrides"), self._faults),
            exclude_newer=table.exclude_newer,
            prereleases=self._names(table.prereleases, node.child("prereleases"), "*"),
            sdists=self._names(sdists, node.child("sdists"), "any"),
            from_source=self._names(table.from_source, node.child("from-source")),
        )

    def _names(self, names: tuple[str, ...], node: Node | None, every: str = "") -> tuple[str, ...]:
        places = node.value if node and isinstance(node.value, tuple) else ()
        for name, place in zip(names, places, strict=False):
            if name != every and not is_distribution_name(name):
                message = f"`{name}` is no name of a distribution"
                self._faults.append(ConfigurationError(message, origin=place.origin))
        return tuple(normalised(name) if name != every else name for name in names)

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

    def indexes(self) -> tuple[IndexRoute, ...]:
        """`[index]`: one route an index; exactly one of them is the default."""
        node = self._root.child("index")
        found: list[IndexRoute] = []
        for name, entry in node.table.items() if node else ():
            table = self._converter.record(entry, IndexTable, f"`{dotted(entry.path)}`")
            if table is None:
                continue
            fault = _index_fault(name, table, entry) or _url_fault(table.url, entry)
            self._faults += [*([fault] if fault else []), *host_faults(table.files, entry)]
            url = table.url.rstrip("/") + "/"
            found.append(
                IndexRoute(
                    name=name,
                    url=url,
                    only=tuple(normalised(pattern) for pattern in table.only),
                    default=table.default,
                    files=(*table.files, *(DEFAULT_FILES if url == DEFAULT_INDEX else ())),
                    insecure=table.insecure,
                    origin=entry.key_origin,
                )
            )
        self._one_default(found)
        return tuple(found)

    def _one_default(self, routes: list[IndexRoute]) -> None:
        defaults = [route for route in routes if route.default]
        for other in defaults[1:]:
            message = f"the indexes `{defaults[0].name}` and `{other.name}` are both the default"
            hints = ('give one of them `only = ["…"]` instead of `default = true`',)
            self._faults.append(ConfigurationError(message, origin=other.origin, hints=hints))


def _is_instant(text: str) -> bool:
    if _DURATION.fullmatch(text):
        return True
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _prefix_fault(prefix: str, node: Node) -> AssemblerError | None:
    if prefix.strip("./ ") and "\0" not in prefix:
        return None
    message = "the prefix must be a folder of its own"
    return ConfigurationError(message, origin=node.origin, hints=('write `prefix = "build"`',))


def _index_fault(name: str, table: IndexTable, node: Node) -> AssemblerError | None:
    written = dotted(["index", name])
    hints: tuple[str, ...]
    if table.default and table.only:
        message = f"`{written}` is the default index and has `only`"
        hints = ("take away one of the two",)
    elif not table.default and not table.only:
        message = f"`{written}` says neither `only` nor `default`"
        hints = (
            'add `only = ["NAME-*"]`: these names come from here and from nowhere else',
            "or add `default = true`: it takes the place of PyPI",
        )
    else:
        return None
    return ConfigurationError(message, origin=node.key_origin, hints=hints)


def _url_fault(url: str, node: Node) -> AssemblerError | None:
    origin = node.table["url"].origin
    try:
        parts = urlsplit(url)
    except ValueError as error:
        return ConfigurationError(f"`{url}` is no URL: {error}", origin=origin)
    if parts.scheme not in _SCHEMES or not (parts.netloc or parts.scheme == "file"):
        hints = ("write for example `https://pypi.acme.example/simple/`",)
        return ConfigurationError(f"`{url}` is no URL of an index", origin=origin, hints=hints)
    if parts.username is not None or parts.password is not None:
        name = re.sub(r"\W", "_", dotted(node.path[-1:])).upper()
        hint = f"set ASSEMBLER_INDEX_{name}_USERNAME and ASSEMBLER_INDEX_{name}_PASSWORD"
        message = "a URL in the file can't hold credentials"
        where = msgspec.structs.replace(origin, excerpt="")
        return ConfigurationError(message, origin=where, hints=(hint,))
    return None
