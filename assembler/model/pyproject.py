"""What a `pyproject.toml` says of its distribution without a build (PEP 621)."""

from collections.abc import Mapping

import msgspec
import tomli
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from assembler.model.distribution import CoreMetadata
from assembler.model.metadata import python_specifier

LEGACY_BUILD_REQUIRES = ("setuptools>=40.8.0",)
"""What builds a source tree that does not say it (PEP 517)."""

_NEEDED = frozenset({"version", "dependencies", "optional-dependencies", "requires-python"})


class _Project(msgspec.Struct, frozen=True, rename="kebab"):
    name: str
    version: str | None = None
    dependencies: tuple[str, ...] = ()
    optional_dependencies: Mapping[str, tuple[str, ...]] = {}
    requires_python: str | None = None
    dynamic: frozenset[str] = frozenset()


class _Document(msgspec.Struct, frozen=True):
    project: _Project | None = None


class _BuildSystem(msgspec.Struct, frozen=True):
    requires: tuple[str, ...]


class _BuildDocument(msgspec.Struct, frozen=True, rename="kebab"):
    build_system: _BuildSystem = _BuildSystem(LEGACY_BUILD_REQUIRES)


def parsed(text: str) -> dict[str, object]:
    """Return the tables of a TOML text; raises `ValueError` for what is none or nested too deep."""
    try:
        return tomli.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deep") from None


def static_metadata(pyproject_text: str) -> CoreMetadata | None:
    """Return the core metadata that the `[project]` table promises, or `None` if a build must tell.

    Raises `ValueError` for a text that isn't TOML, or a table or requirement that isn't valid.
    """
    try:
        document = msgspec.convert(parsed(pyproject_text), _Document)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from None
    project = document.project
    if project is None or project.version is None or project.dynamic & _NEEDED:
        return None
    return _metadata(project, project.version)


def _metadata(project: _Project, version: str) -> CoreMetadata:
    extras = {
        canonicalize_name(extra): texts for extra, texts in project.optional_dependencies.items()
    }
    requirements = [_requirement(text, None) for text in project.dependencies]
    for extra, texts in extras.items():
        requirements += [_requirement(text, extra) for text in texts]
    return CoreMetadata(
        name=project.name,
        version=str(Version(version)),
        requires_dist=tuple(requirements),
        requires_python=python_specifier(project.requires_python),
        provides_extra=tuple(extras),
    )


def _requirement(text: str, extra: str | None) -> str:
    requirement = Requirement(text)
    if extra is not None:
        clause = f'extra == "{extra}"'
        own = requirement.marker
        requirement.marker = Marker(f"({own}) and {clause}" if own else clause)
    return str(requirement)


def build_requires(pyproject_text: str) -> tuple[str, ...]:
    """Return the requirements of the build back end that `[build-system]` lists (PEP 518), sorted.

    Raises `ValueError` for a text that isn't TOML, or a table or requirement that isn't valid.
    """
    try:
        document = msgspec.convert(parsed(pyproject_text), _BuildDocument)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from None
    return tuple(sorted({str(Requirement(text)) for text in document.build_system.requires}))


def project_name(pyproject_text: str) -> str | None:
    """Return the name in the `[project]` table as written, or `None` where there is none."""
    try:
        project = msgspec.convert(parsed(pyproject_text), _Document).project
    except (ValueError, msgspec.ValidationError):
        return None
    return project.name if project else None
