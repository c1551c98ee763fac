"""Pages of a Simple index: JSON (PEP 691, 700, 792) and HTML."""

from collections.abc import Iterator

import msgspec

from assembler.adapters.simple_index.listed import (
    ListedFile,
    Listing,
    offered,
    project_status,
)
from assembler.errors import NetworkError
from assembler.model.distribution import DistributionFile
from assembler.model.url import shown, without_credentials

JSON_TYPE = "application/vnd.pypi.simple.v1+json"
ACCEPT = f"{JSON_TYPE}, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01"


class _Meta(msgspec.Struct, frozen=True, rename="kebab"):
    api_version: str = "1.0"


class _Page(msgspec.Struct, frozen=True, rename="kebab"):
    files: tuple[ListedFile, ...]
    meta: _Meta = _Meta()
    project_status: object = None


_decoder = msgspec.json.Decoder(_Page)


def parse_page(body: bytes, content_type: str, url: str) -> Iterator[DistributionFile]:
    """Yield the files of a page that was read from `url`; raises `NetworkError` if it's not one."""
    return offered(listing(body, content_type, url))


def listing(body: bytes, content_type: str, url: str) -> Listing:
    """Return what a page that was read from `url` lists; raises `NetworkError` if it's not one."""
    json = "json" in content_type.lower()
    version, found = _from_json(body, url) if json else _from_html(body, url)
    if version.split(".", maxsplit=1)[0] != "1":
        raise NetworkError(
            f"`{shown(url)}` speaks version {version[:20]} of the Simple API; 1 is understood"
        )
    return found


def _from_json(body: bytes, url: str) -> tuple[str, Listing]:
    try:
        page = _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NetworkError(f"`{shown(url)}` is not a page of a package index: {error}") from None
    said = page.project_status if isinstance(page.project_status, dict) else {}
    status = project_status(said.get("status"), said.get("reason"))
    return page.meta.api_version, Listing(without_credentials(url), page.files, status)


def _from_html(body: bytes, url: str) -> tuple[str, Listing]:
    from assembler.adapters.simple_index.html_page import (  # noqa: PLC0415 - loads HTML parsers
        Anchors,
        anchored,
    )

    parser = Anchors()
    parser.feed(body.decode("utf-8", "replace"))
    parser.close()
    files = tuple(anchored(parser, url))
    return parser.version, Listing(without_credentials(url), files, parser.status)
