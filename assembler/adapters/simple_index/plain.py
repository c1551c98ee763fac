"""Releases whose wheels are named as nearly all are, and read with one look at each file.

`reduced` says the same of them, and of all others.
"""

import re
from collections.abc import Iterable

from assembler.adapters.simple_index.listed import (
    ABSOLUTE,
    FILE_NAME,
    LONGEST_NAME,
    ListedFile,
    Listing,
    offered,
    offered_at,
)
from assembler.adapters.simple_index.reduce import reduced, specifier, version_of
from assembler.model.distribution import DistributionFile, Release

_TAGS = re.compile(r"(?:[0-9][A-Za-z0-9_]*-)?[A-Za-z0-9_.]+-[A-Za-z0-9_.]+-[A-Za-z0-9_.]+\.whl")


def plain_release(page: Listing, name: str) -> Release | None:
    """The release of files of one version, or `None` if anything about its wheels is unusual."""
    listed = [file for file in page.files if file.filename.endswith(".whl")]
    wheels = _wheels(listed) if listed else None
    version = version_of(listed[0].filename, name) if wheels else None
    if wheels is None or version is None:
        return None
    others = [file for file in page.files if not file.filename.endswith(".whl")]
    sdists = reduced(offered(Listing(page.base, others)), name) if others else ()
    return Release(version=str(version), wheels=wheels, sdist=sdists[0].sdist if sdists else None)


def _wheels(listed: Iterable[ListedFile]) -> tuple[DistributionFile, ...] | None:
    """The wheels as they are offered, if all are named alike and have absolute URLs.

    Of several of one name the first counts.
    """
    first = next(iter(listed)).filename
    start = first.find("-", first.find("-") + 1) + 1
    stem, found = first[:start], dict[str, DistributionFile]()
    if not FILE_NAME.fullmatch(first):
        return None
    for file in listed:
        name = file.filename
        if not name.startswith(stem) or not _TAGS.fullmatch(name, start):
            return None
        if len(name) > LONGEST_NAME or not ABSOLUTE.fullmatch(file.url):
            return None
        if name not in found:
            found[name] = offered_at(file.url, file, specifier(file.requires_python))
    return tuple(found.values())
