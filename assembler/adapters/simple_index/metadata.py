"""Core metadata of candidates, from the cache where it is known."""

import hashlib
from collections.abc import Mapping
from pathlib import PurePath
from threading import Lock
from typing import TYPE_CHECKING

import msgspec

from assembler.adapters.simple_index.kept import keep
from assembler.adapters.simple_index.recent import Recent
from assembler.adapters.simple_index.settings import IndexSettings
from assembler.model.distribution import CoreMetadata, DistributionFile
from assembler.model.url import without_credentials
from assembler.ports import Artifacts, Files
from assembler.transport import Http

if TYPE_CHECKING:
    from assembler.adapters.simple_index.fetch import MetadataFetcher

_FOLDER = "metadata-1"
_decoder = msgspec.msgpack.Decoder(CoreMetadata)


class MetadataReader:
    """Reads core metadata from the cache, else lets it be fetched and keeps it."""

    def __init__(
        self,
        http: Http,
        artifacts: Artifacts,
        files: Files,
        settings: IndexSettings,
        recent: Recent,
    ) -> None:
        self._http = http
        self._artifacts = artifacts
        self._files = files
        self._settings = settings
        self._folder = settings.cache / _FOLDER
        self._recent = recent
        self._read: dict[str, CoreMetadata] = {}
        self._fetcher: MetadataFetcher | None = None
        self._lock = Lock()

    def read(self, file: DistributionFile) -> CoreMetadata:
        """Return the core metadata of a wheel or of an sdist that says it without a build."""
        key = _key(file)
        known = self._recent.metadata(key)
        if known is None:
            known = self._read[key] = self._kept(self._path(key)) or self._fetched(file)
        return known

    def needs_network(self, file: DistributionFile) -> bool:
        """Whether somebody must be asked, because the cache does not know it."""
        if self._settings.offline or self._recent.metadata(key := _key(file)):
            return False
        return self._files.state(self._path(key)) is None

    def looked_at(self) -> Mapping[str, CoreMetadata]:
        """Return the metadata that was read and is not remembered, by key."""
        return dict(self._read)

    def _fetched(self, file: DistributionFile) -> CoreMetadata:
        metadata = self._opened().fetch(file)
        keep(self._files, self._path(_key(file)), msgspec.msgpack.encode(metadata))
        return metadata

    def _opened(self) -> "MetadataFetcher":
        from assembler.adapters.simple_index.fetch import (  # noqa: PLC0415 - loads archive readers
            MetadataFetcher,
        )

        with self._lock:
            if self._fetcher is None:
                self._fetcher = MetadataFetcher(self._http, self._artifacts, self._settings)
            return self._fetcher

    def _kept(self, path: PurePath) -> CoreMetadata | None:
        try:
            return _decoder.decode(self._files.read(path))
        except (FileNotFoundError, msgspec.DecodeError):
            return None

    def _path(self, key: str) -> PurePath:
        return self._folder / key[-2:] / f"{key}.msgpack"


def _key(file: DistributionFile) -> str:
    """What metadata is kept by: the hash of the file, or of its URL if it has none."""
    url = without_credentials(file.url)
    return file.sha256 or "url-" + hashlib.sha256(url.encode()).hexdigest()
