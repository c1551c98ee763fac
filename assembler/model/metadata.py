"""Core metadata (PEP 566 and later) as it stands in wheels and sdists."""

import re
from typing import TYPE_CHECKING

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from assembler.model.distribution import CoreMetadata

if TYPE_CHECKING:
    from email.message import Message

_BLANK_LINE = rb"(?<=\n)\r?\n"
_STATIC = frozenset({"requires-dist", "requires-python", "provides-extra"})


def parse_core_metadata(content: bytes) -> CoreMetadata:
    """Parse `METADATA` or `PKG-INFO`.

    Raises `ValueError` where name or version is missing. Requirements are as they stand there: old
    releases have some that are none, and may be passed over for it.
    """
    message = _headers(content)
    name, version = message.get("Name"), message.get("Version")
    if not name or not version:
        raise ValueError("it has no name or no version")
    return CoreMetadata(
        name=name.strip(),
        version=version.strip(),
        requires_dist=tuple(
            " ".join(line.split()) for line in message.get_all("Requires-Dist", [])
        ),
        requires_python=python_specifier(message.get("Requires-Python")),
        provides_extra=tuple(extra.strip() for extra in message.get_all("Provides-Extra", [])),
    )


def is_static(content: bytes) -> bool:
    """Whether a `PKG-INFO` promises that built wheels say the same (PEP 643)."""
    message = _headers(content)
    dynamic = {field.strip().lower() for field in message.get_all("Dynamic", [])}
    version = re.fullmatch(r"(\d+)\.(\d+)", (message.get("Metadata-Version") or "").strip())
    return (
        version is not None
        and (int(version[1]), int(version[2])) >= (2, 2)
        and not dynamic & _STATIC
    )


def _headers(content: bytes) -> "Message":
    from email.parser import HeaderParser  # noqa: PLC0415 - the cache has metadata without headers

    headers = re.split(_BLANK_LINE, content, maxsplit=1)[0]
    return HeaderParser().parsestr(headers.decode("utf-8", "replace"))


def python_specifier(text: str | None) -> str | None:
    """Return a `Requires-Python` as a valid specifier: `>=3.6.*` means `>=3.6`; else `None`."""
    if text is None or not text.strip():
        return None
    for candidate in (text.strip(), re.sub(r"([<>]=?\s*[\d.]+)\.\*", r"\1", text.strip())):
        try:
            SpecifierSet(candidate)
        except InvalidSpecifier:
            continue
        return candidate
    return None
