"""Files as the page of an index lists them, and as it may offer them."""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urljoin, urlsplit

import msgspec

from assembler.model.distribution import DistributionFile, ProjectStatus
from assembler.model.url import without_credentials

_SHA256 = re.compile(r"[0-9a-f]{64}")
_HEXADECIMAL, _DIGITS = "0123456789abcdef", 64
ABSOLUTE = re.compile(r"https://[A-Za-z0-9.-]+/[A-Za-z0-9._~/%+!-]*")
LONGEST_NAME = 255
FILE_NAME = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._+!-]{{0,{LONGEST_NAME - 1}}}")
_WEB = frozenset({"http", "https"})
_STATUSES = frozenset({"archived", "deprecated", "quarantined"})
_LONGEST_REASON = 500

Announced = bool | dict[str, str] | None


class Hashes(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """The hashes of a file that matter."""

    sha256: str | None = None


class ListedFile(msgspec.Struct, frozen=True, gc=False, rename="kebab", omit_defaults=True):
    """A file as a page lists it: nothing of it is checked, its URL may be relative."""

    filename: str
    url: str
    hashes: Hashes = Hashes()
    requires_python: str | None = None
    size: int | None = None
    upload_time: str | None = None
    yanked: bool | str | None = None
    core_metadata: Announced = None
    dist_info_metadata: Announced = None


class Listing(msgspec.Struct, frozen=True):
    """What a page lists, the URL that relative ones on it start from, and the project's status."""

    base: str
    files: Sequence[ListedFile] = ()
    status: ProjectStatus | None = None


def project_status(marker: object, reason: object) -> ProjectStatus | None:
    """The status that a page says (PEP 792); `None` if it is active, or none that is known."""
    if not isinstance(marker, str) or marker not in _STATUSES:
        return None
    return ProjectStatus(marker, reason[:_LONGEST_REASON] if isinstance(reason, str) else "")


def offered(page: Listing) -> Iterator[DistributionFile]:
    """Yield the listed files with absolute URLs; those are left out that a page may not name."""
    for file in page.files:
        if not FILE_NAME.fullmatch(file.filename):
            continue
        if address := file_url(page.base, file.url):
            yield offered_at(address, file, file.requires_python)


def offered_at(url: str, file: ListedFile, requires_python: str | None) -> DistributionFile:
    """A listed file at its absolute URL, as far as what the page says of it makes sense."""
    return DistributionFile(
        filename=file.filename,
        url=url,
        sha256=_sha256(file.hashes.sha256),
        size=file.size if file.size is not None and file.size >= 0 else None,
        upload_time=file.upload_time,
        requires_python=requires_python,
        yanked=_yanked(file.yanked),
        metadata=_announced(file.core_metadata, file.dist_info_metadata),
    )


def file_url(base: str, reference: str) -> str | None:
    """Return the absolute URL of a file on a page, or `None` where the page may not name it.

    A page from the web never leads to files of this machine.
    """
    if ABSOLUTE.fullmatch(reference):
        return reference
    try:
        parts = urlsplit(urljoin(base, reference))
        absolute = without_credentials(parts.geturl())
    except ValueError:
        return None
    local = parts.scheme == urlsplit(base).scheme == "file"
    return absolute if parts.scheme in _WEB or local else None


def _sha256(value: str | None) -> str | None:
    if value is None or (len(value) == _DIGITS and not value.strip(_HEXADECIMAL)):
        return value
    return value.lower() if _SHA256.fullmatch(value.lower()) else None


def _yanked(value: bool | str | None) -> str | None:  # noqa: FBT001 - as the API has it
    if isinstance(value, str):
        return value
    return "" if value else None


def _announced(*values: Announced) -> str | None:
    for value in values:
        if value is None:
            continue
        if isinstance(value, dict):
            return _sha256(value.get("sha256")) or ""
        if value:
            return ""
    return None
