"""What must be true of a lock that nobody tampered with."""

import re
from urllib.parse import urlsplit

from packaging.utils import is_normalized_name, parse_sdist_filename
from packaging.version import Version

from assembler.errors import IntegrityError
from assembler.lock.cells import base_range
from assembler.lock.document import (
    SHA256,
    ArchiveTable,
    EntryTable,
    FileTable,
    LockDocument,
    VcsTable,
)
from assembler.lock.platforms import environments, platforms
from assembler.lock.ranks import wheel_name
from assembler.model.lock import LockedArtifact, LockedRepository
from assembler.model.paths import UnsafePathError, safe_relpath
from assembler.model.sources import (
    archive_name,
    is_archive,
    is_commit,
    is_repository,
    is_revision,
)
from assembler.model.target import Target
from assembler.origin import Origin

_SCHEMES = frozenset({"http", "https", "file"})
_SAFE_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+!-]{0,254}")
PLAIN_URL = re.compile(r"https://[A-Za-z0-9.-]+/[!-~]*")
_SPACE = re.compile(r"\s")
_DRIVE = r"[A-Za-z]:"
_LIBC = {
    "linux": frozenset({"glibc", "musl"}),
    "macos": frozenset({""}),
    "windows": frozenset({""}),
}
_MACHINES = frozenset({"x86_64", "aarch64", "arm64"})
_MAJOR_AND_MINOR = 2


def check_lock(document: LockDocument, origin: Origin) -> None:
    """Check what the lock says of itself. Raises `IntegrityError`."""
    ours = document.tool.assembler
    if sorted(document.dependency_groups) != sorted(ours.programs):
        raise IntegrityError(
            "`dependency-groups` and `tool.assembler.programs` name other programs", origin=origin
        )
    for name in ours.programs:
        _check_name(name, origin)
    names = [target.name for target in ours.targets]
    for target in ours.targets:
        if names.count(target.name) > 1 or not _is_machine(target):
            raise IntegrityError(f"target `{target.name}` is no machine", origin=origin)
    if document.environments != environments(platforms(ours.targets)):
        raise IntegrityError(
            "`environments` and `tool.assembler.targets` describe other machines", origin=origin
        )
    for artifact in ours.artifacts:
        _check_artifact(artifact, origin)
    for repository in ours.repositories:
        _check_repository(repository, origin)


def check_entry(entry: EntryTable, origin: Origin) -> None:
    """Check one entry by itself. Raises `IntegrityError`."""
    _check_name(entry.name, origin)
    version = _version(entry, origin)
    files = [*entry.wheels, *([entry.sdist] if entry.sdist else [])]
    sources = [bool(source) for source in (entry.directory, entry.archive, entry.vcs, files)]
    if sources.count(True) != 1:
        words = "several sources" if any(sources) else "neither a file nor another source"
        raise IntegrityError(f"`{entry.name}` has {words}", origin=origin)
    _check_source(entry, origin)
    if entry.index is not None:
        _check_url(entry.index, origin)
    for file in files:
        _check_file(file, origin)
    for wheel in entry.wheels:
        _check_says(wheel, _wheel(wheel, origin), (entry.name, version), origin)
    if entry.sdist:
        _check_says(entry.sdist, _sdist(entry.sdist, origin), (entry.name, version), origin)


def _check_source(entry: EntryTable, origin: Origin) -> None:
    if entry.directory:
        _check_path(entry.directory.path, origin)
    if entry.archive:
        _check_archive(entry.archive, origin)
    if entry.vcs:
        _check_vcs(entry.vcs, origin)


def _check_archive(archive: ArchiveTable, origin: Origin) -> None:
    place = archive.url or archive.path or ""
    if bool(archive.url) == bool(archive.path) or not is_archive(archive_name(place)):
        raise IntegrityError(f"`{place}` is no wheel and no sdist", origin=origin)
    if not _SAFE_FILE.fullmatch(archive_name(place)):
        raise IntegrityError(f"`{archive_name(place)}` is no file name", origin=origin)
    if archive.url:
        _check_url(archive.url, origin)
    if archive.path:
        _check_path(archive.path, origin)


def _check_vcs(vcs: VcsTable, origin: Origin) -> None:
    _check_commit(vcs.url, vcs.requested_revision, vcs.commit_id, origin)
    if vcs.subdirectory:
        _check_path(vcs.subdirectory, origin)
        if ".." in vcs.subdirectory.split("/"):
            raise IntegrityError(f"`{vcs.subdirectory}` leads out of its repository", origin=origin)


def _check_repository(repository: LockedRepository, origin: Origin) -> None:
    _check_commit(repository.url, repository.rev or None, repository.commit, origin)
    for module in repository.modules:
        _check_commit(module.url, None, module.commit, origin)
        try:
            safe_relpath(module.path)
        except UnsafePathError as error:
            raise IntegrityError(f"the path {error}", origin=origin) from error


def _check_commit(url: str, rev: str | None, commit: str, origin: Origin) -> None:
    if not is_repository(url) or _SPACE.search(url):
        raise IntegrityError(f"`{url}` is no URL of a repository", origin=origin)
    if not is_commit(commit):
        raise IntegrityError(f"`{commit}` is no commit", origin=origin)
    if rev is not None and not is_revision(rev):
        raise IntegrityError(f"`{rev}` is no revision", origin=origin)


def _check_name(name: str, origin: Origin) -> None:
    if not is_normalized_name(name):
        raise IntegrityError(f"`{name}` is no normalised name", origin=origin)


def _version(entry: EntryTable, origin: Origin) -> Version:
    text = entry.version or entry.tool.assembler.version or ""
    try:
        return Version(text)
    except ValueError as error:
        raise IntegrityError(f"`{entry.name}` has no version: `{text}`", origin=origin) from error


def _is_machine(target: Target) -> bool:
    return (
        target.libc in _LIBC.get(target.system, ())
        and target.machine in _MACHINES
        and (target.system == "windows" or len(target.oldest) == _MAJOR_AND_MINOR)
        and (not target.python or base_range(target.python) is not None)
    )


def _check_artifact(artifact: LockedArtifact, origin: Origin) -> None:
    _check_url(artifact.url, origin)
    if not re.fullmatch(SHA256, artifact.sha256) or artifact.size < 0:
        raise IntegrityError(f"`{artifact.url}` has no sha256 or no size", origin=origin)


def _check_path(path: str, origin: Origin) -> None:
    if not path or path.startswith("/") or re.match(_DRIVE, path) or "\\" in path:
        raise IntegrityError(f"`{path}` is not relative to the lock", origin=origin)


def _check_file(file: FileTable, origin: Origin) -> None:
    if not _SAFE_FILE.fullmatch(file.name):
        raise IntegrityError(f"`{file.name}` is no file name", origin=origin)
    _check_url(file.url, origin)


def _check_url(url: str, origin: Origin) -> None:
    if PLAIN_URL.fullmatch(url):
        return
    try:
        parts = urlsplit(url)
        scheme, host = parts.scheme, parts.hostname
    except ValueError:
        scheme, host = "", None
    if scheme not in _SCHEMES or _SPACE.search(url) or (scheme != "file" and not host):
        raise IntegrityError(
            f"`{url}` is not a URL that files are taken from (https, http or file)", origin=origin
        )


def _wheel(file: FileTable, origin: Origin) -> tuple[str, Version]:
    try:
        name, version, _ = wheel_name(file.name)
    except ValueError as error:
        raise IntegrityError(f"`{file.name}` is no wheel's name", origin=origin) from error
    return name, version


def _sdist(file: FileTable, origin: Origin) -> tuple[str, Version]:
    try:
        return parse_sdist_filename(file.name)
    except ValueError as error:
        raise IntegrityError(f"`{file.name}` is no sdist's name", origin=origin) from error


def _check_says(
    file: FileTable, said: tuple[str, Version], wanted: tuple[str, Version], origin: Origin
) -> None:
    if said != wanted:
        raise IntegrityError(f"`{file.name}` is not `{wanted[0]}` {wanted[1]}", origin=origin)
