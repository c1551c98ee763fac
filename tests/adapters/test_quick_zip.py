"""One member of a zip archive, read without the others."""

import io
import zipfile
import zlib

import pytest

from assembler.adapters.simple_index.archives import wheel_metadata
from assembler.adapters.simple_index.quick_zip import only_member
from assembler.errors import IntegrityError
from tests.wheels import make_wheel

LIMIT = 1 << 20
TEXT = b"some text\n" * 50


def archive(*names: str, method: int = zipfile.ZIP_DEFLATED, comment: bytes = b"") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as opened:
        for name in names:
            opened.writestr(name, TEXT)
        opened.comment = comment
    return buffer.getvalue()


def read(data: bytes, limit: int = LIMIT) -> bytes | None:
    return only_member(io.BytesIO(data), lambda name: name.startswith("x"), limit)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_only_wanted_member(method: int) -> None:
    assert read(archive("a", "x", "b", method=method)) == TEXT


@pytest.mark.parametrize(
    "data",
    [
        b"",
        archive(),
        archive("a"),
        archive("x1", "x2"),
        archive("x", comment=b"hello"),
        b"before" + archive("x"),
        archive("x") + b"behind",
    ],
    ids=["empty", "no member", "none", "two", "comment", "data before", "data behind"],
)
def test_what_is_left_to_who_knows_more(data: bytes) -> None:
    assert read(data) is None


def test_a_member_that_is_too_large() -> None:
    assert read(archive("x"), limit=len(TEXT)) == TEXT
    assert read(archive("x"), limit=len(TEXT) - 1) is None


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_damaged_member(method: int) -> None:
    data = bytearray(archive("x", method=method))
    data[30 + len("x") + 3] ^= 0xFF
    with pytest.raises((ValueError, zlib.error)):
        read(bytes(data))


def test_wheels_are_read_as_zipfile_reads_them() -> None:
    filename, content = make_wheel("demo", "1.0", requires=["other"])
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        expected = opened.read("demo-1.0.dist-info/METADATA")
    assert wheel_metadata(io.BytesIO(content), filename, LIMIT) == expected
    behind = content + b"behind"
    with zipfile.ZipFile(io.BytesIO(behind)) as opened:
        assert opened.read("demo-1.0.dist-info/METADATA") == expected
    assert wheel_metadata(io.BytesIO(behind), filename, LIMIT) == expected


@pytest.mark.parametrize("cut", [1, 10, 40, 90])
def test_a_wheel_that_is_cut_off(cut: int) -> None:
    filename, content = make_wheel("demo", "1.0")
    with pytest.raises(IntegrityError, match="is not a valid wheel"):
        wheel_metadata(io.BytesIO(content[:-cut]), filename, LIMIT)
