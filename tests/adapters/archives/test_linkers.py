"""Trees put elsewhere: by processes that make hard links, as by the one that does it alone."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assembler.adapters.archives.linkers import WORTHWHILE, Linkers
from assembler.adapters.archives.links import DamagedTreeError, TreeLinker
from assembler.adapters.archives.trees import CONTENTS, sha256_of, write_contents
from assembler.model.distribution import StoredFile, StoredWheel, WheelContents

NAMES = st.text("ab.é ", min_size=1, max_size=3).filter(lambda name: name.strip(".") != "")
PATHS = st.lists(NAMES, min_size=1, max_size=4).map(lambda names: "/".join(("site", *names)))


def made(folder: Path, paths: set[str]) -> WheelContents:
    """A stored tree of files, each holding its own path."""
    files = []
    for path in sorted(paths):
        if not any(other.startswith(f"{path}/") for other in paths):
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(path)
            file.chmod(0o555 if len(path) % 2 else 0o444)
            files.append(StoredFile(path=path, sha256=sha256_of(file), size=file.stat().st_size))
    folder.mkdir(parents=True, exist_ok=True)
    wheel = StoredWheel(key="a-1-k", name="a", version="1")
    contents = WheelContents(wheel=wheel, files=tuple(files))
    write_contents(folder, contents)
    return contents


def seen(tree: Path) -> dict[str, tuple[int, bytes]]:
    """Every path in a tree with its mode and content."""
    return {
        str(path.relative_to(tree)): (
            path.lstat().st_mode,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in sorted(tree.rglob("*"))
    }


@pytest.fixture(scope="module")
def linkers() -> Iterator[Linkers]:
    with Linkers(WORTHWHILE, jobs=2) as found:
        yield found


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(paths=st.sets(PATHS, max_size=6))
def test_processes_make_what_one_makes_alone(
    paths: set[str], tmp_path: Path, linkers: Linkers
) -> None:
    folder = tmp_path / os.urandom(8).hex()
    contents = made(folder / "source", paths)
    linkers.put(folder / "source", contents, folder / "linked")
    TreeLinker().put(folder / "source", contents, folder / "alone")
    assert seen(folder / "linked") == seen(folder / "alone")
    assert set(seen(folder / "linked")) == set(seen(folder / "source"))
    assert (folder / "linked" / CONTENTS).samefile(folder / "source" / CONTENTS)
    shutil.rmtree(folder)


def cut(file: Path) -> None:
    file.chmod(0o644)
    file.write_bytes(b"")


def replaced_by_a_link(file: Path) -> None:
    file.unlink()
    file.symlink_to("elsewhere")


@pytest.mark.parametrize("damage", [cut, Path.unlink, replaced_by_a_link])
@pytest.mark.parametrize("files", [0, WORTHWHILE])
def test_a_tree_that_is_not_whole_is_refused(
    damage: Callable[[Path], None], files: int, tmp_path: Path
) -> None:
    contents = made(tmp_path / "source", {"site/a", "site/b/c"})
    damage(tmp_path / "source" / "site/b/c")
    with Linkers(files, jobs=1) as found, pytest.raises(DamagedTreeError) as caught:
        found.put(tmp_path / "source", contents, tmp_path / "linked")
    assert caught.value.args == ("site/b/c",)


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    contents = made(tmp_path / "source", {"site/a", "site/b/c"})
    shutil.rmtree(tmp_path / "source" / "site/b")
    for files in (0, WORTHWHILE):
        with Linkers(files, jobs=1) as found, pytest.raises(DamagedTreeError):
            found.put(tmp_path / "source", contents, tmp_path / str(files))


@pytest.mark.skipif(not os.access("/dev/shm", os.W_OK), reason="no second file system")
def test_another_file_system_gets_copies(tmp_path: Path, linkers: Linkers) -> None:
    contents = made(tmp_path / "source", {"site/a", "site/b/c"})
    other = Path("/dev/shm") / f"assembler-linkers-{os.getpid()}"
    try:
        linkers.put(tmp_path / "source", contents, other)
        assert seen(other) == seen(tmp_path / "source")
        assert not (other / "site/a").samefile(tmp_path / "source/site/a")
    finally:
        shutil.rmtree(other)


def test_what_the_machine_refuses_is_told(tmp_path: Path, linkers: Linkers) -> None:
    contents = made(tmp_path / "source", {"site/a"})
    (tmp_path / "there").mkdir()
    with pytest.raises(FileExistsError):
        linkers.put(tmp_path / "source", contents, tmp_path / "there")
