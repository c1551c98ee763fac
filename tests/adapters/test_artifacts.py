"""The cache of downloads."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from assembler.adapters.artifacts import CachedArtifacts
from assembler.adapters.http import PooledHttp
from assembler.errors import IntegrityError, MachineError, NetworkError
from assembler.model.lock import LockedArtifact
from tests.fakes.cache_lock import MemoryCacheLock
from tests.fakes.http import MemoryHttp

URL = "https://acme.example/a.zip"
BODY = b"the bytes of an archive\n"
SHA256 = hashlib.sha256(BODY).hexdigest()
LOCKED = LockedArtifact(url=URL, sha256=SHA256, size=len(BODY))


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_files_lie_under_their_hash_and_are_read_only(tmp_path: Path) -> None:
    path = Path(CachedArtifacts(MemoryHttp({URL: BODY}), tmp_path, MemoryCacheLock()).fetch(LOCKED))
    assert path == tmp_path / "files" / SHA256[:2] / SHA256 / "a.zip"
    assert path.stat().st_mode & 0o777 == 0o444


def test_a_cached_file_is_not_asked_for(tmp_path: Path) -> None:
    CachedArtifacts(MemoryHttp({URL: BODY}), tmp_path, MemoryCacheLock()).fetch(LOCKED)
    http = MemoryHttp()
    artifacts = CachedArtifacts(http, tmp_path, MemoryCacheLock())
    artifacts.fetch(LOCKED)
    assert artifacts.lock(URL, SHA256) == LOCKED
    assert http.requests == []


def test_a_url_is_locked_once_in_a_run(tmp_path: Path) -> None:
    http = MemoryHttp({URL: BODY})
    artifacts = CachedArtifacts(http, tmp_path, MemoryCacheLock())
    assert artifacts.lock(URL, None) == artifacts.lock(URL, None) == LOCKED
    assert http.requests == [URL]


def test_threads_that_want_one_file_fetch_it_once(tmp_path: Path) -> None:
    http = MemoryHttp({URL: BODY})
    artifacts = CachedArtifacts(http, tmp_path, MemoryCacheLock())
    with ThreadPoolExecutor(8) as threads:
        paths = set(threads.map(artifacts.fetch, [LOCKED] * 32))
    assert (len(paths), http.requests) == (1, [URL])


def test_runs_that_share_a_cache_agree(tmp_path: Path) -> None:
    def fetch(_: int) -> Path:
        return Path(
            CachedArtifacts(MemoryHttp({URL: BODY}), tmp_path, MemoryCacheLock()).fetch(LOCKED)
        )

    with ThreadPoolExecutor(8) as threads:
        paths = set(threads.map(fetch, range(32)))
    assert files(tmp_path) == [str(paths.pop().relative_to(tmp_path))]
    assert not paths


def test_a_cache_that_can_not_be_written(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("in the way")
    with pytest.raises(MachineError) as caught:
        CachedArtifacts(MemoryHttp({URL: BODY}), tmp_path, MemoryCacheLock()).fetch(LOCKED)
    assert caught.value.message == f"can't use `{tmp_path}/files`: Not a directory"


@pytest.mark.parametrize("damage", [b"short", BODY.replace(b"t", b"T")])
def test_a_damaged_file_is_fetched_again(tmp_path: Path, damage: bytes) -> None:
    path = Path(CachedArtifacts(MemoryHttp({URL: BODY}), tmp_path, MemoryCacheLock()).fetch(LOCKED))
    path.chmod(0o644)
    path.write_bytes(damage)
    assert (
        CachedArtifacts(MemoryHttp({URL: BODY}), tmp_path, MemoryCacheLock()).fetch(LOCKED) == path
    )
    assert path.read_bytes() == BODY


def test_a_damaged_file_that_can_not_be_fetched_again_is_told_of(tmp_path: Path) -> None:
    path = Path(CachedArtifacts(MemoryHttp({URL: BODY}), tmp_path, MemoryCacheLock()).fetch(LOCKED))
    path.chmod(0o644)
    path.write_bytes(b"other")
    with pytest.raises(IntegrityError) as caught:
        CachedArtifacts(PooledHttp(offline=True), tmp_path, MemoryCacheLock()).fetch(LOCKED)
    assert caught.value.message == snapshot("`a.zip` in the cache has another hash than expected")
    assert caught.value.details == snapshot(
        (
            "expected sha256 24eeb13cb298ae51de2e5d29f19ccfc42fdc4798647c903a5fd51130746ad5c8",
            "got      sha256 d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa",
            (
                "fetching it again failed: `https://acme.example/a.zip` is not cached, "
                "and nothing is fetched offline"
            ),
        )
    )
    assert caught.value.hints == snapshot(("run the same once with the network",))


def test_a_wrong_hash_caches_nothing(tmp_path: Path) -> None:
    with pytest.raises(IntegrityError) as caught:
        CachedArtifacts(MemoryHttp({URL: b"other"}), tmp_path, MemoryCacheLock()).lock(URL, SHA256)
    assert caught.value.message == snapshot("`a.zip` has another hash than expected")
    assert caught.value.details == snapshot(
        (
            "from https://acme.example/a.zip",
            "expected sha256 24eeb13cb298ae51de2e5d29f19ccfc42fdc4798647c903a5fd51130746ad5c8",
            "got      sha256 d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa",
        )
    )
    assert files(tmp_path) == []


def test_a_wrong_size_caches_nothing(tmp_path: Path) -> None:
    longer = LockedArtifact(url=URL, sha256=SHA256, size=100)
    with pytest.raises(IntegrityError) as caught:
        CachedArtifacts(MemoryHttp({URL: BODY}), tmp_path, MemoryCacheLock()).fetch(longer)
    assert caught.value.message == snapshot("`a.zip` has 24 bytes, where 100 are expected")
    assert files(tmp_path) == []


def test_a_wrong_hash_keeps_the_cached_copy(tmp_path: Path) -> None:
    artifacts = CachedArtifacts(MemoryHttp({URL: BODY}), tmp_path, MemoryCacheLock())
    path = Path(artifacts.fetch(LOCKED))
    with pytest.raises(IntegrityError):
        artifacts.lock(URL, "0" * 64)
    assert path.read_bytes() == BODY


def test_queries_do_not_collide(tmp_path: Path) -> None:
    http = MemoryHttp({f"{URL}?v=1": b"one", f"{URL}?v=2": b"two"})
    artifacts = CachedArtifacts(http, tmp_path, MemoryCacheLock())
    paths = [artifacts.fetch(artifacts.lock(f"{URL}?v={number}", None)) for number in (1, 2)]
    assert [Path(path).read_bytes() for path in paths] == [b"one", b"two"]


def test_credentials_stay_out_of_the_lock(tmp_path: Path) -> None:
    url = "https://me:secret@acme.example/a.zip"
    assert (
        CachedArtifacts(MemoryHttp({url: BODY}), tmp_path, MemoryCacheLock()).lock(url, None)
        == LOCKED
    )


def test_names_that_are_not_plain_are_replaced(tmp_path: Path) -> None:
    url = "https://acme.example/..%2f..%2fevil"
    artifacts = CachedArtifacts(MemoryHttp({url: BODY}), tmp_path, MemoryCacheLock())
    assert artifacts.fetch(artifacts.lock(url, None)).name == "file"


def test_offline_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(NetworkError) as caught:
        CachedArtifacts(PooledHttp(offline=True), tmp_path, MemoryCacheLock()).fetch(LOCKED)
    assert caught.value.message == snapshot(
        "`https://acme.example/a.zip` is not cached, and nothing is fetched offline"
    )
