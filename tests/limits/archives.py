"""Limits of archives."""

import io
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from assembler.adapters.archives.extract import Extractor
from assembler.adapters.archives.members import refusal
from assembler.adapters.archives.wheel_source import ValidatedWheel
from assembler.adapters.archives.zip_archive import ZipArchive
from assembler.model.limits import Limits
from tests.limits.trial import Trial
from tests.wheels import make_wheel


def _extracted(content: bytes) -> Callable[[Limits, Path], None]:
    def work(limits: Limits, folder: Path) -> None:
        archive = folder / "archive"
        archive.write_bytes(content)
        Extractor(limits).extract(archive, folder / "tree", 0)

    return work


def _zip(files: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def _tar(files: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return stream.getvalue()


def _wheel(limits: Limits, folder: Path) -> object:
    filename, content = make_wheel("a", "1.0", files={"a.py": "x = 1\n"})
    try:
        return ValidatedWheel(filename, ZipArchive(io.BytesIO(content), limits), limits)
    except ValueError as error:
        raise refusal(folder / filename, error) from None


_THREE = {"a": b"1", "b": b"2", "c": b"3"}
_SPARSE = {"a": bytes(100_000)}
_DEEP = {"d/" * 40 + "x": b""}
_FROM = {"archive_ratio_from": 1000}

ZIPS: Mapping[str, Trial] = {
    "archive_members": Trial(_extracted(_zip(_THREE)), 3, 2),
    "archive_size": Trial(_extracted(_zip(_SPARSE)), 100_000, 99_999),
    "archive_ratio": Trial(_extracted(_zip(_SPARSE)), 1000, 100, _FROM),
    "archive_ratio_from": Trial(_extracted(_zip(_SPARSE)), 100_000, 99_999, {"archive_ratio": 1}),
    "path_length": Trial(_extracted(_zip(_DEEP)), 81, 80),
    "archive_metadata_size": Trial(_wheel, 1000, 20),
}
TARS: Mapping[str, Trial] = {
    "archive_members": Trial(_extracted(_tar(_THREE)), 3, 2),
    "archive_size": Trial(_extracted(_tar(_SPARSE)), 110_000, 99_999),
    "archive_ratio": Trial(_extracted(_tar(_SPARSE)), 1000, 100, _FROM),
    "archive_ratio_from": Trial(_extracted(_tar(_SPARSE)), 110_000, 99_999, {"archive_ratio": 1}),
    "path_length": Trial(_extracted(_tar(_DEEP)), 81, 80),
}
