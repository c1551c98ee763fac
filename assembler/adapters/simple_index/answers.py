"""What an index answers: files, freshness, refusals."""

import re
from collections.abc import Iterable

from assembler.adapters.simple_index.listed import Listing, offered
from assembler.adapters.simple_index.page import listing
from assembler.errors import NetworkError
from assembler.model.distribution import DistributionFile
from assembler.model.url import shown
from assembler.transport import HttpResponse

_OK = 200
_ABSENT = frozenset({404, 410})
_UNAUTHORISED = frozenset({401, 403})


def is_absent(response: HttpResponse) -> bool:
    """Whether the index has nothing there."""
    return response.status in _ABSENT


def files_of(response: HttpResponse) -> Iterable[DistributionFile]:
    """Return the files of a page; none where there is no page. Raises `NetworkError`."""
    return offered(listing_of(response))


def listing_of(response: HttpResponse) -> Listing:
    """Return what a page lists; nothing where there is no page. Raises `NetworkError`."""
    if is_absent(response):
        return Listing("")
    if response.status != _OK:
        hint = (
            "for the index `NAME` set `ASSEMBLER_INDEX_NAME_USERNAME` and "
            "`ASSEMBLER_INDEX_NAME_PASSWORD`, or use netrc or a keyring"
        )
        raise NetworkError(
            f"`{shown(response.url)}` answers {response.status}",
            hints=(hint,) if response.status in _UNAUTHORISED else (),
        )
    return listing(response.body, response.headers.get("content-type", ""), response.url)


def freshness(response: HttpResponse, otherwise: float = 0.0) -> float:
    """Return for how many seconds an answer is fresh, by its `Cache-Control` and `Age`."""
    directives = response.headers.get("cache-control", "").lower()
    if not directives:
        return otherwise
    found = re.search(r"max-age=(\d{1,9})", directives)
    if found is None or "no-cache" in directives or "no-store" in directives:
        return 0.0
    age = response.headers.get("age", "")
    spent = float(age) if age.isascii() and age.isdigit() else 0.0
    return max(0.0, float(found[1]) - spent)
