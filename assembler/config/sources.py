"""What `[sources]` says, checked."""

import re

from assembler.config.convert import Converter
from assembler.config.keys import dotted, is_distribution_name, normalised
from assembler.config.node import Node
from assembler.config.tables import ArchiveEntry, NamedSource, PathSource, RepositoryEntry
from assembler.errors import ConfigurationError
from assembler.model.project import SourceTree
from assembler.model.relative import relative_path
from assembler.model.source_urls import repository_fault, revision_fault, url_fault
from assembler.model.sources import SourceArchive, SourceRepository, archive_name, is_archive

_PATH = r"^\.|[/*?\[\]]"
_SHA256 = r"[0-9a-f]{64}"
_ARCHIVE_SCHEMES = ("https", "http", "file")


class Sources:
    """Reads `[sources]`, collecting faults in the converter.

    Where a key is a path, the tree's name is empty and looked up on disk later.
    """

    def __init__(self, root: Node, converter: Converter) -> None:
        self._converter = converter
        self._faults = converter.faults
        self.trees: list[SourceTree] = []
        self.archives: list[SourceArchive] = []
        self.repositories: list[SourceRepository] = []
        node = root.child("sources")
        for key, entry in node.table.items() if node else ():
            self._read(key, entry)

    def _read(self, key: str, entry: Node) -> None:
        label = f"`{dotted(entry.path)}`"
        if re.search(_PATH, key):
            if table := self._converter.record(entry, PathSource, label):
                tree = SourceTree(
                    name="", path=key, editable=table.editable, origin=entry.key_origin
                )
                self.trees.append(tree)
        elif not is_distribution_name(key):
            message = f"`{key}` is neither a path nor the name of a distribution"
            hints = (f'write a path with a slash: `"./{key}"`',)
            self._fault(message, entry, hints, key=None)
        elif "git" in entry.table:
            self._repository(normalised(key), entry, label)
        elif "url" in entry.table:
            self._archive(normalised(key), entry, label)
        elif named := self._converter.record(entry, NamedSource, label):
            tree = SourceTree(
                name=normalised(key),
                path=named.path,
                editable=named.editable,
                origin=entry.key_origin,
            )
            self.trees.append(tree)

    def _archive(self, name: str, entry: Node, label: str) -> None:
        table = self._converter.record(entry, ArchiveEntry, label)
        if table is None:
            return
        url = table.url.partition("#")[0]
        if fault := url_fault(url, _ARCHIVE_SCHEMES, entry.table["url"].origin):
            self._faults.append(fault)
            return
        if not is_archive(archive_name(url)):
            hints = ("its name must end with `.whl`, `.tar.gz` or `.zip`",)
            self._fault(f"`{url}` is no wheel and no sdist", entry, hints, key="url")
        if table.sha256 is not None and not re.fullmatch(_SHA256, table.sha256):
            self._fault(f"`{table.sha256}` is no sha256", entry, (), key="sha256")
        self.archives.append(
            SourceArchive(name=name, url=url, sha256=table.sha256, origin=entry.key_origin)
        )

    def _repository(self, name: str, entry: Node, label: str) -> None:
        table = self._converter.record(entry, RepositoryEntry, label)
        if table is None:
            return
        if fault := repository_fault(table.git, entry.table["git"].origin):
            self._faults.append(fault)
            return
        if table.rev is not None and (
            fault := revision_fault(table.rev, entry.table["rev"].origin)
        ):
            self._faults.append(fault)
        folder = ""
        if table.subdirectory is not None:
            try:
                folder = relative_path(table.subdirectory, entry.table["subdirectory"].origin)
            except ConfigurationError as error:
                self._faults.append(error)
        repository = SourceRepository(
            name=name,
            url=table.git,
            rev=table.rev,
            subdirectory=folder,
            origin=entry.key_origin,
        )
        self.repositories.append(repository)

    def _fault(self, message: str, entry: Node, hints: tuple[str, ...], *, key: str | None) -> None:
        origin = entry.table[key].origin if key else entry.key_origin
        self._faults.append(ConfigurationError(message, origin=origin, hints=hints))
