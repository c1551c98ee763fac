"""Where distributions come from instead of an index: archives and commits of repositories."""

import re
from typing import TypeAlias
from urllib.parse import unquote, urlsplit

import msgspec

from assembler.origin import Origin

ARCHIVE_SUFFIXES = (".whl", ".tar.gz", ".zip")
REPOSITORY_SCHEMES = ("https", "ssh", "file")
"""How the URLs of repositories begin; also with `http`, where they are on this machine."""

_HERE = frozenset({"localhost", "127.0.0.1", "::1"})

_COMMIT = r"[0-9a-f]{40}|[0-9a-f]{64}"
_REVISION = r"(?!-)[^\x00-\x20\x7f~^:?*\[\\]+"


class SourceArchive(msgspec.Struct, frozen=True, kw_only=True):
    """A wheel or sdist at a URL, as `[sources]` says it; `name` is normalised."""

    name: str
    url: str
    sha256: str | None = None
    origin: Origin


class SourceRepository(msgspec.Struct, frozen=True, kw_only=True):
    """A distribution in a git repository, as `[sources]` says it; `name` is normalised.

    `rev` is a branch, tag or commit, or `None` for the repository's own default; `subdirectory` is
    relative to the repository, empty for its top.
    """

    name: str
    url: str
    rev: str | None = None
    subdirectory: str = ""
    origin: Origin


class ArchiveSource(msgspec.Struct, frozen=True, kw_only=True):
    """A pin's source is one wheel or sdist: at a URL, or a path relative to the lock.

    `size` is in bytes.
    """

    url: str | None = None
    path: str | None = None
    sha256: str
    size: int

    @property
    def place(self) -> str:
        """The URL or the path."""
        return self.url or self.path or ""

    @property
    def filename(self) -> str:
        """The name of the file."""
        return archive_name(self.place)


class RepositorySource(msgspec.Struct, frozen=True, kw_only=True):
    """A pin's source is a commit of a git repository, or a folder in it."""

    url: str
    commit: str
    rev: str | None = None
    subdirectory: str = ""


class ArchiveInput(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A wheel or sdist that is asked for: its URL or path, and its sha256 where that is known.

    `further` are the paths and hashes of more wheels of it, for other machines.
    """

    place: str
    sha256: str = ""
    further: tuple[tuple[str, str], ...] = ()

    @property
    def files(self) -> tuple[tuple[str, str], ...]:
        """Place and hash of each."""
        return ((self.place, self.sha256), *self.further)


class RepositoryInput(msgspec.Struct, frozen=True, kw_only=True):
    """A repository that is asked for, and what of it."""

    url: str
    rev: str = ""
    subdirectory: str = ""


class RepositoryRequest(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """Files of a repository that a part wants: those of a branch, tag or commit.

    Without `rev` it is the repository's default branch.
    """

    url: str
    rev: str = ""
    submodules: bool = False


FixedSource: TypeAlias = ArchiveSource | RepositorySource


def archive_name(place: str) -> str:
    """The file name at the end of a URL or path."""
    path = urlsplit(place).path if "://" in place else place
    return unquote(path.rpartition("/")[2])


def is_archive(path: str) -> bool:
    """Whether a path is that of a wheel or sdist, by its name."""
    return path.endswith(ARCHIVE_SUFFIXES)


def is_repository(url: str) -> bool:
    """Whether a URL may be that of a repository, by its scheme; plain http is for this machine."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    plain = parts.scheme == "http" and parts.hostname in _HERE
    return plain or parts.scheme in REPOSITORY_SCHEMES


def is_commit(text: str) -> bool:
    """Whether a text is the full hash of a commit."""
    return re.fullmatch(_COMMIT, text) is not None


def is_revision(text: str) -> bool:
    """Whether a text may name a branch, tag or commit."""
    return re.fullmatch(_REVISION, text) is not None and ".." not in text and "@{" not in text
