"""Archives that are whole, but for what one or two of their headers say."""

import io
import random
import struct
import tarfile
from collections.abc import Mapping
from contextlib import suppress

from msgspec.structs import replace

from tests.adapters.archives.zips import Raw, archive
from tests.faults.hostile_texts import WHOLE

MODES = (0o100644, 0o100755, 0o120777, 0o040755, 0o104755, 0o010644, 0o020644, 0)
NUMBERS = (0, 1, 7, 255, 1 << 16, (1 << 32) - 1)
KINDS = (
    *(tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.LNKTYPE, tarfile.SYMTYPE, tarfile.DIRTYPE),
    *(tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.CONTTYPE, tarfile.GNUTYPE_SPARSE, b"V", b"Z"),
)
HEADERS = ("path", "linkpath", "size", "GNU.sparse.name", "GNU.sparse.map", "hdrcharset", "uid")
FORMATS = (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT)
INNER = ("top", "top/a.txt", "top/link", "link", "../top", "a.txt", "folder/x", "TOP/A.TXT")


def odd_zip(chance: random.Random, files: Mapping[str, bytes]) -> bytes:
    """A zip with hostile or contradictory headers."""
    members = [Raw(name=name.encode(), content=text) for name, text in files.items()]
    for _ in range(chance.choice((1, 1, 2))):
        at = chance.randrange(len(members))
        fields: dict[str, object] = {
            "name": _name(chance),
            "local_name": _name(chance),
            "mode": chance.choice(MODES),
            "attributes": chance.choice((0, 0x10, 0xFFFF)),
            "flags": chance.choice((1, 8, 0x20, 0x800, 0x808)),
            "local_flags": chance.choice((0, 8, 0x800)),
            "method": chance.choice((0, 8, 12)),
            "size": chance.choice(NUMBERS),
            "packed_size": chance.choice(NUMBERS),
            "crc": chance.choice(NUMBERS),
            "offset": chance.choice(NUMBERS),
            "extra": _extra(chance),
            "local_extra": _extra(chance),
            "behind": chance.choice((b"", b"x", b"PK\x03\x04", b"PK\x05\x06" + bytes(18))),
        }
        for name in chance.sample(sorted(fields), chance.choice((1, 1, 2, 3))):
            members[at] = replace(members[at], **{name: fields[name]})
    return archive(*members)


def odd_tar(chance: random.Random, files: Mapping[str, bytes]) -> bytes:
    """A tar with hostile or contradictory headers."""
    buffer = io.BytesIO()
    form = chance.choice(FORMATS)
    with tarfile.open(fileobj=buffer, mode="w", format=form, errors="surrogateescape") as opened:
        for name, content in files.items():
            for member in _members(chance, name, len(content)):
                with suppress(ValueError):  # no header of this format can hold it
                    opened.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def _members(chance: random.Random, name: str, size: int) -> list[tarfile.TarInfo]:
    """The member, and perhaps an odd one before or behind it."""
    honest, odd = tarfile.TarInfo(name), tarfile.TarInfo(chance.choice((name, *INNER)))
    honest.size = odd.size = size
    if chance.random() < 0.6:
        return [honest]
    fields: dict[str, object] = {
        "name": _name(chance).decode("utf-8", "surrogateescape"),
        "type": chance.choice(KINDS),
        "linkname": chance.choice((*INNER, _name(chance).decode("utf-8", "surrogateescape"))),
        "mode": chance.choice(MODES),
        "pax_headers": {chance.choice(HEADERS): chance.choice((*INNER, *WHOLE[:50], "7"))},
    }
    for field in chance.sample(sorted(fields), chance.choice((1, 2, 3))):
        setattr(odd, field, fields[field])
    return chance.sample([honest, odd], 2)


def _name(chance: random.Random) -> bytes:
    text = chance.choice((*INNER, *WHOLE)) + chance.choice(("", "", "/", "/x"))
    return text.encode("utf-8", "surrogatepass")[:60_000]


def _extra(chance: random.Random) -> bytes:
    return chance.choice(
        (
            b"\x01\x00",
            struct.pack("<HHQQ", 1, 16, 7, 7),
            struct.pack("<HHBI", 0x7075, 6, 1, 0) + b"b",
            struct.pack("<HH", 0x9999, 0),
            struct.pack("<HH", 7, 600),
        )
    )
