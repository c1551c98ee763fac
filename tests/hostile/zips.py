"""Wheels whose zip is not what it seems."""

import struct
import zlib
from collections.abc import Iterator

from tests.adapters.archives.zips import Raw, archive, deflated, zip64
from tests.hostile.case import INFO, INTEGRITY, Case, wheel
from tests.wheels import metadata, record_of

FILES = {
    "victim/__init__.py": b'__version__ = "1.0"\n',
    f"{INFO}/METADATA": metadata("victim", "1.0").encode(),
    f"{INFO}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
}
ELSEWHERE = b"PK\x03\x04" + b"\0" * 26
GIB = 1 << 30


def raw(**more: bytes) -> list[Raw]:
    """The members of an honest wheel, and more files that RECORD names too."""
    files = FILES | {path.replace("__", "/"): content for path, content in more.items()}
    record = f"{INFO}/RECORD"
    members = {**files, record: record_of(files, record)}
    return [Raw(name=path.encode(), content=content) for path, content in members.items()]


def besides(member: Raw) -> bytes:
    """An honest wheel with one member more, which RECORD names."""
    files = FILES | {member.name.decode("latin-1"): member.content}
    record = f"{INFO}/RECORD"
    named = Raw(name=record.encode(), content=record_of(files, record))
    return archive(*raw()[:-1], member, named)


def changed(**fields: object) -> bytes:
    """An honest wheel whose first member has other fields."""
    first, *others = raw()
    values = {name: getattr(first, name) for name in first.__struct_fields__} | fields
    return archive(Raw(**values), *others)


def streamed(descriptor: bytes) -> bytes:
    """An honest wheel whose first member has its sizes behind it."""
    zeros = {"local_crc": 0, "local_size": 0, "local_packed_size": 0}
    return changed(flags=8, descriptor=descriptor, **zeros)


A = raw()[0]
PLACE = "victim/__init__.py"
GOOD = archive(*raw())
EVIL = b"import os; os.system('true')\n"
SIZES = (len(deflated(A.content)), len(A.content))
NO_WHEEL = "`victim-1.0-py3-none-any.whl` is not a valid wheel"
BEFORE = "there are data before it, or its central directory is not at its end"
HIDDEN = f"there are hidden data behind `{PLACE}`"
DIFFERS = f"the local header of `{PLACE}` differs from the central directory"
DAMAGED = f"`{PLACE}` is damaged: its size or checksum differs"
TWO_KINDS = "is a directory by one header and a file by another"

REFUSED: dict[str, tuple[bytes, str]] = {
    "is empty": (b"", NO_WHEEL),
    "is text": (b"hello\n" * 50, NO_WHEEL),
    "is cut off at its end": (GOOD[:-30], NO_WHEEL),
    "is cut in its middle": (GOOD[:40] + GOOD[60:], BEFORE),
    "has data behind": (GOOD + b"x", "there are data behind its end"),
    "has a zip behind": (
        GOOD + archive(Raw(name=b"evil.py")),
        "`victim-1.0-py3-none-any.whl` has no `METADATA` of its own",
    ),
    "has a zip behind that knows of it": (
        GOOD + archive(*raw(evil=EVIL), shift=len(GOOD)),
        "there are data before it",
    ),
    "has a zip in its comment": (archive(*raw(), comment=GOOD), BEFORE),
    "has a script before it": (archive(*raw(), before=b"#!/bin/sh\n"), BEFORE),
    "has a script before it, with offsets that fit": (
        archive(*raw(), before=b"#!/bin/sh\n", shift=10),
        "there are data before it",
    ),
    "has data before its directory": (
        archive(*raw(), between=b"hidden"),
        f"there are hidden data behind `{INFO}/RECORD`",
    ),
    "has data between members": (changed(behind=b"hidden"), HIDDEN),
    "has a member that its directory hides": (changed(behind=ELSEWHERE), HIDDEN),
    "counts more members than it has": (archive(*raw(), count=9), "lists 4 members, not 9"),
    "counts fewer members than it has": (archive(*raw(), count=3), "lists 4 members, not 3"),
    "has a file twice": (archive(A, *raw()), f"`{PLACE}` is there twice"),
    "has two files with one content": (
        archive(*raw(), Raw(name=b"other.py", offset=0)),
        HIDDEN,
    ),
    "has a file below a file": (
        besides(Raw(name=b"victim/__init__.py/x.py")),
        f"`{PLACE}` is a file and a directory",
    ),
    "has a symbolic link": (
        besides(Raw(name=b"evil", content=b"/etc/passwd", mode=0o120777)),
        "`evil` is a symbolic link",
    ),
    "has a symbolic link inside": (
        besides(Raw(name=b"evil", content=b"victim", mode=0o120777)),
        "`evil` is a symbolic link",
    ),
    "has a device": (besides(Raw(name=b"evil", mode=0o020644)), "`evil` is a device"),
    "has a pipe": (besides(Raw(name=b"evil", mode=0o010644)), "`evil` is a device"),
    "has a set-user-ID file": (
        besides(Raw(name=b"evil", mode=0o104755)),
        "`evil` is set-user-ID or set-group-ID",
    ),
    "has a set-group-ID file": (
        besides(Raw(name=b"evil", mode=0o102755)),
        "`evil` is set-user-ID or set-group-ID",
    ),
    "has a directory that is a file by its name": (
        besides(Raw(name=b"evil", mode=0o040755)),
        f"`evil` {TWO_KINDS}",
    ),
    "has a directory by its DOS attribute alone": (
        besides(Raw(name=b"evil", attributes=0x10)),
        f"`evil` {TWO_KINDS}",
    ),
    "has a file whose name ends with a slash": (
        archive(*raw(), Raw(name=b"evil/", content=b"")),
        f"`evil/` {TWO_KINDS}",
    ),
    "has a directory with content": (
        archive(*raw(), Raw(name=b"evil/", mode=0o040755)),
        "the directory `evil/` has content",
    ),
    "is encrypted": (changed(flags=1), f"`{PLACE}` is encrypted or a patch"),
    "is strongly encrypted": (changed(flags=0x41), f"`{PLACE}` is encrypted or a patch"),
    "is a patch": (changed(flags=0x20), f"`{PLACE}` is encrypted or a patch"),
    "is packed by bzip2": (changed(method=12), "is packed by method 12"),
    "is packed by lzma": (changed(method=14), "is packed by method 14"),
    "is packed by zstandard": (changed(method=93), "is packed by method 93"),
    "is split": (changed(disk=1), "it is split over several files"),
    "has a name that is not UTF-8": (besides(Raw(name=b"\xff", flags=0x800)), "is not UTF-8"),
    "has a name of code page 437": (besides(Raw(name=b"\x81")), "is not UTF-8"),
    "leads outside": (besides(Raw(name=b"../evil.py")), "`../evil.py` has a component `..`"),
    "leads far outside": (
        besides(Raw(name=b"../../../../../../evil.py")),
        "has a component `..`",
    ),
    "leads outside by a detour": (
        besides(Raw(name=b"victim/../../evil.py")),
        "has a component `..`",
    ),
    "leads in and out": (besides(Raw(name=b"victim/../evil.py")), "has a component `..`"),
    "has an absolute name": (besides(Raw(name=b"/tmp/evil.py")), "`/tmp/evil.py` is absolute"),
    "has a name with a drive": (besides(Raw(name=b"C:/evil.py")), "holds the character `:`"),
    "has a name with a backslash": (
        besides(Raw(name=b"..\\evil.py")),
        "holds the character `\\`",
    ),
    "has a name with NUL": (
        besides(Raw(name=b"evil.py\0.txt")),
        "holds the character `U+0000`",
    ),
    "has a name with a newline": (
        archive(*raw(), Raw(name=b"evil\n.py")),
        "holds the character `U+000A`",
    ),
    "has a name with an escape sequence": (
        archive(*raw(), Raw(name=b"\x1b[2Jevil.py")),
        "holds the character `U+001B`",
    ),
    "has a file without a name": (archive(*raw(), Raw(name=b"")), "has an empty component"),
    "has a name with a dot": (besides(Raw(name=b"./evil.py")), "has a component `.`"),
    "has a name with two slashes": (
        besides(Raw(name=b"victim//evil.py")),
        "has an empty component",
    ),
    "has a name that is not normalised": (
        archive(*raw(), Raw(name="e\u0301vil.py".encode(), flags=0x800)),
        "is not in Unicode's normal form C",
    ),
    "has a name that is too long": (
        besides(Raw(name=b"e" * 256)),
        "has a component longer than 255 bytes",
    ),
    "has a path that is too long": (
        besides(Raw(name=b"e/" * 600 + b"a")),
        "is longer than 1024 bytes",
    ),
    "has another name in a local header": (
        changed(local_name=b"victim/evilness.p"),
        DIFFERS,
    ),
    "has another method in a local header": (changed(local_method=0), DIFFERS),
    "has other flags in a local header": (changed(local_flags=0x800), DIFFERS),
    "has another size in a local header": (changed(local_size=1), DIFFERS),
    "has another packed size in a local header": (changed(local_packed_size=1), DIFFERS),
    "has another checksum in a local header": (changed(local_crc=1), DIFFERS),
    "has no local header": (b"PK\x03\x05" + GOOD[4:], f"`{PLACE}` has no local header"),
    "has a second name in its extra data": (
        changed(extra=struct.pack("<HHBI", 0x7075, 6, 1, 0) + b"b"),
        f"`{PLACE}` has two names",
    ),
    "has malformed extra data": (changed(extra=b"\x01\x00\xff\x00"), "malformed extra data"),
    "has extra data twice": (
        changed(extra=struct.pack("<HHHH", 7, 0, 7, 0)),
        "malformed extra data",
    ),
    "has a zip64 size that is missing": (changed(size=0xFFFFFFFF), "has no zip64 sizes"),
    "has a zip64 locator that leads elsewhere": (
        zip64(*raw(), locator_offset=0),
        "its zip64 locator is wrong",
    ),
    "has another count in its zip64 end": (
        zip64(*raw(), wide_count=3),
        "lists 4 members, not 3",
    ),
    "has no descriptor": (streamed(b""), HIDDEN),
    "has a wrong descriptor": (streamed(struct.pack("<III", 1, 2, 3)), HIDDEN),
    "has more than a descriptor": (
        streamed(struct.pack("<III", zlib.crc32(A.content), *SIZES) + b"hidden"),
        HIDDEN,
    ),
    "has a damaged directory": (
        GOOD.replace(b"PK\x01\x02", b"PK\x01\x03", 1),
        NO_WHEEL,
    ),
    "has a wrong checksum": (changed(crc=1), DAMAGED),
    "has a file longer than it says": (changed(size=3), DAMAGED),
    "has a file shorter than it says": (changed(size=300), DAMAGED),
    "has a stored file of another size": (changed(method=0, size=3), DAMAGED),
    "has damaged data": (changed(packed=b"\xff\xff\xff"), f"`{PLACE}` is damaged"),
    "has data behind a packed file": (
        changed(packed=deflated(A.content) + b"hidden"),
        "its packed data end elsewhere",
    ),
    "has a packed file that does not end": (
        changed(packed=deflated(A.content)[:-3]),
        "its packed data end elsewhere",
    ),
    "unpacks to very much": (
        besides(Raw(name=b"bomb", content=b"\0" * (80 << 20))),
        "it unpacks to more than 250 times its size",
    ),
    "says that it unpacks to very much": (
        changed(size=17 * GIB % 2**32, local_size=17 * GIB % 2**32),
        "it unpacks to",
    ),
}


def cases() -> Iterator[Case]:
    """Each as a wheel on an index that tells its true hash."""
    for name, (content, reason) in REFUSED.items():
        yield Case(
            name=f"a wheel that {name}",
            publish=wheel(content),
            refused=reason,
            code=INTEGRITY,
        )
    yield Case(name="a wheel whose end is a zip64 one", publish=wheel(zip64(*raw())))
    yield Case(
        name="a wheel whose sizes stand behind the files",
        publish=wheel(streamed(struct.pack("<III", zlib.crc32(A.content), *SIZES))),
    )
