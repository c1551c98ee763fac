"""Indexes on this machine: a directory for each distribution, or one directory for all."""

from collections.abc import Iterable
from pathlib import PurePath
from urllib.parse import quote, unquote, urlsplit

import msgspec

from assembler.adapters.simple_index.answers import files_of, is_absent
from assembler.adapters.simple_index.flat import names_of
from assembler.adapters.simple_index.reduce import normalised, reduced, version_of
from assembler.adapters.simple_index.settings import IndexSettings
from assembler.errors import NetworkError
from assembler.model.distribution import DistributionFile, Release
from assembler.model.url import shown
from assembler.ports import Files, FileState
from assembler.transport import Http, HttpResponse, within


class LocalIndexes:
    """Releases of `file:` indexes; files whose page says no hash are hashed."""

    def __init__(self, http: Http, files: Files, settings: IndexSettings) -> None:
        self._http = http
        self._files = files
        self._flat_ones = settings.flat
        self._limits = settings.limits
        self._listings: dict[str, tuple[DistributionFile, ...]] = {}

    def releases(self, index: str, name: str) -> tuple[Release, ...]:
        """Return the releases of a distribution."""
        own = (file for file in self._files_for(index, name) if version_of(file.filename, name))
        return reduced((self._measured(file) for file in own), name)

    def names(self, index: str) -> tuple[str, ...]:
        """Return the names of all distributions: those of its folders and of its files."""
        top = PurePath(unquote(urlsplit(index).path))
        states = ((name, self._files.state(top / name)) for name in self._files.names(top))
        folders = {normalised(name) for name, state in states if state and _is_folder(state)}
        return tuple(sorted(folders.union(names_of(self._flat(index)))))

    def _files_for(self, index: str, name: str) -> Iterable[DistributionFile]:
        """The page of a distribution, or the whole index where it is flat."""
        if index in self._flat_ones:
            return self._flat(index)
        url = f"{index.rstrip('/')}/{quote(name, safe='')}/"
        response = self._page(url)
        return self._flat(index) if is_absent(response) else files_of(response)

    def _flat(self, index: str) -> tuple[DistributionFile, ...]:
        if index not in self._listings:
            response = self._page(index.rstrip("/"))
            if is_absent(response):
                raise NetworkError(f"there is no index at `{shown(index)}`")
            self._listings[index] = tuple(files_of(response))
        return self._listings[index]

    def _page(self, url: str) -> HttpResponse:
        with within(self._limits, "page_size"):
            return self._http.get(url, limit=self._limits.page_size)

    def _measured(self, file: DistributionFile) -> DistributionFile:
        """Add size and sha256 where they are not known."""
        path = PurePath(unquote(urlsplit(file.url).path))
        if file.sha256 is not None or not file.url.startswith("file:"):
            return file
        state = self._files.state(path)
        if state is None:
            return file
        digest = self._files.sha256(path)
        return msgspec.structs.replace(file, sha256=digest, size=state.size)


def _is_folder(state: FileState) -> bool:
    return state.kind == "directory"
