"""Pages of a Simple index: JSON (PEP 691, 700) and HTML (PEP 503, 592, 658, 714)."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

import msgspec

from assembler.errors import NetworkError
from assembler.model.distribution import DistributionFile
from assembler.model.url import shown, without_credentials

JSON_TYPE = "application/vnd.pypi.simple.v1+json"
ACCEPT = f"{JSON_TYPE}, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_HEXADECIMAL, _DIGITS = "0123456789abcdef", 64
_ABSOLUTE = re.compile(r"https://[A-Za-z0-9.-]+/[A-Za-z0-9._~/%+!-]*")
_WEB = frozenset({"http", "https"})

Announced = bool | dict[str, str] | None


class _Meta(msgspec.Struct, frozen=True, rename="kebab"):
    api_version: str = "1.0"


class _Hashes(msgspec.Struct, frozen=True, gc=False):
    sha256: str | None = None


class _File(msgspec.Struct, frozen=True, gc=False, rename="kebab"):
    filename: str
    url: str
    hashes: _Hashes = _Hashes()
    requires_python: str | None = None
    size: int | None = None
    upload_time: str | None = None
    yanked: bool | str | None = None
    core_metadata: Announced = None
    dist_info_metadata: Announced = None


class _Page(msgspec.Struct, frozen=True):
    files: tuple[_File, ...]
    meta: _Meta = _Meta()


_decoder = msgspec.json.Decoder(_Page)


def parse_page(body: bytes, content_type: str, url: str) -> Iterator[DistributionFile]:
    """Yield the files of a page that was read from `url`; raises `NetworkError` if it's not one."""
    if "json" in content_type.lower():
        return _from_json(body, url)
    return _from_html(body, url)


def _from_json(body: bytes, url: str) -> Iterator[DistributionFile]:
    try:
        page = _decoder.decode(body)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise NetworkError(f"`{shown(url)}` is not a page of a package index: {error}") from None
    _check_version(page.meta.api_version, url)
    for file in page.files:
        if address := file_url(url, file.url):
            yield DistributionFile(
                filename=file.filename,
                url=address,
                sha256=_sha256(file.hashes.sha256),
                size=file.size if file.size is not None and file.size >= 0 else None,
                upload_time=file.upload_time,
                requires_python=file.requires_python,
                yanked=_yanked(file.yanked),
                metadata=_announced(file.core_metadata, file.dist_info_metadata),
            )


def _from_html(body: bytes, url: str) -> Iterator[DistributionFile]:
    parser = _Anchors()
    parser.feed(body.decode("utf-8", "replace"))
    parser.close()
    _check_version(parser.version, url)
    base = urljoin(url, parser.base)
    for attributes in parser.anchors:
        if address := file_url(base, attributes["href"]):
            plain, _, fragment = address.partition("#")
            yield DistributionFile(
                filename=unquote(urlsplit(plain).path.rpartition("/")[2]),
                url=plain,
                sha256=_sha256(_fragment(fragment)),
                requires_python=attributes.get("data-requires-python"),
                yanked=attributes.get("data-yanked"),
                metadata=_announced(
                    _attribute(attributes.get("data-core-metadata")),
                    _attribute(attributes.get("data-dist-info-metadata")),
                ),
            )


class _Anchors(HTMLParser):
    """The anchors of a page, its base URL and API version."""

    def __init__(self) -> None:
        super().__init__()
        self.anchors: list[dict[str, str]] = []
        self.base = ""
        self.version = "1.0"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect what matters of a tag."""
        attributes = {name: value or "" for name, value in attrs}
        if tag == "a" and attributes.get("href"):
            self.anchors.append(attributes)
        elif tag == "base" and not self.base:
            self.base = attributes.get("href", "")
        elif tag == "meta" and attributes.get("name") == "pypi:repository-version":
            self.version = attributes.get("content", "1.0")


def file_url(base: str, reference: str) -> str | None:
    """Return the absolute URL of a file on a page, or `None` where the page may not name it.

    A page from the web never leads to files of this machine.
    """
    if _ABSOLUTE.fullmatch(reference):
        return reference
    try:
        absolute = without_credentials(urljoin(base, reference))
        scheme = urlsplit(absolute).scheme
    except ValueError:
        return None
    return absolute if scheme in _WEB or scheme == urlsplit(base).scheme == "file" else None


def _check_version(version: str, url: str) -> None:
    if version.split(".", maxsplit=1)[0] != "1":
        raise NetworkError(
            f"`{shown(url)}` speaks version {version[:20]} of the Simple API; 1 is understood"
        )


def _sha256(value: str | None) -> str | None:
    if value is None or (len(value) == _DIGITS and not value.strip(_HEXADECIMAL)):
        return value
    return value.lower() if _SHA256.fullmatch(value.lower()) else None


def _fragment(fragment: str) -> str | None:
    return parse_qs(fragment).get("sha256", [None])[0]


def _yanked(value: bool | str | None) -> str | None:  # noqa: FBT001 - as the API has it
    if isinstance(value, str):
        return value
    return "" if value else None


def _attribute(value: str | None) -> Announced:
    if value is None or value == "false":
        return None
    kind, _, digest = value.partition("=")
    return {kind: digest} if digest else True


def _announced(*values: Announced) -> str | None:
    for value in values:
        if value is None:
            continue
        if isinstance(value, dict):
            return _sha256(value.get("sha256")) or ""
        if value:
            return ""
    return None
