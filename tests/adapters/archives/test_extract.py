"""Zip and tar archives on their way to the disk."""

import bz2
import gzip
import io
import lzma
import os
import stat
import tarfile
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assembler.adapters.archives.extract import Extractor
from assembler.errors import IntegrityError
from assembler.model.limits import Limits
from tests.adapters.archives.zips import Raw, archive

LIMITS = Limits(
    archive_members=50, archive_size=1 << 20, archive_ratio=50, archive_ratio_from=1 << 17
)


def member(
    name: str, content: bytes = b"content\n", **fields: object
) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for field, value in fields.items():
        setattr(info, field, value)
    return info, content


def pax(**headers: str) -> bytes:
    """A tar with one member, of which its extended header says this."""
    return tar(member("a", pax_headers=headers))


def header(name: str, kind: bytes, size: int) -> bytes:
    """A header that something must follow."""
    info = tarfile.TarInfo(name)
    info.type, info.size = kind, size
    return info.tobuf(tarfile.GNU_FORMAT)


def link(name: str, target: str, kind: bytes = tarfile.SYMTYPE) -> tuple[tarfile.TarInfo, bytes]:
    return member(name, b"", type=kind, linkname=target)


def tar(*members: tuple[tarfile.TarInfo, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as opened:
        for info, content in members:
            opened.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def listing(root: Path) -> dict[str, str]:
    found = {}
    for path in sorted(root.rglob("*")):
        mode = stat.S_IMODE(path.lstat().st_mode)
        relative = path.relative_to(root).as_posix()
        if path.is_symlink():
            found[relative] = f"-> {path.readlink()}"
        elif path.is_file():
            content = path.read_text(errors="backslashreplace")
            found[relative] = f"{mode:o} {content}"
        else:
            found[relative] = f"{mode:o}/"
    return found


def extract(data: bytes, folder: Path, strip: int = 0) -> dict[str, str]:
    file = folder / "a.archive"
    file.write_bytes(data)
    Extractor(LIMITS).extract(file, folder / "out", strip)
    return listing(folder / "out")


TREE = tar(
    member("./top", b"", type=tarfile.DIRTYPE, mode=0o700),
    member("./top/run", b"#!", mode=0o700),
    member("top/deep/a.txt", b"a"),
    link("top/deep/b.txt", "a.txt"),
    link("top/deep/up", "../run"),
    link("top/c.txt", "top/deep/a.txt", tarfile.LNKTYPE),
)


def zipped(_: bytes) -> bytes:
    return archive(
        Raw(name=b"top/", content=b"", method=0, mode=0o040700),
        Raw(name=b"top/run", content=b"#!", mode=0o100700),
        Raw(name=b"top/deep/a.txt", content=b"a"),
    )


@pytest.mark.parametrize("strip", [0, 1])
@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress])
def test_a_tar_is_extracted_with_plain_modes(
    pack: Callable[[bytes], bytes], strip: int, tmp_path: Path
) -> None:
    before = os.umask(0o077)
    try:
        found = extract(pack(TREE), tmp_path, strip)
    finally:
        os.umask(before)
    top = {"top": "755/"} if strip == 0 else {}
    start = "top/" if strip == 0 else ""
    assert found == top | {
        f"{start}c.txt": "644 a",
        f"{start}deep": "755/",
        f"{start}deep/a.txt": "644 a",
        f"{start}deep/b.txt": "-> a.txt",
        f"{start}deep/up": "-> ../run",
        f"{start}run": "755 #!",
    }


def test_a_zip_is_extracted_with_plain_modes(tmp_path: Path) -> None:
    assert extract(zipped(b""), tmp_path, 1) == {
        "deep": "755/",
        "deep/a.txt": "644 a",
        "run": "755 #!",
    }


BIG = b"\0" * 200_000
REFUSED: dict[str, tuple[bytes, int, str]] = {
    "escape": (tar(member("../a")), 0, "`../a` has a component `..`"),
    "escape inside": (tar(member("a/../../b")), 0, "`a/../../b` has a component `..`"),
    "absolute": (tar(member("/a")), 0, "`/a` is absolute"),
    "backslash": (tar(member("a\\b")), 0, "`a\\b` holds the character `\\`"),
    "link outside": (
        tar(link("a", "../../etc")),
        0,
        "`a` is a symbolic link that leads outside",
    ),
    "absolute link": (
        tar(link("a", "/etc/passwd")),
        0,
        "`a` is a symbolic link that leads outside",
    ),
    "link that leads outside once stripped": (
        tar(link("top/a", "../b"), member("b")),
        1,
        "`a` is a symbolic link that leads outside",
    ),
    "put through a link": (
        tar(link("a", "b"), member("a/c")),
        0,
        "`a` is a file and a directory",
    ),
    "led through a link": (
        tar(member("x/y/z"), link("d", "x/y"), link("e", "d/../../..")),
        0,
        "`e` is a symbolic link that leads outside",
    ),
    "led through a link, by names inside": (
        tar(member("x/y/z"), link("d", "x/y"), link("e", "d/f/../g")),
        0,
        "`e` is a symbolic link that leads through another one",
    ),
    "hard link outside": (
        tar(link("a", "/etc/passwd", tarfile.LNKTYPE)),
        0,
        "`a` is a hard link to something else than a file",
    ),
    "hard link to a later file": (
        tar(link("a", "b", tarfile.LNKTYPE), member("b")),
        0,
        "`a` is a hard link to something else than a file",
    ),
    "hard link to a link": (
        tar(member("c"), link("b", "c"), link("a", "b", tarfile.LNKTYPE)),
        0,
        "`a` is a hard link to something else than a file",
    ),
    "device": (
        tar(member("a", b"", type=tarfile.CHRTYPE)),
        0,
        "`a` is a device, pipe or socket",
    ),
    "pipe": (tar(member("a", b"", type=tarfile.FIFOTYPE)), 0, "`a` is a device, pipe or socket"),
    "a file that is called as a directory": (
        tar(member("a/")),
        0,
        "`a/` is a directory by its name and a file by its header",
    ),
    "set-user-ID": (tar(member("a", mode=0o4755)), 0, "`a` is set-user-ID or set-group-ID"),
    "twice": (tar(member("a"), member("a")), 0, "`a` is there twice"),
    "twice once stripped": (tar(member("x/a"), member("y/a")), 1, "`a` is there twice"),
    "file and directory": (
        tar(member("a"), member("a/b")),
        0,
        "`a` is a file and a directory",
    ),
    "data behind": (TREE + b"x", 0, "it is damaged, or there are data behind its end"),
    "a tar behind": (TREE + TREE, 0, "it is damaged, or there are data behind its end"),
    "cut off": (TREE[:600], 0, "it is damaged, or there are data behind its end"),
    "no end": (tar(member("a"))[:1024], 0, "it is cut off"),
    "too many members": (
        tar(*(member(str(number)) for number in range(51))),
        0,
        "it has more than 50 members",
    ),
    "bomb": (gzip.compress(tar(member("a", BIG))), 0, "it unpacks to more than 131072 bytes"),
    "zip escape": (archive(Raw(name=b"../a")), 0, "`../a` has a component `..`"),
    "zip twice once stripped": (
        archive(Raw(name=b"x/a"), Raw(name=b"y/a")),
        1,
        "`a` is there twice",
    ),
}

LONG_NAME = header("././@LongLink", tarfile.GNUTYPE_LONGNAME, 2) + b"a".ljust(512, b"\0")
EXTENDED = header("extended", tarfile.XHDTYPE, 0)
DAMAGED = {
    "empty": b"",
    "text": b"hello\n" * 200,
    "not UTF-8": tar(member("\udcff"), form=tarfile.GNU_FORMAT),
    "cut off gzip": gzip.compress(TREE)[:-9],
    "data behind gzip": gzip.compress(TREE) + b"x",
    "damaged bzip2": b"BZh9" + bytes(50),
    "damaged xz": lzma.compress(TREE)[:-40] + bytes(40),
    "a map of holes that is none": pax(**{"GNU.sparse.map": "1,a", "GNU.sparse.size": "3"}),
    "a size of holes that is none": pax(**{"GNU.sparse.map": "0,3", "GNU.sparse.size": "a"}),
    "a map of holes in text": pax(
        **{"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": "3"}
    ),
    "a size without end": pax(size="9" * 400),
    "long names without end": LONG_NAME * 900 + TREE,
    "extended headers without end": EXTENDED * 900 + TREE,
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_hostile_archive_is_refused_before_anything_is_written(case: str, tmp_path: Path) -> None:
    data, strip, reason = REFUSED[case]
    with pytest.raises(IntegrityError) as caught:
        extract(data, tmp_path, strip)
    assert caught.value.message == f"archive `a.archive` is refused: {reason}"
    assert listing(tmp_path / "out") == {}


@pytest.mark.parametrize("case", DAMAGED)
def test_a_damaged_archive_is_refused_before_anything_is_written(case: str, tmp_path: Path) -> None:
    with pytest.raises(IntegrityError, match=r"^archive `a\.archive` is refused: it is damaged: "):
        extract(DAMAGED[case], tmp_path)
    assert listing(tmp_path / "out") == {}


@given(st.data())
def test_a_header_of_a_tar_that_says_anything_is_refused_or_read(data: st.DataObject) -> None:
    damaged = bytearray(data.draw(st.sampled_from([TREE, DAMAGED["a map of holes in text"]])))
    places = st.tuples(st.integers(0, len(damaged) - 1), st.integers(0, 255))
    for place, value in data.draw(st.lists(places, min_size=1, max_size=4)):
        damaged[place] = value
    for start in range(0, len(damaged), tarfile.BLOCKSIZE):
        block = damaged[start : start + tarfile.BLOCKSIZE]
        if block[257:262] == b"ustar":
            total = sum(block[:148]) + 8 * ord(" ") + sum(block[156:])
            damaged[start + 148 : start + 156] = b"%06o\0 " % total
    with tempfile.TemporaryDirectory() as folder, suppress(IntegrityError):
        extract(bytes(damaged), Path(folder))


def test_a_header_of_a_tar_must_fit_into_memory(tmp_path: Path) -> None:
    file = tmp_path / "a.tar"
    file.write_bytes(header("a", tarfile.XHDTYPE, 2000) + bytes(4096))
    with pytest.raises(IntegrityError) as caught:
        Extractor(Limits(archive_metadata_size=1000)).extract(file, tmp_path / "out", 0)
    assert caught.value.message == "archive `a.tar` is refused: it has a header of 2048 bytes"
