"""Sources are compiled by each build system, and what comes out of it runs."""

import hashlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.behaviours.sources import SYSTEMS, part, write_source
from tests.behaviours.world import World
from tests.repositories import Repository
from tests.servers import serve


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A scratch folder with a project, a cache and an index."""
    with serve({}) as index:
        yield World(tmp_path, index)


def said(prefix: Path) -> str:
    """What the compiled program prints."""
    return subprocess.run(
        [prefix / "bin/hello"], check=True, capture_output=True, text=True, timeout=60
    ).stdout


def hashes(folder: Path) -> dict[str, str]:
    """The hash of every file in a folder."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
    }


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_source_of_the_project(world: World, system: str) -> None:
    """Built twice it is the same, byte for byte; programs find their libraries."""
    write_source(world, system)
    world.assembly(part(system))
    world.build()
    made = (world.prefix / ".assembly/current/parts/hello").resolve()
    first = hashes(made)
    words = said(world.prefix).split()
    assert words[0] == "hello"
    assert str(world.folder) not in words[1]
    modes = {path.stat().st_mode & 0o777 for path in made.rglob("*") if not path.is_symlink()}
    assert modes <= {0o644, 0o755}
    assert "Makefile.in" not in {path.name for path in (world.project / "native").iterdir()}
    assert world.done("build", "--json").document["changed"] is False
    world.prefix.rename(world.folder / "away")
    world.done("build")
    assert hashes((world.prefix / ".assembly/current/parts/hello").resolve()) == first


def test_a_source_of_a_repository(world: World, tmp_path: Path) -> None:
    """The files of a commit, patched, compiled, and referred to by another part."""
    repository = Repository(tmp_path / "upstream")
    write_source(world, "meson", "../upstream")
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "--message", "1")
    world.write(
        "patches/loud.patch",
        """--- a/greeting.c
+++ b/greeting.c
@@ -1 +1 @@
-const char *greeting(void) { return "hello"; }
+const char *greeting(void) { return "HELLO"; }
""",
    )
    world.assembly(
        f"""
[parts.src]
recipe = "git"
url = "{repository.url}"
{part("meson", 'patches = ["patches/loud.patch"]', source="${parts.src.dir}")}
[parts.said]
recipe = "command"
run = ["sh", "-c", "${{parts.hello.bin.hello}} > said"]
outputs = ["said"]
expose = ["said"]
"""
    )
    world.build()
    assert (world.prefix / "said").read_text().startswith("HELLO ")
    before = world.made("src")
    world.edit('"HELLO"', '"Hello"', "patches/loud.patch")
    assert world.plan()["parts"][0]["reasons"] == ["file `patches/loud.patch` changed"]
    world.done("build")
    assert (world.prefix / "said").read_text().startswith("Hello ")
    assert world.made("src") == before
