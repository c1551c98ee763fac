"""Keys of TOML as people write them: dotted, quoted where need be, and the nearest right one."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TypeAlias

Path: TypeAlias = tuple[str | int, ...]
"""The way to a value: keys of tables and, as numbers from 0, elements of arrays."""

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_DISTRIBUTION = r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?"


def quoted(text: str) -> str:
    """Write text as a basic string of TOML."""
    escaped = text.translate(_ESCAPES)
    safe = (c if c.isprintable() or c == " " else _escape(c) for c in escaped)
    return '"' + "".join(safe) + '"'


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - of TOML


def bare_or_quoted(key: str) -> str:
    """Write one key, quoted only where TOML asks for it."""
    return key if _BARE.fullmatch(key) else quoted(key)


def dotted(path: Sequence[str | int]) -> str:
    """Write a path as a dotted key."""
    return ".".join(bare_or_quoted(str(step)) for step in path)


def near(name: str, names: Iterable[str]) -> tuple[str, ...]:
    """The name that was probably meant, if one is near."""
    from difflib import get_close_matches  # noqa: PLC0415 - only a fault needs it

    candidates = list(names)
    found = get_close_matches(name, candidates, n=1) or get_close_matches(
        name.casefold(), [candidate for candidate in candidates if candidate.islower()], n=1
    )
    return tuple(found)


def nearest(name: str, names: Iterable[str]) -> tuple[str, ...]:
    """Hint at the name that was probably meant, if one is near."""
    return tuple(f"did you mean `{match}`?" for match in near(name, names))


def is_distribution_name(name: str) -> bool:
    """Whether this is a name of a distribution (PEP 508)."""
    return re.fullmatch(_DISTRIBUTION, name, re.IGNORECASE) is not None


def normalised(name: str) -> str:
    """Normalise the name of a distribution or a glob over such names (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def folded(name: str) -> str:
    """What two names have in common that no file system or lock could keep apart."""
    return normalised(unicodedata.normalize("NFKC", name).casefold())
