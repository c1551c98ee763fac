"""HTTP through mirrors."""

import hashlib
from pathlib import Path

from assembler.adapters.mirrors import MirroredHttp
from assembler.transport import Http, HttpResponse
from tests.fakes.http import MemoryHttp

ORIGINAL, MIRROR = "https://acme.example/", "https://mirror.example/acme/"


class Typed(MemoryHttp):
    """Answers with the type of an index page."""

    def get(self, *arguments: object, **how: object) -> HttpResponse:
        answer = super().get(*arguments, **how)  # type: ignore[arg-type]
        headers = {"content-type": "text/html; charset=utf-8"}
        return HttpResponse(status=answer.status, url=answer.url, headers=headers, body=answer.body)


def test_what_begins_so_comes_from_the_mirror():
    http = MemoryHttp({f"{MIRROR}a": b"a", "https://other.example/a": b"other"})
    mirrored: Http = MirroredHttp(http, {ORIGINAL: MIRROR})
    answer = mirrored.get(f"{ORIGINAL}a", limit=10)
    assert (answer.body, answer.url) == (b"a", f"{ORIGINAL}a")
    assert mirrored.get("https://other.example/a", limit=10).body == b"other"


def test_the_longest_beginning_counts():
    http = MemoryHttp({"https://two.example/c": b"2", "https://one.example/x": b"1"})
    mirrors = {ORIGINAL: "https://one.example/", f"{ORIGINAL}b/": "https://two.example/"}
    mirrored = MirroredHttp(http, mirrors)
    assert mirrored.get(f"{ORIGINAL}b/c", limit=10).body == b"2"
    assert mirrored.get(f"{ORIGINAL}x", limit=10).body == b"1"


def test_links_in_pages_lead_back():
    page = f'<a href="{MIRROR}files/a.whl">'.encode()
    mirrored = MirroredHttp(Typed({f"{MIRROR}simple/a/": page}), {ORIGINAL: MIRROR})
    answer = mirrored.get(f"{ORIGINAL}simple/a/", limit=1000)
    assert answer.body == f'<a href="{ORIGINAL}files/a.whl">'.encode()


def test_downloads(tmp_path: Path):
    mirrored = MirroredHttp(MemoryHttp({f"{MIRROR}a.whl": b"a"}), {ORIGINAL: MIRROR})
    got = mirrored.download(f"{ORIGINAL}a.whl", tmp_path / "a.whl", limit=10)
    assert (got.url, got.sha256) == (f"{ORIGINAL}a.whl", hashlib.sha256(b"a").hexdigest())
