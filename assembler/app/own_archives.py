"""Wheels and sdists that `[sources]` names: at URLs, or files of the project."""

from collections.abc import Iterator, Mapping

import msgspec
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    parse_sdist_filename,
    parse_wheel_filename,
)

from assembler.app.services import Services
from assembler.errors import AssemblerError, ConfigurationError, raise_all
from assembler.model.project import Project, SourceTree
from assembler.model.sources import ArchiveInput, archive_name, is_archive
from assembler.origin import Origin

GLOB_CHARACTERS = frozenset("*?[")


class OwnArchive(msgspec.Struct, frozen=True, kw_only=True):
    """A wheel or sdist: its normalised name, its URL or its path in the project, and its sha256.

    The hash of a file of the project is always known.
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
            if other := found.get(archive.name):
                errors.append(_twice(archive, other))
            found[archive.name] = archive
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


def _twice(archive: OwnArchive, other: OwnArchive) -> ConfigurationError:
    return ConfigurationError(
        f"`{archive.name}` is both `{other.input.place}` and `{archive.input.place}`",
        origin=archive.origin,
        hints=("a folder of several wheels of one distribution is an index: name it in [index]",),
    )
