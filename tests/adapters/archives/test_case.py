"""Paths that differ in case only, on disks that tell them apart and on disks that don't."""

import hashlib
import io
import os
import sys
import tarfile
from pathlib import Path

import pytest

from assembler.adapters.archives.case import FoldsCase, check_case, folds_case
from assembler.adapters.archives.extract import Extractor
from assembler.adapters.archives.members import RefusedError
from assembler.adapters.archives.settings import StoreSettings
from assembler.adapters.archives.store import UnpackedWheels
from assembler.adapters.disk import Disk
from assembler.adapters.processes import ChildProcesses
from assembler.errors import IntegrityError
from assembler.model.target import Interpreter
from tests.fakes.cache_lock import MemoryCacheLock
from tests.wheels import make_wheel

PYTHON = Interpreter(executable=sys.executable, version=".".join(map(str, sys.version_info[:3])))
TWINS = {"sr@Cyrl/a.po": "old", "sr@cyrl/b.po": "new"}


def folding(_: Path) -> bool:
    return True


def telling_apart(_: Path) -> bool:
    return False


@pytest.mark.parametrize(
    ("paths", "twins"),
    [
        (("Readme", "README"), "`Readme` and `README`"),
        (("Pkg/a", "pkg/b"), "`Pkg` and `pkg`"),
        (("x/Pkg/a", "x/other", "x/pKg"), "`x/Pkg` and `x/pKg`"),
        (("straße", "STRASSE"), "`straße` and `STRASSE`"),
    ],
)
def test_twins_are_refused_where_the_disk_folds_case(
    paths: tuple[str, ...], twins: str, tmp_path: Path
) -> None:
    with pytest.raises(RefusedError) as caught:
        check_case(paths, tmp_path, folding)
    reason = f"{twins} differ in case only, which this disk can't tell apart"
    assert str(caught.value) == reason
    check_case(paths, tmp_path, telling_apart)


def test_the_disk_is_asked_only_about_twins(tmp_path: Path) -> None:
    asked: list[Path] = []

    def ask(directory: Path) -> bool:
        asked.append(directory)
        return True

    check_case(("a/b", "a/B2", "a"), tmp_path, ask)
    assert asked == []


def test_a_disk_is_tried_and_nothing_is_left_on_it(tmp_path: Path) -> None:
    folds = folds_case(tmp_path)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "twin").touch()
    assert folds == os.path.lexists(tmp_path / "TWIN")


def packed() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path, text in TWINS.items():
            member = tarfile.TarInfo(path)
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    return buffer.getvalue()


def test_an_archive_with_twins(tmp_path: Path) -> None:
    file = tmp_path / "a.tar"
    file.write_bytes(packed())
    Extractor(folds_case=telling_apart).extract(file, tmp_path / "apart", 0)
    assert {path: (tmp_path / "apart" / path).read_text() for path in TWINS} == TWINS
    with pytest.raises(IntegrityError) as caught:
        Extractor(folds_case=folding).extract(file, tmp_path / "folded", 0)
    assert caught.value.message == (
        "archive `a.tar` is refused: `sr@Cyrl` and `sr@cyrl` differ in case only, which this "
        "disk can't tell apart"
    )
    assert list((tmp_path / "folded").iterdir()) == []


def add(folder: Path, wheel: tuple[str, bytes], folds: FoldsCase) -> str:
    path = folder / wheel[0]
    path.write_bytes(wheel[1])
    store = UnpackedWheels(
        folder / "cache",
        files=Disk(),
        processes=ChildProcesses(),
        locks=MemoryCacheLock(),
        settings=StoreSettings(folds_case=folds),
    )
    key = store.add(path, hashlib.sha256(wheel[1]).hexdigest(), PYTHON).key
    store.materialise([key], folder / "store")
    return key


def test_a_wheel_with_twins(tmp_path: Path) -> None:
    wheel = make_wheel("locales", "1.0", files={"locales/__init__.py": "", **TWINS})
    key = add(tmp_path, wheel, telling_apart)
    site = tmp_path / "store" / key / "site"
    assert {path: (site / path).read_text() for path in TWINS} == TWINS


def test_a_wheel_with_twins_on_a_disk_that_folds_case(tmp_path: Path) -> None:
    wheel = make_wheel("locales", "1.0", files={"locales/__init__.py": "", **TWINS})
    with pytest.raises(IntegrityError) as caught:
        add(tmp_path, wheel, folding)
    assert caught.value.message == (
        "archive `locales-1.0-py3-none-any.whl` is refused: `sr@Cyrl` and `sr@cyrl` differ in "
        "case only, which this disk can't tell apart"
    )


def test_twins_that_only_the_layout_makes(tmp_path: Path) -> None:
    wheel = make_wheel(
        "locales",
        "1.0",
        files={"Share/a.txt": "", "locales-1.0.data/purelib/share/b.txt": ""},
    )
    with pytest.raises(IntegrityError) as caught:
        add(tmp_path, wheel, folding)
    assert caught.value.message == (
        "archive `locales-1.0-py3-none-any.whl` is refused: `site/Share` and `site/share` differ "
        "in case only, which this disk can't tell apart"
    )


def test_a_prefix_on_a_disk_that_folds_case(tmp_path: Path) -> None:
    wheel = make_wheel("locales", "1.0", files={"locales/__init__.py": "", **TWINS})

    def only_the_prefix_folds(directory: Path) -> bool:
        return directory == tmp_path / "store"

    with pytest.raises(IntegrityError) as caught:
        add(tmp_path, wheel, only_the_prefix_folds)
    key = next((tmp_path / "cache").iterdir()).name
    assert caught.value.message == (
        f"`{key}` can't be put into the prefix: `site/sr@Cyrl` and `site/sr@cyrl` differ in case "
        "only, which this disk can't tell apart"
    )
    assert list((tmp_path / "store").iterdir()) == []
