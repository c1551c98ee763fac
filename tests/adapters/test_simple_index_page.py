"""Pages of a Simple index, read and reduced."""

import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from assembler.adapters.simple_index.listed import file_url
from assembler.adapters.simple_index.page import JSON_TYPE, parse_page
from assembler.adapters.simple_index.reduce import reduced, version_of
from assembler.errors import NetworkError
from assembler.model.distribution import DistributionFile

URL = "https://me:secret@acme.example/simple/demo/"
SHA256 = "ab" * 32


def from_json(*files: Mapping[str, object], version: str = "1.4") -> list[DistributionFile]:
    page = {"meta": {"api-version": version}, "name": "demo", "files": files}
    return list(parse_page(json.dumps(page).encode(), JSON_TYPE, URL))


def from_html(text: str) -> list[DistributionFile]:
    return list(parse_page(text.encode(), "text/html; charset=utf-8", URL))


def file(**fields: object) -> Mapping[str, object]:
    name = "demo-1.0-py3-none-any.whl"
    return {"filename": name, "url": f"../../files/{name}", "hashes": {}, **fields}


def test_a_name_that_is_no_plain_one_is_left_out() -> None:
    long = f"demo-1.0-py3-none-{'a' * 233}.whl"
    assert [each.filename for each in from_json(file(filename=long))] == [long]
    for odd in (f"x{long}", "../demo-1.0.tar.gz", "demo-1.0-py3-none-é.whl", "demo-1.0\n.zip", ""):
        assert from_json(file(filename=odd)) == []


def test_a_json_file() -> None:
    assert from_json(
        file(
            **{
                "hashes": {"sha256": SHA256.upper(), "md5": "x"},
                "requires-python": ">=3.9",
                "size": 7,
                "upload-time": "2026-01-01T00:00:00.5Z",
                "yanked": "broken",
                "core-metadata": {"sha256": SHA256},
                "provenance": None,
            }
        )
    ) == [
        DistributionFile(
            filename="demo-1.0-py3-none-any.whl",
            url="https://acme.example/files/demo-1.0-py3-none-any.whl",
            sha256=SHA256,
            size=7,
            upload_time="2026-01-01T00:00:00.5Z",
            requires_python=">=3.9",
            yanked="broken",
            metadata=SHA256,
        )
    ]


def test_an_html_file() -> None:
    assert from_html(
        '<base href="/elsewhere/"><a href="demo-1.0%2Blocal-py3-none-any.whl'
        f'?x=1#egg=y&amp;sha256={SHA256}" data-requires-python="&gt;=3.9" data-yanked'
        ' data-dist-info-metadata="true">any text</a><a name="no-link">'
    ) == [
        DistributionFile(
            filename="demo-1.0+local-py3-none-any.whl",
            url="https://acme.example/elsewhere/demo-1.0%2Blocal-py3-none-any.whl?x=1",
            sha256=SHA256,
            requires_python=">=3.9",
            yanked="",
            metadata="",
        )
    ]


@pytest.mark.parametrize(
    ("fields", "metadata"),
    [
        ({}, None),
        ({"core-metadata": False}, None),
        ({"core-metadata": True}, ""),
        ({"core-metadata": {"md5": "x"}}, ""),
        ({"dist-info-metadata": {"sha256": SHA256}}, SHA256),
        ({"core-metadata": False, "dist-info-metadata": True}, ""),
    ],
)
def test_announced_metadata(fields: Mapping[str, object], metadata: str | None) -> None:
    assert from_json(file(**fields))[0].metadata == metadata


@pytest.mark.parametrize(("yanked", "reason"), [(True, ""), (False, None), ("", ""), (None, None)])
def test_yanked(yanked: object, reason: str | None) -> None:
    assert from_json(file(yanked=yanked))[0].yanked == reason


@pytest.mark.parametrize("digest", ["", "12", SHA256 + "0", "zz" * 32])
def test_what_is_no_sha256_is_none(digest: str) -> None:
    assert from_json(file(hashes={"sha256": digest}))[0].sha256 is None


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x/y", "javascript:x", "https://[x"])
def test_a_page_of_the_web_leads_to_the_web(url: str) -> None:
    assert from_json(file(url=url)) == []
    assert from_html(f'<a href="{url}">x</a>') == []


@pytest.mark.parametrize(
    ("reference", "url"),
    [
        (" https://files.example/a.whl\n", "https://files.example/a.whl"),
        ("\tHTTPS://files.example/a.whl", "https://files.example/a.whl"),
        ("ht\ntps://files.example/a.whl", "https://files.example/a.whl"),
        (" ../a.whl", "https://index.example/simple/a.whl"),
        ("https://[", None),
        (" file:///etc/passwd", None),
        (" data:text/plain,a", None),
    ],
)
def test_references_are_read_as_browsers_do(reference: str, url: str | None) -> None:
    assert file_url("https://index.example/simple/tool/", reference) == url


def test_credentials_in_file_urls_are_dropped() -> None:
    assert from_json(file(url="https://a:b@c.example/x.whl"))[0].url == "https://c.example/x.whl"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"files": [1]}', b"\xff\xfe"])
def test_bad_json(body: bytes) -> None:
    with pytest.raises(NetworkError, match=r"`https://acme\.example/simple/demo/` is not a page"):
        list(parse_page(body, JSON_TYPE, URL))


def test_another_major_version() -> None:
    assert from_json(file(), version="1.99")
    with pytest.raises(NetworkError) as caught:
        from_json(version="2.0")
    assert caught.value.message == snapshot(
        "`https://acme.example/simple/demo/` speaks version 2.0 of the Simple API; 1 is understood"
    )
    with pytest.raises(NetworkError):
        from_html('<meta name="pypi:repository-version" content="2.0">')


@pytest.mark.parametrize(
    ("filename", "version"),
    [
        ("demo_thing-1.0-py3-none-any.whl", "1"),
        ("Demo.Thing-1.0-1-py3-none-any.whl", "1.0"),
        ("demo_thing-1.0+cu_1-py3-none-any.whl", "1.0+cu.1"),
        ("demo-thing-1.0.tar.gz", "1.0"),
        ("demo_thing-1.0.post1.zip", "1.0.post1"),
        ("demo_thing-1!2.0.tar.gz", "1!2.0"),
        ("demo_thing-1.0.exe", None),
        ("demo_thing-1.0.tar.bz2", None),
        ("demo_thing-1.0.whl", None),
        ("demo_thing-1.0-py3-none-../x.whl", None),
        ("demo-thing-extra-1.0.tar.gz", None),
        ("demo_things-1.0-py3-none-any.whl", None),
        ("demo_thing-huh-py3-none-any.whl", None),
        ("", None),
    ],
)
def test_versions_of_file_names(filename: str, version: str | None) -> None:
    found = version_of(filename, "demo-thing")
    assert (found is None) == (version is None)
    if version is not None:
        assert found == version_of(f"x-{version}.tar.gz", "x")


@given(st.text())
def test_any_file_name_is_survived(filename: str) -> None:
    version_of(filename, "demo")


@given(st.binary())
def test_any_html_is_survived(body: bytes) -> None:
    list(parse_page(body, "text/html", URL))


def offered(*names: str) -> list[DistributionFile]:
    return [DistributionFile(filename=name, url=f"https://x/{n}") for n, name in enumerate(names)]


def test_releases_hold_their_files() -> None:
    files = offered(
        "demo-1.9.tar.gz",
        "demo-1.10.zip",
        "demo-1.10.tar.gz",
        "demo-1.10-py3-none-any.whl",
        "demo-1.10-py3-none-any.whl",
        "demo-1.10.0-cp312-cp312-win32.whl",
        "other-3.tar.gz",
    )
    releases = reduced(files, "demo")
    assert [release.version for release in releases] == ["1.10", "1.9"]
    assert [wheel.url for wheel in releases[0].wheels] == ["https://x/3", "https://x/5"]
    assert releases[0].sdist == files[2]


def test_old_python_specifiers_are_mended() -> None:
    file = DistributionFile(filename="demo-1.tar.gz", url="x", requires_python=">=3.6.*, <4.*")
    sdist = reduced([file], "demo")[0].sdist
    assert sdist is not None
    assert sdist.requires_python == ">=3.6, <4"
