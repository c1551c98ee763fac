"""The project's own distributions: source trees that `[sources]` names."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import PurePath

import msgspec

from assembler.app.services import Services
from assembler.app.sizes import check_configuration
from assembler.errors import AssemblerError, ConfigurationError, raise_all
from assembler.model.canonical import digest
from assembler.model.distribution import CoreMetadata
from assembler.model.lock import TreeInput
from assembler.model.names import normalised_name
from assembler.model.project import Project, SourceTree
from assembler.model.pyproject import project_name, static_metadata
from assembler.model.resolution import TreeSource
from assembler.model.sources import is_archive
from assembler.origin import Origin

BUILD_FILES = ("pyproject.toml", "setup.cfg", "setup.py")
GLOB_CHARACTERS = frozenset("*?[")


class OwnTree(msgspec.Struct, frozen=True, kw_only=True):
    """A source tree of the project: its name, place and, where they are static, its metadata.

    `input` is what a lock remembers of it: it changes with the metadata, not with code, comments
    or layout.
    """

    name: str
    source: TreeSource
    metadata: CoreMetadata | None
    input: TreeInput
    origin: Origin
    pyproject: str = ""


def own_trees(project: Project, services: Services) -> Mapping[str, OwnTree]:
    """Find the trees, by normalised name. Raises `ConfigurationError` or `Faults`."""
    trees: dict[str, OwnTree] = {}
    errors: list[AssemblerError] = []
    for source in project.sources:
        for path in () if is_archive(source.path) else _paths(project, source, services):
            try:
                tree = _tree(project, source, path, services)
            except ConfigurationError as error:
                errors.append(error)
                continue
            if other := trees.get(tree.name):
                errors.append(
                    ConfigurationError(
                        f"`{tree.name}` is both `{other.source.path}` and `{path}`",
                        origin=source.origin,
                    )
                )
            trees[tree.name] = tree
    raise_all(errors)
    return trees


def _paths(project: Project, source: SourceTree, services: Services) -> Iterator[str]:
    if not GLOB_CHARACTERS & set(source.path):
        yield _relative(source.path)
        return
    found = services.files.glob(project.folder, f"{source.path.rstrip('/')}/pyproject.toml")
    if not found:
        services.reporter.warn(
            f"{source.origin}: no folder with a pyproject.toml is `{source.path}`"
        )
    for match in found:
        yield str(PurePath(match).parent)


def _relative(path: str) -> str:
    return PurePath(path).as_posix()


def _tree(project: Project, source: SourceTree, path: str, services: Services) -> OwnTree:
    contents = dict(_contents(project.folder, path, source.origin, services))
    if not contents:
        raise ConfigurationError(
            f"`{path}` has no pyproject.toml",
            origin=source.origin,
            hints=("a source is a folder with a Python project, relative to the assembly file",),
        )
    text = _text(contents.get("pyproject.toml", b""), path, source.origin)
    try:
        metadata = static_metadata(text)
    except ValueError as error:
        message = f"`{path}/pyproject.toml` is not valid: {error}"
        raise ConfigurationError(message, origin=source.origin) from None
    name = metadata.name if metadata else (project_name(text) or source.name)
    name = normalised_name(name)
    if not name:
        raise ConfigurationError(
            f"the project in `{path}` does not say its name",
            origin=source.origin,
            hints=(f'write `NAME = {{ path = "{path}" }}` under [sources]',),
        )
    if source.name and normalised_name(source.name) != name:
        raise ConfigurationError(
            f"the project in `{path}` is called `{name}`, not `{source.name}`", origin=source.origin
        )
    input_ = TreeInput(path=path, editable=source.editable, digest=_digest(metadata, contents))
    return OwnTree(
        name=name,
        source=TreeSource(path=path, editable=source.editable),
        metadata=metadata,
        input=input_,
        origin=source.origin,
        pyproject=text,
    )


def _contents(
    folder: PurePath, path: str, origin: Origin, services: Services
) -> Iterator[tuple[str, bytes]]:
    """The build files of a tree, by name."""
    for name in BUILD_FILES:
        file, shown = folder / path / name, f"{path}/{name}"
        check_configuration(file, shown, services.files, services.limits, origin)
        if services.files.state(file):
            yield name, services.files.read(file)


def _text(content: bytes, path: str, origin: Origin) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"`{path}/pyproject.toml` is not UTF-8", origin=origin) from error


def _digest(metadata: CoreMetadata | None, contents: Mapping[str, bytes]) -> str:
    if metadata is not None:
        return digest(metadata)
    return digest({name: hashlib.sha256(content).hexdigest() for name, content in contents.items()})
