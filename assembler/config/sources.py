"""What `[sources]` says, checked."""

import re
from collections.abc import Iterator
from urllib.parse import SplitResult, urlsplit

import msgspec

from assembler.config.convert import Converter
from assembler.config.keys import dotted, is_distribution_name, normalised
from assembler.config.node import Node
from assembler.config.tables import ArchiveEntry, NamedSource, PathSource, RepositoryEntry
from assembler.errors import AssemblerError, ConfigurationError
from assembler.model.project import SourceTree
from assembler.model.relative import relative_path
from assembler.model.sources import (
    REPOSITORY_SCHEMES,
    SourceArchive,
    SourceRepository,
    archive_name,
    is_archive,
    is_repository,
    is_revision,
)

_PATH = re.compile(r"^\.|[/*?\[\]]")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SCP = re.compile(r"(?P<host>[\w.-]+@[\w.-]+):(?P<path>[^/].*)")
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
        if _PATH.search(key):
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
        if not self._is_url(url, entry, "url", _ARCHIVE_SCHEMES):
            return
        if not is_archive(archive_name(url)):
            hints = ("its name must end with `.whl`, `.tar.gz` or `.zip`",)
            self._fault(f"`{url}` is no wheel and no sdist", entry, hints, key="url")
        if table.sha256 is not None and not _SHA256.fullmatch(table.sha256):
            self._fault(f"`{table.sha256}` is no sha256", entry, (), key="sha256")
        self.archives.append(
            SourceArchive(name=name, url=url, sha256=table.sha256, origin=entry.key_origin)
        )

    def _repository(self, name: str, entry: Node, label: str) -> None:
        table = self._converter.record(entry, RepositoryEntry, label)
        if table is None:
            return
        schemes = (*REPOSITORY_SCHEMES, *(("http",) if is_repository(table.git) else ()))
        if not self._is_url(table.git, entry, "git", schemes):
            return
        if table.rev is not None and not is_revision(table.rev):
            hints = ("write a branch, a tag or a commit",)
            self._fault(f"`{table.rev}` is no revision", entry, hints, key="rev")
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

    def _is_url(self, url: str, entry: Node, key: str, schemes: tuple[str, ...]) -> bool:
        faults = list(_url_faults(url, entry.table[key], schemes))
        self._faults += faults
        return not faults

    def _fault(self, message: str, entry: Node, hints: tuple[str, ...], *, key: str | None) -> None:
        origin = entry.table[key].origin if key else entry.key_origin
        self._faults.append(ConfigurationError(message, origin=origin, hints=hints))


def _url_faults(url: str, node: Node, schemes: tuple[str, ...]) -> Iterator[AssemblerError]:
    listed = ", ".join(f"`{scheme}://`" for scheme in schemes)
    hints = (f"it begins with one of {listed}",)
    if scp := _SCP.fullmatch(url):
        hints = (f"write `ssh://{scp['host']}/{scp['path']}`",)
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    local = parts.scheme == "file" and parts.path.startswith("/")
    if parts.scheme not in schemes or not (parts.netloc or local) or re.search(r"\s", url):
        yield ConfigurationError(f"`{url}` is no URL", origin=node.origin, hints=hints)
    elif _holds_credentials(parts):
        where = msgspec.structs.replace(node.origin, excerpt="")
        hints = ("keep them in `~/.netrc` or in git's credential helper",)
        message = "a URL in the file can't hold credentials"
        yield ConfigurationError(message, origin=where, hints=hints)


def _holds_credentials(parts: SplitResult) -> bool:
    """Whether there is a password, or a user name where it may be a token."""
    return parts.password is not None or (parts.username is not None and parts.scheme != "ssh")
