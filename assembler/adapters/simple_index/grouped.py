"""Pages as the cache keeps them: files grouped by version, read when a version is looked at.

Few versions of a long page are ever looked at. What reads each group is `reduced`, which says the
same of all files at once.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, TypeAlias, overload

import msgspec
from packaging.version import Version

from assembler.adapters.simple_index.listed import ListedFile, Listing, offered
from assembler.adapters.simple_index.plain import plain_release
from assembler.adapters.simple_index.reduce import reduced, version_of
from assembler.adapters.simple_index.sliced import SlicedPage, sliced
from assembler.model.distribution import Release

if TYPE_CHECKING:
    _Slice: TypeAlias = slice[int | None, int | None, int | None]

_decoder = msgspec.msgpack.Decoder(tuple[ListedFile, ...])
_encoder = msgspec.msgpack.Encoder()


class LazyReleases(Sequence[Release]):
    """The releases of a grouped page, each read when it is first asked for.

    `known` has those that are read, by position.
    """

    def __init__(
        self,
        versions: Sequence[str],
        name: str,
        pages: Callable[[], Iterable[SlicedPage]],
        known: Mapping[int, Release] | None = None,
    ) -> None:
        """`pages` yields the page, and where that lacks a version the page as it is by now."""
        self._versions = versions
        self._name = name
        self._pages = pages
        self.known = dict(known or {})

    def __len__(self) -> int:
        return len(self._versions)

    @overload
    def __getitem__(self, position: int) -> Release: ...
    @overload
    def __getitem__(self, position: "_Slice") -> Sequence[Release]: ...
    def __getitem__(self, position: "int | _Slice") -> Release | Sequence[Release]:
        if isinstance(position, slice):
            return [self[each] for each in range(len(self))[position]]
        found = self.known.get(position)
        if found is None:
            found = self.known[position] = self._read(self._versions[position])
        return found

    def _read(self, version: str) -> Release:
        listing = self._listing(version)
        if plain := plain_release(listing, self._name):
            return plain
        return next(iter(reduced(offered(listing), self._name)), Release(version=version))

    def _listing(self, version: str) -> Listing:
        for page in self._pages():
            if (content := page.slice_of(version)) is not None:
                return Listing(page.head.base, _decoder.decode(content))
        return Listing("")


def grouped(page: Listing, name: str) -> SlicedPage:
    """Group the files of one distribution by version; those of no version are left out.

    What is quarantined has none.
    """
    if page.status is not None and page.status.is_quarantined:
        return sliced(page.base, page.status, ())
    groups: dict[Version, list[ListedFile]] = {}
    spelled: dict[Version, Version] = {}
    known: dict[str, list[ListedFile] | None] = {}
    for file in page.files:
        filename = file.filename
        wheel = filename.endswith(".whl")
        telling = filename[: filename.find("-", filename.find("-") + 1)] if wheel else filename
        if telling not in known:
            version = version_of(f"{telling}-py3-none-any.whl" if wheel else telling, name)
            known[telling] = None if version is None else groups.setdefault(version, [])
            if wheel and version is not None:
                spelled.setdefault(version, version)
        group = known[telling]
        if group is not None:
            group.append(file)
    ordered = sorted(groups.items(), key=itemgetter(0), reverse=True)
    return sliced(
        page.base,
        page.status,
        (
            (str(spelled.get(version, version)), _encoder.encode(group))
            for version, group in ordered
        ),
    )
