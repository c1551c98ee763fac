"""Names and relative paths from strangers: checked at every place where they would become files."""

import re
import unicodedata

MAX_PATH = 4096
"""Bytes of a path that no system takes more of."""

MAX_NAME = 255

_PLAIN = r"[A-Za-z0-9_+@=,~ ()\[\]{}!#$%&'^;-][A-Za-z0-9._+@=,~ ()\[\]{}!#$%&'^;-]*"
_PLAIN_PATH = rf"{_PLAIN}(?:/{_PLAIN})*"


class UnsafePathError(ValueError):
    """A name or path that must not become a file: `text` as given, and the reason."""

    def __init__(self, text: str, reason: str) -> None:
        shown = text.encode("utf-8", "backslashreplace").decode()
        shown = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in shown)
        super().__init__(f"`{shown[:120]}` {reason}")
        self.text = text
        self.reason = reason


def safe_relpath(text: str) -> str:
    """Return a relative path with `/` that stays below where it is put.

    Raises `UnsafePathError` for anything else: absolute, empty, `.` or `..` components, NUL,
    control characters, backslash, colon, text that is not NFC or not Unicode, and over-long ones.
    """
    if len(text) <= MAX_NAME and re.fullmatch(_PLAIN_PATH, text):
        return text
    if text.startswith("/"):
        raise UnsafePathError(text, "is absolute")
    for component in text.split("/"):
        if reason := _fault(component):
            raise UnsafePathError(text, reason)
    if len(text.encode()) > MAX_PATH:
        raise UnsafePathError(text, f"is longer than {MAX_PATH} bytes")
    return text


def safe_name(text: str) -> str:
    """Return a single file name: a `safe_relpath` of one component. Raises `UnsafePathError`."""
    if "/" in text:
        raise UnsafePathError(text, "holds a slash")
    return safe_relpath(text)


def _fault(component: str) -> str | None:
    if component == "":
        return "has an empty component"
    if component in {".", ".."}:
        return f"has a component `{component}`"
    if forbidden := next(
        (c for c in component if c in "\\:" or unicodedata.category(c) == "Cc"), ""
    ):
        shown = forbidden if forbidden in "\\:" else f"U+{ord(forbidden):04X}"
        return f"holds the character `{shown}`"
    try:
        encoded = component.encode()
    except UnicodeEncodeError:
        return "is not valid Unicode"
    if unicodedata.normalize("NFC", component) != component:
        return "is not in Unicode's normal form C"
    return f"has a component longer than {MAX_NAME} bytes" if len(encoded) > MAX_NAME else None
