"""Wheels and sdists that `[sources]` names: at URLs, or files of the project."""

from collections.abc import Iterator, Mapping

import msgspec
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import Version

from assembler.app.services import Services
from assembler.errors import AssemblerError, ConfigurationError, raise_all
from assembler.model.project import Project, SourceTree
from assembler.model.sources import ArchiveInput, archive_name, is_archive
from assembler.origin import Origin

GLOB_CHARACTERS = frozenset("*?[")


class OwnArchive(msgspec.Struct, frozen=True, kw_only=True):
    """A wheel or sdist: its normalised name, its URL or its path in the project, and its sha256.

    The hash of a file of the project is always known. It may be several wheels of one version.
    """

    name: str
    input: ArchiveInput
    local: bool
    origin: Origin


def own_archives(project: Project, services: Services) -> Mapping[str, OwnArchive]:
    """Find the archives, by normalised name. Raises `ConfigurationError` or `Faults`."""
    found: dict[str, OwnArchive] = {
        one.name: OwnArchive(
            name=one.name,
            input=ArchiveInput(place=one.url, sha256=one.sha256 or ""),
            local=False,
            origin=one.origin,
        )
        for one in project.archives
    }
    errors: list[AssemblerError] = []
    for source in project.sources:
        for path in _paths(project, source, services) if is_archive(source.path) else ():
            try:
                archive = _local(project, source, path, services)
            except ConfigurationError as error:
                errors.append(error)
                continue
            other = found.get(archive.name)
            if other and not _same_release(archive, other):
                errors.append(_twice(archive, other))
            found[archive.name] = _together(other, archive) if other else archive
    raise_all(errors)
    return found


def _paths(project: Project, source: SourceTree, services: Services) -> Iterator[str]:
    if not GLOB_CHARACTERS & set(source.path):
        yield source.path.removeprefix("./")
        return
    found = services.files.glob(project.folder, source.path)
    if not found:
        services.reporter.warn(f"{source.origin}: no file is `{source.path}`")
    yield from found


def _local(project: Project, source: SourceTree, path: str, services: Services) -> OwnArchive:
    if source.editable:
        raise ConfigurationError(f"`{path}` is a file, and can't be editable", origin=source.origin)
    state = services.files.state(project.folder / path)
    if state is None or state.kind == "directory":
        raise ConfigurationError(f"there is no file `{path}`", origin=source.origin)
    name = _name(path) or source.name
    if not name:
        raise ConfigurationError(
            f"`{path}` is named neither as a wheel nor as an sdist",
            origin=source.origin,
            hints=(f'write `NAME = {{ path = "{path}" }}` under [sources]',),
        )
    if source.name and name != source.name:
        raise ConfigurationError(f"`{path}` is `{name}`, not `{source.name}`", origin=source.origin)
    digest = services.files.sha256(project.folder / path)
    return OwnArchive(
        name=name, input=ArchiveInput(place=path, sha256=digest), local=True, origin=source.origin
    )


def _name(path: str) -> str:
    """The distribution that a file's name tells, or nothing."""
    filename = archive_name(path)
    try:
        if filename.endswith(".whl"):
            return parse_wheel_filename(filename)[0]
        return parse_sdist_filename(filename)[0]
    except (InvalidSdistFilename, InvalidWheelFilename):
        return ""


def _same_release(archive: OwnArchive, other: OwnArchive) -> bool:
    """Whether both are wheels of one version in the project, for different machines."""
    releases = {_release(place) for one in (archive, other) for place, _ in one.input.files}
    return archive.local and other.local and len(releases) == 1 and None not in releases


def _release(place: str) -> Version | None:
    """The version of a wheel; nothing for another file."""
    filename = archive_name(place)
    return parse_wheel_filename(filename)[1] if filename.endswith(".whl") else None


def _together(first: OwnArchive, second: OwnArchive) -> OwnArchive:
    (place, sha256), *further = sorted((*first.input.files, *second.input.files))
    both = ArchiveInput(place=place, sha256=sha256, further=tuple(further))
    return msgspec.structs.replace(first, input=both)


def _twice(archive: OwnArchive, other: OwnArchive) -> ConfigurationError:
    return ConfigurationError(
        f"`{archive.name}` is both `{other.input.place}` and `{archive.input.place}`",
        origin=archive.origin,
        hints=(
            "several wheels go together where they are of one version, for different machines",
            'a folder of several versions is an index: name it in [index], with `format = "flat"`',
        ),
    )
