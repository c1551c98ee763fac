"""From the files of a page to releases, newest first."""

import re
from collections.abc import Iterable
from functools import lru_cache

import msgspec
from packaging.version import InvalidVersion, Version

from assembler.model.distribution import DistributionFile, Release
from assembler.model.metadata import python_specifier

_WHEEL = re.compile(r"([^-]+)-([^-]+)(?:-\d\w*)?-[\w.]+-[\w.]+-[\w.]+\.whl")
_SDISTS = (".tar.gz", ".zip")
specifier = lru_cache(maxsize=4096)(python_specifier)


@lru_cache(maxsize=65536)
def normalised(name: str) -> str:
    """Return a distribution's name as PEP 503 normalises it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def reduced(files: Iterable[DistributionFile], name: str) -> tuple[Release, ...]:
    """Sort the files of one distribution into releases; others' and unparsable ones are left out.

    Of several sdists of a version the `.tar.gz` counts, of several wheels of one name the first.
    """
    wheels: dict[Version, dict[str, DistributionFile]] = {}
    sdists: dict[Version, DistributionFile] = {}
    for file in files:
        version = version_of(file.filename, name)
        if version is None:
            continue
        clean = _clean(file)
        if file.filename.endswith(".whl"):
            wheels.setdefault(version, {}).setdefault(file.filename, clean)
        elif version not in sdists or file.filename.endswith(_SDISTS[0]):
            sdists[version] = clean
    return tuple(
        Release(
            version=str(version),
            wheels=tuple(wheels.get(version, {}).values()),
            sdist=sdists.get(version),
        )
        for version in sorted({*wheels, *sdists}, reverse=True)
    )


def _clean(file: DistributionFile) -> DistributionFile:
    python = specifier(file.requires_python)
    if python == file.requires_python:
        return file
    return msgspec.structs.replace(file, requires_python=python)


def version_of(filename: str, name: str) -> Version | None:
    """Return the version that a wheel's or sdist's name holds, or `None` if it is not of `name`."""
    if filename.endswith(".whl"):
        match = _WHEEL.fullmatch(filename)
        return _version(match[2]) if match and normalised(match[1]) == name else None
    for suffix in _SDISTS:
        if filename.endswith(suffix):
            return _sdist_version(filename.removesuffix(suffix), name)
    return None


def _sdist_version(stem: str, name: str) -> Version | None:
    before, _, last = stem.rpartition("-")
    if normalised(before) == name:
        return _version(last)
    parts = stem.split("-")
    for count in range(1, len(parts)):
        if normalised("-".join(parts[:count])) == name:
            return _version("-".join(parts[count:]))
    return None


@lru_cache(maxsize=65536)
def _version(text: str) -> Version | None:
    try:
        return Version(text.replace("_", "-"))
    except InvalidVersion:
        return None
