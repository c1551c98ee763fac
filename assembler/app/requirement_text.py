"""Requirements of the command line (PEP 508), and how one takes the place of another."""

import re

import msgspec
from packaging.requirements import InvalidRequirement, Requirement

from assembler.errors import UsageError
from assembler.model.names import normalised_name

_PATH = re.compile(r"^[./~]|^-|[/\\]$|^[a-z+]+://")


class Asked(msgspec.Struct, frozen=True):
    """A requirement as a person wrote it, and the normalised name of its distribution."""

    name: str
    text: str


def parse(text: str) -> Asked:
    """Read a requirement. Raises `UsageError` with a caret where it is none."""
    try:
        requirement = Requirement(text)
    except InvalidRequirement as error:
        raise _refused(text, str(error)) from None
    return Asked(normalised_name(requirement.name), text.strip())


def _refused(text: str, told: str) -> UsageError:
    """What packaging says: a reason, the text, and a caret under it."""
    reason, *shown = told.split("\n")
    hints: tuple[str, ...] = ()
    if _PATH.search(text):
        hints = ("what is in a folder or at a URL gets a name in `[sources]`: require that name",)
    return UsageError(
        f"`{text}` is no requirement: {reason[:1].lower()}{reason[1:]}",
        details=[line.removeprefix("    ") for line in shown],
        hints=hints,
    )


def name_of(text: object) -> str | None:
    """The normalised name of the distribution that is required; `None` for a reference."""
    try:
        return normalised_name(Requirement(str(text)).name)
    except InvalidRequirement:
        return None


def marker_of(text: str) -> str:
    """The marker of a requirement in its usual spelling; empty where there is none."""
    return str(Requirement(text).marker or "")


def merged(old: str, new: str) -> str:
    """The new requirement with what it does not say taken from the old one, as uv does.

    Extras add up; version or URL, and the marker, stay where the new one has none.
    """
    before, after = Requirement(old), Requirement(new)
    open_version = not (after.specifier or after.url) and bool(before.specifier or before.url)
    open_marker = after.marker is None and before.marker is not None
    if before.extras <= after.extras and not open_version and not open_marker:
        return new
    after.extras |= before.extras
    if open_version:
        after.specifier, after.url = before.specifier, before.url
    after.marker = after.marker or before.marker
    return str(after)
