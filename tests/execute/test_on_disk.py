"""Plans performed on a real disk, with a real Python."""

import os
import subprocess
import sys
from pathlib import Path, PurePosixPath

from assembler.adapters.disk import Disk
from assembler.adapters.processes import ChildProcesses
from assembler.execute.digest import tree_digest
from assembler.execute.executor import execute
from assembler.execute.inspection import verify
from assembler.model.distribution import Link, StoredWheel
from assembler.model.manifest import Manifest
from assembler.model.step import Expose, LinkWheels, RunCommand, WriteFile
from assembler.model.target import Interpreter
from assembler.model.text import Place, Text
from assembler.plan.request import RealisedPart
from tests.execute.tools import MemoryStore, part, planned, tools

PYTHON = Interpreter(
    executable=os.path.realpath(sys.executable), version=sys.version.split(maxsplit=1)[0]
)
SITE = f"lib/python{PYTHON.minor}/site-packages"
LAUNCHER = """\
#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
exec "$here/python" -c 'import dep, sys; print(dep.key, sys.prefix)'
"""


def parts() -> tuple[RealisedPart, ...]:
    wheel = StoredWheel(key="dep-1.0-abc", name="dep", version="1.0")
    web = part(
        "web",
        LinkWheels(
            python=PYTHON,
            wheels=(wheel,),
            links=(Link(f"{SITE}/dep.py", "dep-1.0-abc/site/dep.py"),),
        ),
        WriteFile(path="bin/web", content=Text((LAUNCHER,)), executable=True),
        Expose(path="bin/web", target="bin/web"),
    )
    static = part(
        "static",
        RunCommand(
            argv=(
                Text(("/bin/sh",)),
                Text(("-c",)),
                Text.of('"$0" >out/said; pwd >out/where; : >"$TMPDIR/x"'),
                Text.of(Place("part", "bin/web", "web")),
            ),
            outputs=("out/said", "out/where"),
        ),
        Expose(path="share/static", target="out"),
        needs=("web",),
    )
    return web, static


def build(folder: Path) -> Manifest:
    files = Disk()
    with_tools = tools(files, ChildProcesses(), path=os.environ["PATH"])
    return execute(planned(files, *parts(), prefix=PurePosixPath(folder / "build")), with_tools)


def said(prefix: Path) -> str:
    return subprocess.run(
        [prefix / "bin/web"], capture_output=True, text=True, check=True, timeout=60
    ).stdout


def test_programs_run_while_building_and_after_moving(tmp_path: Path) -> None:
    manifest = build(tmp_path)
    prefix = tmp_path / "build"
    environment = prefix.resolve() / ".assembly/parts" / manifest.parts["web"].directory
    assert said(prefix) == f"dep-1.0-abc {environment}\n"
    assert (prefix / "share/static/said").read_text() == f"dep-1.0-abc {environment}\n"
    assert not (prefix / ".assembly/scratch").exists() or not any(
        (prefix / ".assembly/scratch").iterdir()
    )
    moved = tmp_path / "moved"
    prefix.rename(moved)
    environment = moved.resolve() / ".assembly/parts" / manifest.parts["web"].directory
    assert said(moved) == f"dep-1.0-abc {environment}\n"


def test_the_same_tree_in_two_folders_whatever_the_umask(tmp_path: Path) -> None:
    digests = []
    for name, umask in (("one", 0o077), ("another", 0o002)):
        folder = tmp_path / name
        folder.mkdir()
        before = os.umask(umask)
        try:
            manifest = build(folder)
        finally:
            os.umask(before)
        prefix = PurePosixPath(folder / "build")
        digests.append(tree_digest(prefix, manifest, Disk()))
        assert verify(prefix, manifest, Disk(), MemoryStore(Disk())) == ()
        modes = {state.mode for _, state in Disk().walk(prefix) if state.kind == "file"}
        assert modes <= {0o644, 0o755, 0o444}
    assert len(set(digests)) == 1


def test_building_again_touches_no_file_of_parts(tmp_path: Path) -> None:
    first = build(tmp_path)
    files, own = Disk(), PurePosixPath(tmp_path / "build/.assembly")
    before = dict(files.walk(own / "parts"))
    assert build(tmp_path).parts == first.parts
    assert dict(files.walk(own / "parts")) == before
