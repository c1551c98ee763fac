"""Pins of lock files and version lists of other tools, to start a solve from."""

import configparser
import re
from collections.abc import Iterator, Mapping

import msgspec
import tomli
from packaging.markers import InvalidMarker, Marker
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from assembler.errors import UsageError

_CONTINUED = re.compile(r"\\\r?\n")
_COMMENT = re.compile(r"(^|\s)#.*$")
_OPTIONS = re.compile(r"\s--?[a-z].*$")


class Seed(msgspec.Struct, frozen=True):
    """A version of a distribution, and the markers one of which must hold (none: always).

    A marker may name the dependency groups of a lock file (PEP 751).
    """

    name: str
    version: str
    markers: tuple[Marker, ...] = ()

    def holds(self, environment: Mapping[str, str], group: str) -> bool:
        """Whether it counts in an environment, for a program."""
        known: dict[str, str | frozenset[str]] = {
            **environment,
            "extra": "",
            "extras": frozenset(),
            "dependency_groups": frozenset({group}),
        }
        return not self.markers or any(
            marker.evaluate(known, context="lock_file") for marker in self.markers
        )


def seeds(text: str, file: str) -> tuple[Seed, ...]:
    """Read the pins of `requirements.txt`, `uv.lock`, `pylock.toml` or `versions.cfg`.

    What names no single version is passed over. Raises `UsageError` for a file that can't be read.
    """
    try:
        if file.endswith(".cfg"):
            found = _versions(text)
        elif file.endswith((".toml", ".lock")):
            found = _packages(tomli.loads(text), file)
        else:
            found = _requirements(text)
        return tuple(seed for seed in found if _is_version(seed.version))
    except (configparser.Error, tomli.TOMLDecodeError, InvalidMarker, RecursionError) as error:
        reason = str(error).splitlines()[0]
        raise UsageError(f"`{file}` can't be read: {reason}") from error


def _requirements(text: str) -> Iterator[Seed]:
    for line in _CONTINUED.sub(" ", text).splitlines():
        try:
            requirement = Requirement(_OPTIONS.sub("", _COMMENT.sub("", line)).strip())
        except InvalidRequirement:
            continue
        markers = (requirement.marker,) if requirement.marker else ()
        for specifier in requirement.specifier:
            if specifier.operator in {"==", "==="} and len(requirement.specifier) == 1:
                yield _seed(requirement.name, specifier.version, markers)


def _versions(text: str) -> Iterator[Seed]:
    """The section `[versions]` of a buildout, whose options are distributions."""
    parser = configparser.RawConfigParser(
        delimiters=("=",),
        comment_prefixes=("#", ";"),
        inline_comment_prefixes=("#", ";"),
        strict=False,
        default_section="",
        allow_no_value=True,
    )
    parser.read_string(text)
    if parser.has_section("versions"):
        for name, version in parser.items("versions"):
            yield _seed(name.rstrip(" +-"), (version or "").strip())


def _packages(document: Mapping[str, object], file: str) -> Iterator[Seed]:
    """The pins of a `pylock.toml` (`packages`) or of a `uv.lock` (`package`)."""
    entries = document.get("packages", document.get("package"))
    if not isinstance(entries, list):
        raise UsageError(
            f"`{file}` is no lock file",
            hints=("`--from` takes requirements.txt, uv.lock, pylock.toml and versions.cfg",),
        )
    for entry in entries:
        match entry:
            case {"source": {"editable": _}} | {"source": {"virtual": _}} | {"directory": _}:
                continue
            case {"name": str(name), "version": str(version)}:
                yield _seed(name, version, tuple(map(Marker, _markers(entry))))
            case _:
                continue


def _markers(entry: Mapping[str, object]) -> Iterator[str]:
    """The marker of an entry, or the markers of the forks of a resolution that it is for."""
    match entry:
        case {"marker": str(marker)}:
            yield marker
        case {"resolution-markers": [*markers]}:
            yield from (marker for marker in markers if isinstance(marker, str))
        case _:
            return


def _seed(name: str, version: str, markers: tuple[Marker, ...] = ()) -> Seed:
    return Seed(canonicalize_name(name), version, markers)


def _is_version(text: str) -> bool:
    try:
        Version(text)
    except InvalidVersion:
        return False
    return True
