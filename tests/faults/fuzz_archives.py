"""Archives that were changed at random, read by all that reads archives."""

import bz2
import gzip
import hashlib
import io
import lzma
import random
import shutil
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from assembler.adapters.archives.extract import Extractor
from assembler.adapters.archives.settings import StoreSettings
from assembler.adapters.archives.store import UnpackedWheels
from assembler.adapters.disk import Disk
from assembler.adapters.simple_index.archives import sdist_metadata, wheel_metadata
from assembler.errors import AssemblerError
from assembler.model.limits import Limits
from assembler.model.paths import safe_relpath
from assembler.model.target import Interpreter
from assembler.transport import TooLargeError
from tests.adapters.archives.zips import Raw, archive, zip64
from tests.fakes.cache_lock import MemoryCacheLock
from tests.fakes.processes import RecordedProcesses
from tests.faults.everything import packed, tool
from tests.faults.mutations import mutated
from tests.faults.odd_archives import odd_tar, odd_zip
from tests.wheels import record_of, tar_bytes, zip_bytes

LIMITS = Limits(
    archive_members=200, archive_size=1 << 22, archive_ratio=50, archive_ratio_from=1 << 20
)
PYTHON = Interpreter(executable=sys.executable, version="3.11.1")
FILES = {"top/a.txt": b"a" * 99, "top/run": b"#!/bin/sh\n", "top/deep/b": b"", "c": b"c\0c"}
PACKINGS: tuple[Callable[[bytes], bytes], ...] = (
    bytes,
    gzip.compress,
    bz2.compress,
    lzma.compress,
)
METADATA_LIMIT = 1 << 20


class Archives:
    """Zips, tars, wheels and sdists; what is read must be theirs, and stay where it is put."""

    name = "archives"

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "archives"
        (self._folder / "inside").mkdir(parents=True)
        self._zips = (
            zip_bytes(FILES, ["top/run"]),
            archive(*(Raw(name=name.encode(), content=text) for name, text in FILES.items())),
            zip64(*(Raw(name=name.encode(), content=text) for name, text in FILES.items())),
        )
        self._tars = (gzip.decompress(tar_bytes(FILES)), _linked(tarfile.PAX_FORMAT), _linked())
        self._wheel_name, self._wheel = tool()
        self._sdist_name, self._sdist = packed()
        self._all = (*self._zips, *self._tars, self._wheel, gzip.decompress(self._sdist))

    def once(self, chance: random.Random) -> Iterator[str]:
        """Read one archive that was changed; yields what came of it that must not."""
        kinds = (self._zip, self._tar, self._made, self._wheels, self._contents, self._metadata)
        kind = chance.choice(kinds)
        with suppress(AssemblerError, TooLargeError):
            yield from kind(chance)
        yield from self._strays()

    def _zip(self, chance: random.Random) -> Iterator[str]:
        content = mutated(chance, chance.choice(self._zips), self._all)
        found = self._extracted(content)
        yield from _differing(found, _of_zip(content))

    def _tar(self, chance: random.Random) -> Iterator[str]:
        plain = mutated(chance, chance.choice(self._tars), self._all)
        content = chance.choice(PACKINGS)(plain)
        if chance.random() < 0.2:
            self._extracted(mutated(chance, content, self._all))
        else:
            yield from _differing(self._extracted(content), _of_tar(plain))

    def _made(self, chance: random.Random) -> Iterator[str]:
        """An archive that is whole, but for what one or two of its headers say."""
        if chance.random() < 0.5:
            content = odd_zip(chance, FILES)
            yield from _differing(self._extracted(content), _of_zip(content))
        else:
            content = odd_tar(chance, FILES)
            yield from _differing(self._extracted(content), _of_tar(content))

    def _extracted(self, content: bytes) -> Mapping[str, bytes]:
        file, inside = self._folder / "archive", self._folder / "inside"
        shutil.rmtree(inside, ignore_errors=True)
        file.write_bytes(content)
        Extractor(LIMITS).extract(file, inside, 0)
        return {
            path.relative_to(inside).as_posix(): path.read_bytes()
            for path in inside.rglob("*")
            if path.is_file() and not path.is_symlink()
        }

    def _wheels(self, chance: random.Random) -> Iterator[str]:
        content = mutated(chance, self._wheel, self._all)
        yield from self._stored(content)
        wheel_metadata(io.BytesIO(content), self._wheel_name, METADATA_LIMIT)

    def _contents(self, chance: random.Random) -> Iterator[str]:
        """A wheel with one of its own files, or a name, changed, but else as it should be."""
        files = dict(_of_zip(self._wheel))
        record = "tool-1.0.dist-info/RECORD"
        del files[record]
        name = chance.choice([name for name in files if ".dist-info/" in name] or list(files))
        texts = (*files.values(), *(path.encode() for path in files))
        if chance.random() < 0.3:
            other = mutated(chance, name.encode(), texts).decode("utf-8", "surrogateescape")
            files[other] = files.pop(name)
        else:
            files[name] = mutated(chance, files[name], texts)
        lines = _recorded(files, record)
        if chance.random() < 0.3:
            lines = mutated(chance, lines, texts)
        members = {**files, record: lines}
        yield from self._stored(
            archive(
                *(
                    Raw(name=path.encode("utf-8", "surrogateescape")[:65535], content=text)
                    for path, text in members.items()
                )
            )
        )

    def _stored(self, content: bytes) -> Iterator[str]:
        """Put a wheel into a store; what stands there must be what the wheel holds."""
        wheel, cache = self._folder / self._wheel_name, self._folder / "inside"
        shutil.rmtree(cache, ignore_errors=True)
        wheel.write_bytes(content)
        store = UnpackedWheels(
            cache,
            files=Disk(),
            processes=RecordedProcesses(),
            locks=MemoryCacheLock(),
            settings=StoreSettings(LIMITS),
        )
        stored = store.add(wheel, hashlib.sha256(content).hexdigest(), PYTHON)
        held = set(_of_zip(content).values())
        for file in store.contents(stored.key).files:
            safe_relpath(file.path)
            text = (cache / stored.key / file.path).read_bytes()
            if held and text not in held and not file.path.endswith(("/RECORD", "/INSTALLER")):
                yield f"`{file.path}` stands in the store, and is not in the wheel"

    def _metadata(self, chance: random.Random) -> Iterator[str]:
        plain = mutated(chance, gzip.decompress(self._sdist), self._all)
        for content in (gzip.compress(plain), mutated(chance, self._sdist, self._all)):
            with suppress(AssemblerError, TooLargeError):
                sdist_metadata(io.BytesIO(content), self._sdist_name, LIMITS)
        yield from ()

    def _strays(self) -> Iterator[str]:
        own = {"archive", "inside", self._wheel_name}
        for path in self._folder.iterdir():
            if path.name not in own:
                yield f"{path.name!r} was written outside"
                _remove(path)


def _linked(form: int = tarfile.GNU_FORMAT) -> bytes:
    """A tar with links, a directory, and a name that needs a header of its own."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as opened:
        for name, content in {**FILES, "long/" * 30 + "name": b"x"}.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            opened.addfile(member, io.BytesIO(content))
        for name, kind, target in (
            ("top/link", tarfile.SYMTYPE, "a.txt"),
            ("top/hard", tarfile.LNKTYPE, "top/a.txt"),
            ("folder", tarfile.DIRTYPE, ""),
        ):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, target
            opened.addfile(member)
    return buffer.getvalue()


def _recorded(files: Mapping[str, bytes], record: str) -> bytes:
    try:
        return record_of(files, record)
    except UnicodeEncodeError:
        return b""


def _of_zip(content: bytes) -> Mapping[str, bytes]:
    """What Python's own reader finds in it; nothing where that finds fault."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            members = [each for each in opened.infolist() if not each.is_dir()]
            return {each.filename: opened.read(each) for each in members}
    except Exception:  # noqa: BLE001 - it is not ours, and raises many things
        return {}


def _of_tar(content: bytes) -> Mapping[str, bytes]:
    try:
        with tarfile.open(fileobj=io.BytesIO(content)) as opened:
            return {
                each.name.removeprefix("./"): file.read()
                for each in opened
                if (each.isreg() or each.islnk()) and (file := opened.extractfile(each))
            }
    except Exception:  # noqa: BLE001 - it is not ours, and raises many things
        return {}


def _differing(found: Mapping[str, bytes], others: Mapping[str, bytes]) -> Iterator[str]:
    """What was extracted otherwise than Python's own reader would have it."""
    if others:
        paths = found.keys() | others.keys()
        differing = sorted(path for path in paths if found.get(path) != others.get(path))
        yield from (f"{path!r} is not as Python reads it" for path in differing)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
