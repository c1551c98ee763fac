"""Pages of indexes that were changed at random."""

import json
import random
from collections.abc import Iterator

from assembler.adapters.simple_index.grouped import LazyReleases, grouped
from assembler.adapters.simple_index.listed import offered
from assembler.adapters.simple_index.page import listing
from assembler.adapters.simple_index.reduce import reduced
from assembler.errors import NetworkError
from assembler.model.distribution import Release
from assembler.model.paths import UnsafePathError, safe_name
from assembler.model.url import file_name
from tests.faults.hostile_texts import WHOLE
from tests.faults.mutations import mutated
from tests.servers import HTML, JSON, IndexServer, Manners
from tests.wheels import make_sdist, make_wheel

URL = "https://index.example/simple/tool/"
SCHEMES = ("https://", "http://")


class Pages:
    """Pages in JSON and HTML; they list what may be taken from the web, or are refused."""

    name = "pages"

    def __init__(self) -> None:
        files = dict(
            [make_wheel("tool", "1.0"), make_wheel("tool", "2.0"), make_sdist("tool", "3")]
        )
        index = IndexServer(files, Manners(yanked={"tool-3.tar.gz": "broken"}))
        self._pages = [
            (kind, index.answer("/simple/tool/", {"accept": kind}).body) for kind in (JSON, HTML)
        ]
        self._bodies = [body for _, body in self._pages]

    def once(self, chance: random.Random) -> Iterator[str]:
        """Read one page; yields what came of it that must not."""
        kind, body = chance.choice(self._pages)
        if chance.random() < 0.5:
            body = mutated(chance, body, self._bodies)
        else:
            body = _invented(chance, kind)
        try:
            page = listing(body, kind, URL)
            files = tuple(offered(page))
        except NetworkError:
            return
        releases = reduced(iter(files), "tool")
        found = grouped(page, "tool")
        lazy = tuple(LazyReleases(found.head.versions, "tool", lambda: (found,)))
        if tuple(each for each in lazy if each.wheels or each.sdist) != releases:
            yield "it says something else when it is read lazily"
        for release in releases:
            yield from _unfit(release)


def _unfit(release: Release) -> Iterator[str]:
    for file in (*release.wheels, *((release.sdist,) if release.sdist else ())):
        if not file.url.startswith(SCHEMES):
            yield f"{file.url!r} would be fetched"
        for name in (file.filename, file_name(file.url)):
            try:
                safe_name(name)
            except UnsafePathError as error:
                yield f"a file's name {error}"


def _invented(chance: random.Random, kind: str) -> bytes:
    """A page with random files."""
    names = ("tool-1.0-py3-none-any.whl", "tool-2.tar.gz", "tool-1.zip", *WHOLE)

    def text() -> str:
        return "".join(chance.choice(names) for _ in range(chance.choice((1, 1, 2))))

    described = [{"filename": text(), "url": text(), "yanked": text()} for _ in range(4)]
    if kind == JSON:
        return json.dumps({"files": described, "meta": {"api-version": "1.0"}}).encode()
    lines = (f'<a href="{each["url"]}" data-yanked>{each["filename"]}</a>' for each in described)
    return "\n".join(lines).encode("utf-8", "surrogatepass")
