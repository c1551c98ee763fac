"""What every `Artifacts` must do."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from assembler.adapters.artifacts import CachedArtifacts
from assembler.adapters.http import PooledHttp
from assembler.errors import IntegrityError, NetworkError
from assembler.model.lock import LockedArtifact
from assembler.ports import Artifacts
from tests.fakes.artifacts import MemoryArtifacts
from tests.fakes.cache_lock import MemoryCacheLock
from tests.fakes.http import MemoryHttp
from tests.servers import serve

BODY = b"the bytes of an archive\n"
SHA256 = hashlib.sha256(BODY).hexdigest()
OTHER = hashlib.sha256(b"other").hexdigest()


class Subject:
    """An implementation, and a URL where `BODY` is."""

    def __init__(self, artifacts: Artifacts, url: str) -> None:
        self.artifacts = artifacts
        self.url = url

    def locked(self, sha256: str = SHA256, size: int = len(BODY)) -> LockedArtifact:
        return LockedArtifact(url=self.url, sha256=sha256, size=size)


@pytest.fixture(params=["memory", "cached", "server", "file"])
def subject(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Subject]:
    cache, url = tmp_path / "cache", "https://acme.example/a.zip"
    match request.param:
        case "memory":
            yield Subject(MemoryArtifacts(cache, {url: BODY}), url)
        case "cached":
            yield Subject(CachedArtifacts(MemoryHttp({url: BODY}), cache, MemoryCacheLock()), url)
        case "server":
            with serve({"a.zip": BODY}) as server:
                artifacts = CachedArtifacts(PooledHttp(), cache, MemoryCacheLock())
                yield Subject(artifacts, server.file_url("a.zip"))
        case _:
            (tmp_path / "a.zip").write_bytes(BODY)
            url = (tmp_path / "a.zip").as_uri()
            yield Subject(CachedArtifacts(PooledHttp(offline=True), cache, MemoryCacheLock()), url)


def test_a_file_is_fetched(subject: Subject) -> None:
    path = subject.artifacts.fetch(subject.locked())
    assert Path(path).read_bytes() == BODY
    assert path.name == "a.zip"
    assert subject.artifacts.fetch(subject.locked()) == path


def test_an_unknown_hash_is_locked(subject: Subject) -> None:
    assert subject.artifacts.lock(subject.url, None) == subject.locked()
    assert Path(subject.artifacts.fetch(subject.locked())).read_bytes() == BODY


def test_a_known_hash_is_locked(subject: Subject) -> None:
    subject.artifacts.fetch(subject.locked())
    assert subject.artifacts.lock(subject.url, SHA256) == subject.locked()


def test_another_hash_is_an_error(subject: Subject) -> None:
    with pytest.raises(IntegrityError):
        subject.artifacts.fetch(subject.locked(sha256=OTHER))
    with pytest.raises(IntegrityError):
        subject.artifacts.lock(subject.url, OTHER)


@pytest.mark.parametrize("size", [len(BODY) - 1, len(BODY) + 1])
def test_another_size_is_an_error(subject: Subject, size: int) -> None:
    with pytest.raises(IntegrityError):
        subject.artifacts.fetch(subject.locked(size=size))


def test_an_unknown_size(subject: Subject) -> None:
    assert Path(subject.artifacts.fetch(subject.locked(size=0))).read_bytes() == BODY


def test_a_file_that_is_not_there(subject: Subject) -> None:
    missing = LockedArtifact(url=subject.url + "-x", sha256=OTHER, size=1)
    with pytest.raises(NetworkError):
        subject.artifacts.fetch(missing)
