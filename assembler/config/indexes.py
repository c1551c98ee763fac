"""What `[index]` says, checked."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import msgspec
from packaging.markers import InvalidMarker, Marker

from assembler.config.convert import Converter
from assembler.config.defaults import DEFAULT_FILES, DEFAULT_INDEX
from assembler.config.hosts import host_faults
from assembler.config.keys import dotted, normalised
from assembler.config.node import Node
from assembler.config.tables import IndexTable
from assembler.config.upload_times import rule
from assembler.errors import AssemblerError, ConfigurationError
from assembler.model.project import IndexRoute

_SCHEMES = ("https", "http", "file")
_QUOTED = r"'[^']*'|\"[^\"]*\""
_NOT_OF_THE_PLATFORM = (
    r"\b(python_version|python_full_version|implementation_version|extras?|dependency_groups)\b"
)


class Indexes:
    """Reads one route an index, collecting faults in the converter; exactly one is the default."""

    def __init__(self, root: Node, converter: Converter) -> None:
        self._node = root.child("index")
        self._converter = converter

    def read(self) -> tuple[IndexRoute, ...]:
        """All of them, in the order of the file."""
        found: list[IndexRoute] = []
        for name, entry in self._node.table.items() if self._node else ():
            table = self._converter.record(entry, IndexTable, f"`{dotted(entry.path)}`")
            if table is not None:
                self._converter.faults += _faults(table, entry)
                found.append(_route(name, table, entry, self._converter.faults))
        self._converter.faults += _second_defaults(found)
        self._converter.faults += _two_rules(found)
        return tuple(found)


def _route(name: str, table: IndexTable, entry: Node, faults: list[AssemblerError]) -> IndexRoute:
    flat = table.format == "flat"
    url = table.url if flat else table.url.rstrip("/") + "/"
    uploads, node = table.exclude_newer, entry.table.get("exclude-newer", entry)
    return IndexRoute(
        name=name,
        url=url,
        only=tuple(normalised(pattern) for pattern in table.only),
        default=table.default,
        marker=" ".join(table.marker.split()),
        flat=flat,
        files=(*table.files, *(DEFAULT_FILES if url == DEFAULT_INDEX else ())),
        insecure=table.insecure,
        exclude_newer=None if uploads is None else rule(uploads, node, faults),
        upload_time=table.upload_time,
        origin=entry.key_origin,
    )


def _faults(table: IndexTable, entry: Node) -> Iterator[ConfigurationError]:
    yield from _faults_of_names(table, entry)
    yield from _faults_of_url(table, entry)
    yield from host_faults(table.files, entry)
    if table.marker:
        yield from _faults_of_marker(table, entry)


def _second_defaults(routes: list[IndexRoute]) -> Iterator[ConfigurationError]:
    defaults = [route for route in routes if route.default]
    for other in defaults[1:]:
        message = f"the indexes `{defaults[0].name}` and `{other.name}` are both the default"
        hints = ('give one of them `only = ["…"]` instead of `default = true`',)
        yield ConfigurationError(message, origin=other.origin, hints=hints)


def _two_rules(routes: list[IndexRoute]) -> Iterator[ConfigurationError]:
    seen: dict[str, IndexRoute] = {}
    for route in routes:
        other = seen.setdefault(route.url, route)
        said = [(each.exclude_newer, each.upload_time) for each in (route, other)]
        if said[0] != said[1]:
            message = f"`{other.name}` and `{route.name}` are one index, with two `exclude-newer`"
            hints = ("say the same in both",)
            yield ConfigurationError(message, origin=route.origin, hints=hints)


def _faults_of_names(table: IndexTable, node: Node) -> Iterator[ConfigurationError]:
    written = dotted(node.path)
    if table.default and table.only:
        message = f"`{written}` is the default index and has `only`"
        hints = ("take away one of the two",)
        yield ConfigurationError(message, origin=node.key_origin, hints=hints)
    elif not table.default and not table.only:
        message = f"`{written}` says neither `only` nor `default`"
        names = 'add `only = ["NAME-*"]`: these names come from here and from nowhere else'
        default = "or add `default = true`: it takes the place of PyPI"
        yield ConfigurationError(message, origin=node.key_origin, hints=(names, default))


def _faults_of_url(table: IndexTable, node: Node) -> Iterator[ConfigurationError]:
    origin, url = node.table["url"].origin, table.url
    try:
        parts = urlsplit(url)
    except ValueError as error:
        yield ConfigurationError(f"`{url}` is no URL: {error}", origin=origin)
        return
    if parts.scheme not in _SCHEMES or not (parts.netloc or parts.scheme == "file"):
        hints = ("write for example `https://pypi.acme.example/simple/`",)
        yield ConfigurationError(f"`{url}` is no URL of an index", origin=origin, hints=hints)
    elif parts.username is not None or parts.password is not None:
        name = re.sub(r"\W", "_", dotted(node.path[-1:])).upper()
        hint = f"set ASSEMBLER_INDEX_{name}_USERNAME and ASSEMBLER_INDEX_{name}_PASSWORD"
        message = "a URL in the file can't hold credentials"
        where = msgspec.structs.replace(origin, excerpt="")
        yield ConfigurationError(message, origin=where, hints=(hint,))
    elif table.insecure and parts.scheme != "http":
        message = f"`insecure` is about plain http, and does nothing for `{url}`"
        hints = ("take it away",)
        yield ConfigurationError(message, origin=node.table["insecure"].key_origin, hints=hints)


def _faults_of_marker(table: IndexTable, node: Node) -> Iterator[ConfigurationError]:
    origin, marker = node.table["marker"].origin, table.marker
    try:
        Marker(marker)
    except InvalidMarker:
        hints = ("write for example `sys_platform == 'linux'`",)
        yield ConfigurationError(f"`{marker}` is no marker", origin=origin, hints=hints)
        return
    if found := re.search(_NOT_OF_THE_PLATFORM, re.sub(_QUOTED, "", marker)):
        message = f"`{found[0]}` says nothing of a target, so that no index can depend on it"
        yield ConfigurationError(message, origin=origin)
    if table.default:
        message = "the default index holds for all targets, and can't have a `marker`"
        hints = ("give it `only` instead of `default`",)
        yield ConfigurationError(message, origin=origin, hints=hints)
