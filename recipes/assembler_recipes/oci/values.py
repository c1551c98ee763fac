"""Values of a Containerfile: what they may be, and how they are quoted."""

import json
import re
from collections.abc import Mapping, Sequence

from assembler.api import (
    ConfigurationError,
    Origin,
    Part,
    Place,
    Text,
    command_words,
    is_variable,
    quoted,
    relative_path,
)

_IMAGE = re.compile(
    r"(?P<name>(?:[A-Za-z0-9.-]+(?::[0-9]+)?/)?[a-z0-9._/-]+(?::[A-Za-z0-9_][A-Za-z0-9_.-]*)?)"
    "(?P<digest>@sha256:[0-9a-f]{64})?"
)
_PACKAGE = re.compile(r"[a-z0-9][a-z0-9+.-]+(?::[a-z0-9]+)?(?:=[A-Za-z0-9.+:~*-]+)?(?:/[a-z-]+)?")
_PATH = re.compile("(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)+")
_USER = re.compile("[a-z_][a-z0-9_-]{0,31}|[0-9]{1,10}")
_LABEL = re.compile("[A-Za-z0-9][A-Za-z0-9_./-]*")
_PORT = re.compile("(?P<number>[0-9]{1,5})(?:/(?:tcp|udp|sctp))?")
_TAG = re.compile(r"[a-z0-9][a-z0-9._:/-]*(?::[A-Za-z0-9_][A-Za-z0-9_.-]*)?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_PORTS = 65535


def image(written: str, origin: Origin) -> str:
    """An image by its digest. Raises `ConfigurationError` for one that has none."""
    found = _IMAGE.fullmatch(written)
    if not found:
        raise ConfigurationError(f"`{written}` can't be an image", origin=origin)
    if not found["digest"]:
        raise ConfigurationError(
            f"`{written}` has no digest, so that it can be another image tomorrow",
            origin=origin,
            hints=(
                f"write `{written}@sha256:…`",
                f"`skopeo inspect --format '{{{{.Digest}}}}' docker://{written}` tells the digest",
            ),
        )
    return written


def packages(part: Part, key: str, written: Sequence[str]) -> tuple[str, ...]:
    """Debian packages, sorted."""
    for position, package in enumerate(written):
        if not _PACKAGE.fullmatch(package):
            raise ConfigurationError(
                f"`{package}` can't be a Debian package", origin=part.origin_of(key, position)
            )
    return tuple(sorted(set(written)))


def folder(part: Part, key: str, written: str) -> str:
    """An absolute path in the image."""
    if not _PATH.fullmatch(written):
        raise ConfigurationError(
            f"`{written}` can't be a folder of the image", origin=part.origin_of(key)
        )
    return written


def user(part: Part, written: str | int) -> tuple[str, str]:
    """The user and the group; the group is empty for a user that is to be made."""
    name, separator, group = str(written).partition(":")
    if not _USER.fullmatch(name) or (separator and not _USER.fullmatch(group)):
        raise ConfigurationError(f"`{written}` can't be a user", origin=part.origin_of("user"))
    return (name, name) if name.isdigit() and not group else (name, group)


def port(written: int | str, origin: Origin) -> str:
    """A port, and its protocol if one was written."""
    found = _PORT.fullmatch(str(written))
    if not found or not 0 < int(found["number"]) <= _PORTS:
        raise ConfigurationError(f"`{written}` can't be a port", origin=origin)
    return str(written)


def tag(part: Part, written: str | None) -> str:
    """The image's name."""
    name = written or re.sub("[^a-z0-9._-]+", "-", part.name.lower()).strip("-._")
    if not _TAG.fullmatch(name):
        raise ConfigurationError(f"`{name}` can't be an image's name", origin=part.origin_of("tag"))
    return name


def assignments(part: Part, key: str, written: Mapping[str, str]) -> tuple[str, ...]:
    """Names with values, sorted and quoted, of which nothing is expanded."""
    for name, value in written.items():
        fits = is_variable(name) if key == "env" else bool(_LABEL.fullmatch(name))
        if not fits:
            what = "a variable" if key == "env" else "a label"
            raise ConfigurationError(f"`{name}` can't be {what}", origin=part.origin_of(key, name))
        if _CONTROL.search(value):
            raise ConfigurationError(
                f"`{name}` can't hold a line break or another control character",
                origin=part.origin_of(key, name),
            )
    return tuple(f'{name}="{_escaped(value)}"' for name, value in sorted(written.items()))


def command_line(
    part: Part, key: str, written: Text | tuple[Text, ...], prefix: str, *, launches: bool
) -> str:
    """A command line as JSON; the first word of one that launches is looked for in the prefix."""
    origin = part.origin_of(key)
    first, *others = (_word(word, prefix, origin) for word in command_words(written, origin))
    if launches and "/" not in first:
        first = f"{prefix}/bin/{first}"
    return json.dumps((first, *others), ensure_ascii=False)


def shell_word(written: str) -> str:
    """A word of sh."""
    return quoted(Text.of(written)).literal or "''"


def checkout_path(part: Part, key: str, written: str) -> str:
    """A path in the checkout, as a word of sh and of JSON."""
    path = relative_path(written, part.origin_of(key))
    if not path.isprintable():
        raise ConfigurationError(f"`{written}` is no path", origin=part.origin_of(key))
    return path


def _word(word: Text, prefix: str, origin: Origin) -> str:
    """A word, with paths where they are in the image."""
    pieces: list[str] = []
    for piece in word.pieces:
        if isinstance(piece, str):
            pieces.append(piece)
        elif isinstance(piece, Place) and piece.root != "project":
            pieces.append(_path(piece, prefix))
        else:
            raise ConfigurationError(
                "a command of an image holds text, and paths of parts",
                origin=origin,
                hints=("secrets are given to the container when it runs",) if word.secrets else (),
            )
    return "".join(pieces)


def _path(place: Place, prefix: str) -> str:
    if place.root == "prefix":
        return f"{prefix}/{place.path}".rstrip("/")
    return f"{prefix}/.assembly/current/parts/{place.part}/{place.path}".rstrip("/")


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$")
