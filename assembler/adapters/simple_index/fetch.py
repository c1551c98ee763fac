"""Core metadata as it is fetched, the cheapest way first."""

import hashlib
import io
from pathlib import Path
from typing import IO, cast
from urllib.parse import urlsplit, urlunsplit

from assembler.adapters.simple_index.archives import sdist_metadata, wheel_metadata
from assembler.adapters.simple_index.ranges import RangesUnsupportedError, RemoteFile
from assembler.adapters.simple_index.reduce import normalised, version_of
from assembler.adapters.simple_index.settings import IndexSettings
from assembler.adapters.simple_index.siblings import Siblings
from assembler.errors import IntegrityError
from assembler.model.distribution import CoreMetadata, DistributionFile
from assembler.model.lock import LockedArtifact
from assembler.model.metadata import is_static, parse_core_metadata
from assembler.ports import Artifacts, MetadataUnknown
from assembler.transport import Http, within

_OK = 200


class MetadataFetcher:
    """Fetches core metadata: a sibling of the file, a part of the file, or the whole file."""

    def __init__(self, http: Http, artifacts: Artifacts, settings: IndexSettings) -> None:
        self._http = http
        self._artifacts = artifacts
        self._offline = settings.offline
        self._limits = settings.limits
        self._siblings = Siblings()
        self._rangeless: set[str] = set()

    def fetch(self, file: DistributionFile) -> CoreMetadata:
        """Fetch the core metadata of a wheel or of an sdist that says it without a build."""
        with within(self._limits, "metadata_size"):
            return self._fetched(file)

    def _fetched(self, file: DistributionFile) -> CoreMetadata:
        if not file.filename.endswith(".whl"):
            return self._from_sdist(file)
        if self._offline:
            return self._from_whole(file)
        if file.metadata is not None:
            return self._from_sibling(file) or self._from_part(file) or self._from_whole(file)
        return self._from_part(file) or self._from_silent(file) or self._from_whole(file)

    def _from_sibling(self, file: DistributionFile) -> CoreMetadata | None:
        response = self._http.get(sibling_url(file.url), limit=self._limits.metadata_size)
        return self._announced(file, response.body) if response.status == _OK else None

    def _from_silent(self, file: DistributionFile) -> CoreMetadata | None:
        """What a sibling says that nobody announced; a host without them is asked once."""
        if not self._siblings.worth_asking(file.url):
            return None
        response = self._http.get(sibling_url(file.url), limit=self._limits.metadata_size)
        found = None
        if response.status == _OK:
            try:
                found = checked(file, response.body)
            except IntegrityError:
                found = None
        if found is None:
            self._siblings.learn_refusal(file.url)
        return found

    def _announced(self, file: DistributionFile, content: bytes) -> CoreMetadata:
        actual = hashlib.sha256(content).hexdigest()
        if file.metadata and actual != file.metadata:
            raise IntegrityError(
                f"the metadata of `{file.filename}` has another hash than its index says",
                details=(f"expected sha256 {file.metadata}", f"got      sha256 {actual}"),
            )
        return checked(file, content)

    def _from_part(self, file: DistributionFile) -> CoreMetadata | None:
        host = urlsplit(file.url).netloc
        if host in self._rangeless:
            return None
        try:
            remote = cast("IO[bytes]", RemoteFile(self._http, file.url, file.size))
            content = wheel_metadata(remote, file.filename, self._limits.metadata_size)
        except RangesUnsupportedError:
            self._rangeless.add(host)
            return None
        return checked(file, content)

    def _from_whole(self, file: DistributionFile) -> CoreMetadata:
        with self._whole(file) as stream:
            content = wheel_metadata(stream, file.filename, self._limits.metadata_size)
        return checked(file, content)

    def _from_sdist(self, file: DistributionFile) -> CoreMetadata:
        with self._whole(file) as stream:
            content = sdist_metadata(stream, file.filename, self._limits)
        if content is None or not is_static(content):
            raise MetadataUnknown(file.filename)
        return checked(file, content)

    def _whole(self, file: DistributionFile) -> io.BufferedReader:
        if file.sha256 is None or file.size is None:
            artifact = self._artifacts.lock(file.url, file.sha256)
        else:
            artifact = LockedArtifact(url=file.url, sha256=file.sha256, size=file.size)
        return Path(self._artifacts.fetch(artifact)).open("rb")


def sibling_url(url: str) -> str:
    """Return the URL of the core metadata that lies beside a file (PEP 658)."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=parts.path + ".metadata"))


def checked(file: DistributionFile, content: bytes) -> CoreMetadata:
    """Parse core metadata; raises `IntegrityError` where it isn't valid or not of this file."""
    try:
        metadata = parse_core_metadata(content)
    except ValueError as error:
        raise IntegrityError(f"the metadata of `{file.filename}` is not valid: {error}") from None
    named = version_of(file.filename, normalised(metadata.name))
    own = version_of(f"x-{metadata.version}.tar.gz", "x")
    if named is None or named != own:
        raise IntegrityError(
            f"the metadata of `{file.filename}` is of `{metadata.name} {metadata.version}`"
        )
    return metadata
