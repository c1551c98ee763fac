"""The strict zip reader: what it refuses and why, and what it takes."""

import io
import struct
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assembler.adapters.archives.members import RefusedError
from assembler.adapters.archives.zip_archive import ZipArchive
from assembler.model.limits import Limits
from assembler.model.paths import UnsafePathError
from tests.adapters.archives.zips import Raw, archive, deflated, zip64

LIMITS = Limits(
    archive_members=100, archive_size=1 << 20, archive_ratio=50, archive_ratio_from=1 << 16
)
A, B = Raw(name=b"pkg/a.py"), Raw(name=b"pkg/b.py", content=b"b" * 100, method=0)
CRC = zlib.crc32(A.content)
WIDE = 0xFFFFFFFF


def contents(data: bytes) -> dict[str, bytes]:
    opened = ZipArchive(io.BytesIO(data), LIMITS)
    return {
        entry.path: b"".join(opened.content(entry))
        for entry in opened.entries
        if not entry.directory
    }


def descriptor(member: Raw, form: str = "<III") -> bytes:
    sizes = (len(deflated(member.content)), len(member.content))
    return struct.pack(form, zlib.crc32(member.content), *sizes)


def streamed(data_descriptor: bytes, name: bytes = b"a") -> Raw:
    return Raw(
        name=name,
        flags=8,
        local_crc=0,
        local_size=0,
        local_packed_size=0,
        descriptor=data_descriptor,
    )


BOMB = Raw(name=b"bomb", content=b"\0" * 900_000)
GOOD = archive(A, B)

REFUSED = {
    "empty file": (b"", "it has no end of central directory; it is not a zip, or it is cut off"),
    "text": (
        b"hello" * 50,
        "it has no end of central directory; it is not a zip, or it is cut off",
    ),
    "cut off": (
        GOOD[:-30],
        "it has no end of central directory; it is not a zip, or it is cut off",
    ),
    "cut in the middle": (
        GOOD[:40] + GOOD[60:],
        "there are data before it, or its central directory is not at its end",
    ),
    "data behind": (archive(A, behind=b"x"), "there are data behind its end"),
    "a zip behind": (
        archive(A) + archive(B),
        "there are data before it, or its central directory is not at its end",
    ),
    "a zip behind that knows of the first": (
        archive(A) + archive(B, shift=len(archive(A))),
        "there are data before it",
    ),
    "a zip in the comment": (
        archive(A, comment=archive(B)),
        "there are data before it, or its central directory is not at its end",
    ),
    "data before": (
        archive(A, before=b"#!/bin/sh\n"),
        "there are data before it, or its central directory is not at its end",
    ),
    "data before, offsets adjusted": (
        archive(A, before=b"#!/bin/sh\n", shift=10),
        "there are data before it",
    ),
    "data before the directory": (
        archive(A, between=b"hidden"),
        "there are hidden data behind `pkg/a.py`",
    ),
    "data between members": (
        archive(Raw(name=b"a", behind=b"hidden"), B),
        "there are hidden data behind `a`",
    ),
    "a hidden member": (
        archive(Raw(name=b"a", behind=b"PK\x03\x04" + b"\0" * 26), B),
        "there are hidden data behind `a`",
    ),
    "fewer members than said": (
        archive(A, B, count=3),
        "its central directory lists 2 members, not 3",
    ),
    "more members than said": (
        archive(A, B, count=1),
        "its central directory lists 2 members, not 1",
    ),
    "the same name twice": (archive(A, A), "`pkg/a.py` is there twice"),
    "the same place twice": (
        archive(A, Raw(name=b"other", offset=0)),
        "there are hidden data behind `pkg/a.py`",
    ),
    "file and directory": (
        archive(Raw(name=b"a"), Raw(name=b"a/b")),
        "`a` is a file and a directory",
    ),
    "symbolic link": (archive(Raw(name=b"a", mode=0o120777)), "`a` is a symbolic link"),
    "character device": (
        archive(Raw(name=b"a", mode=0o020644)),
        "`a` is a device, pipe or socket",
    ),
    "block device": (archive(Raw(name=b"a", mode=0o060644)), "`a` is a device, pipe or socket"),
    "pipe": (archive(Raw(name=b"a", mode=0o010644)), "`a` is a device, pipe or socket"),
    "set-user-ID": (
        archive(Raw(name=b"a", mode=0o104755)),
        "`a` is set-user-ID or set-group-ID",
    ),
    "set-group-ID": (
        archive(Raw(name=b"a", mode=0o102755)),
        "`a` is set-user-ID or set-group-ID",
    ),
    "directory by mode": (
        archive(Raw(name=b"a", mode=0o040755)),
        "`a` is a directory by one header and a file by another",
    ),
    "directory by DOS attribute": (
        archive(Raw(name=b"a", attributes=0x10)),
        "`a` is a directory by one header and a file by another",
    ),
    "file that ends with a slash": (
        archive(Raw(name=b"a/", content=b"")),
        "`a/` is a directory by one header and a file by another",
    ),
    "directory with content": (
        archive(Raw(name=b"a/", mode=0o040755)),
        "the directory `a/` has content",
    ),
    "encrypted": (archive(Raw(name=b"a", flags=1)), "`a` is encrypted or a patch"),
    "strongly encrypted": (archive(Raw(name=b"a", flags=0x41)), "`a` is encrypted or a patch"),
    "bzip2": (
        archive(Raw(name=b"a", method=12)),
        "`a` is packed by method 12, which is not read",
    ),
    "lzma": (archive(Raw(name=b"a", method=14)), "`a` is packed by method 14, which is not read"),
    "zstandard": (
        archive(Raw(name=b"a", method=93)),
        "`a` is packed by method 93, which is not read",
    ),
    "split": (archive(Raw(name=b"a", disk=1)), "it is split over several files"),
    "not UTF-8": (archive(Raw(name=b"\xff", flags=0x800)), "the name b'\\xff' is not UTF-8"),
    "code page 437": (archive(Raw(name=b"\x81")), "the name b'\\x81' is not UTF-8"),
    "escape": (archive(Raw(name=b"../a")), "`../a` has a component `..`"),
    "escape inside": (archive(Raw(name=b"a/../../b")), "`a/../../b` has a component `..`"),
    "absolute": (archive(Raw(name=b"/etc/passwd")), "`/etc/passwd` is absolute"),
    "drive": (archive(Raw(name=b"C:/a")), "`C:/a` holds the character `:`"),
    "backslash": (archive(Raw(name=b"a\\b")), "`a\\b` holds the character `\\`"),
    "NUL": (archive(Raw(name=b"a\0.py")), "`a\\x00.py` holds the character `U+0000`"),
    "newline": (archive(Raw(name=b"a\nb")), "`a\\x0ab` holds the character `U+000A`"),
    "no name": (archive(Raw(name=b"")), "`` has an empty component"),
    "dot": (archive(Raw(name=b"./a")), "`./a` has a component `.`"),
    "double slash": (archive(Raw(name=b"a//b")), "`a//b` has an empty component"),
    "not normalised": (
        archive(Raw(name="e\u0301".encode(), flags=0x800)),
        "`e\u0301` is not in Unicode's normal form C",
    ),
    "long name": (
        archive(Raw(name=b"a" * 256)),
        f"`{'a' * 120}` has a component longer than 255 bytes",
    ),
    "long path": (
        archive(Raw(name=b"a/" * 600 + b"a")),
        f"`{'a/' * 60}` is longer than 1024 bytes",
    ),
    "another name in the local header": (
        archive(Raw(name=b"a", local_name=b"b")),
        "the local header of `a` differs from the central directory",
    ),
    "another method in the local header": (
        archive(Raw(name=b"a", local_method=0)),
        "the local header of `a` differs from the central directory",
    ),
    "other flags in the local header": (
        archive(Raw(name=b"a", local_flags=0x800)),
        "the local header of `a` differs from the central directory",
    ),
    "another size in the local header": (
        archive(Raw(name=b"a", local_size=1)),
        "the local header of `a` differs from the central directory",
    ),
    "another packed size in the local header": (
        archive(Raw(name=b"a", local_packed_size=1)),
        "the local header of `a` differs from the central directory",
    ),
    "another CRC in the local header": (
        archive(Raw(name=b"a", local_crc=1)),
        "the local header of `a` differs from the central directory",
    ),
    "no local header": (b"PK\x03\x05" + GOOD[4:], "`pkg/a.py` has no local header"),
    "another name in the extra data": (
        archive(Raw(name=b"a", extra=struct.pack("<HHBI", 0x7075, 6, 1, 0) + b"b")),
        "`a` has two names",
    ),
    "malformed extra data": (
        archive(Raw(name=b"a", extra=b"\x01\x00\xff\x00")),
        "`a` has malformed extra data",
    ),
    "cut off extra data": (archive(Raw(name=b"a", extra=b"ab")), "`a` has malformed extra data"),
    "extra data twice": (
        archive(Raw(name=b"a", extra=struct.pack("<HHHH", 7, 0, 7, 0))),
        "`a` has malformed extra data",
    ),
    "zip64 size that is missing": (
        archive(Raw(name=b"a", size=WIDE)),
        "`a` has no zip64 sizes",
    ),
    "zip64 locator that leads elsewhere": (
        zip64(A, locator_offset=0),
        "its zip64 locator is wrong",
    ),
    "zip64 count": (zip64(A, wide_count=2), "its central directory lists 1 members, not 2"),
    "no descriptor": (archive(streamed(b"")), "there are hidden data behind `a`"),
    "wrong descriptor": (
        archive(streamed(struct.pack("<III", 1, 2, 3))),
        "there are hidden data behind `a`",
    ),
    "more than a descriptor": (
        archive(streamed(descriptor(A) + b"hidden")),
        "there are hidden data behind `a`",
    ),
    "damaged directory": (
        GOOD.replace(b"PK\x01\x02", b"PK\x01\x03"),
        "its central directory is damaged",
    ),
    "too many members": (
        archive(*(Raw(name=b"%d" % i) for i in range(101))),
        "it has more than 100 members",
    ),
    "bomb by size": (
        archive(Raw(name=b"a", content=b"\0" * (1 << 20)), Raw(name=b"b")),
        "it unpacks to 1048584 bytes, more than 1048576",
    ),
    "bomb by ratio": (archive(BOMB), "it unpacks to more than 50 times its size"),
    "wrong CRC": (
        archive(Raw(name=b"a", crc=1)),
        "`a` is damaged: its size or checksum differs",
    ),
    "longer than said": (
        archive(Raw(name=b"a", size=3)),
        "`a` is damaged: its size or checksum differs",
    ),
    "shorter than said": (
        archive(Raw(name=b"a", size=300)),
        "`a` is damaged: its size or checksum differs",
    ),
    "stored, other size": (
        archive(Raw(name=b"a", method=0, size=3)),
        "`a` is damaged: its size or checksum differs",
    ),
    "damaged data": (
        archive(Raw(name=b"a", packed=b"\xff\xff\xff")),
        "`a` is damaged: Error -3 while decompressing data: invalid block type",
    ),
    "packed data that end early": (
        archive(Raw(name=b"a", packed=deflated(A.content) + b"hidden")),
        "`a` is damaged: its packed data end elsewhere",
    ),
    "packed data that do not end": (
        archive(Raw(name=b"a", packed=deflated(A.content)[:-3])),
        "`a` is damaged: its packed data end elsewhere",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_hostile_zip_is_refused(case: str) -> None:
    data, reason = REFUSED[case]
    with pytest.raises((RefusedError, UnsafePathError)) as caught:
        contents(data)
    assert str(caught.value) == reason


ACCEPTED = {
    "empty": archive(),
    "stored and deflated": archive(A, B),
    "comment": archive(A, comment=b"0123456789abcdef"),
    "directory": archive(Raw(name=b"d/", content=b"", mode=0o040755, method=0), A),
    "without a mode": archive(Raw(name=b"a", mode=0)),
    "UTF-8": archive(Raw(name="é".encode(), flags=0x800)),
    "descriptor": archive(streamed(descriptor(A))),
    "signed descriptor": archive(streamed(b"PK\x07\x08" + descriptor(A))),
    "wide descriptor": archive(streamed(descriptor(A, "<IQQ"))),
    "zip64 end": zip64(A, B),
    "zip64 sizes": archive(
        Raw(
            name=b"a",
            local_size=WIDE,
            local_packed_size=WIDE,
            local_extra=struct.pack("<HHQQ", 1, 16, len(A.content), len(deflated(A.content))),
        )
    ),
    "empty file": archive(Raw(name=b"a", content=b"", method=0)),
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_an_honest_zip_is_read_as_zipfile_reads_it(case: str) -> None:
    with zipfile.ZipFile(io.BytesIO(ACCEPTED[case])) as theirs:
        expected = {
            info.filename: theirs.read(info) for info in theirs.infolist() if not info.is_dir()
        }
    assert contents(ACCEPTED[case]) == expected


@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}\.py", fullmatch=True), st.binary(max_size=300)))
def test_what_zipfile_writes_is_read_back(files: dict[str, bytes]) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as theirs:
        for name, content in files.items():
            theirs.writestr(name, content)
    assert contents(buffer.getvalue()) == files


@settings(max_examples=300)
@given(st.integers(0, len(GOOD) * 8 - 1))
def test_a_flipped_bit_never_changes_a_name_or_content(bit: int) -> None:
    data = bytearray(GOOD)
    data[bit // 8] ^= 1 << bit % 8
    try:
        found = contents(bytes(data))
    except (RefusedError, UnsafePathError):
        return
    assert found == contents(GOOD)
