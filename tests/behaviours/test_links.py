"""Links, and trees of a program's sources, on a real disk."""

import os
import shutil
from pathlib import Path

from tests.behaviours.programs import program, release_app
from tests.behaviours.world import World

PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "own"
version = "1.0"
"""
BACKEND = """
import base64, hashlib, zipfile
from pathlib import Path

def build_editable(folder, settings=None, metadata=None):
    source = Path("src").absolute()
    files = {
        "own.pth": f"{source}\\n",
        "own-1.0.dist-info/METADATA": "Metadata-Version: 2.1\\nName: own\\nVersion: 1.0\\n",
        "own-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\\nGenerator: x\\n"
        "Root-Is-Purelib: true\\nTag: py3-none-any\\n",
    }
    record = ""
    with zipfile.ZipFile(Path(folder, "own-1.0-py3-none-any.whl"), "w") as wheel:
        for name, text in files.items():
            wheel.writestr(name, text)
            digest = hashlib.sha256(text.encode()).digest()
            found = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            record += f"{name},sha256={found},{len(text.encode())}\\n"
        wheel.writestr("own-1.0.dist-info/RECORD", record + "own-1.0.dist-info/RECORD,,\\n")
    return "own-1.0-py3-none-any.whl"
"""
VIEW = """
[parts.view]
recipe = "links"
distributions-of = "app"
to = "src-view"
links = { "tools/run" = "${parts.app.bin.shop}", "notes.txt" = "notes.txt" }
"""


def project(world: World) -> None:
    release_app(world, "shop", "1.0", "shop", requires=("acme-one", "acme-two"))
    for name in ("one", "two"):
        world.release(f"acme-{name}", "1.0", files={f"acme/{name}.py": f"{name} = 1\n"})
    world.write("own/pyproject.toml", PYPROJECT)
    world.write("own/backend.py", BACKEND)
    world.write("own/src/acme/own.py", "own = 1\n")
    world.write("notes.txt", "noted\n")
    sources = '[sources]\nown = { path = "own", editable = true }\n'
    world.assembly(program("app", ["shop", "own"]) + VIEW, before=sources)


def tree(folder: Path) -> dict[str, str]:
    """The names of all links in a folder, each with where it leads in the end."""
    return {
        str(path.relative_to(folder)): str(path.resolve())
        for path in sorted(folder.rglob("*"))
        if path.is_symlink()
    }


def test_one_tree_holds_all_sources_and_moves_with_the_prefix(world: World) -> None:
    project(world)
    world.build()
    view = world.prefix / ".assembly/current/parts/view/src-view"

    found = tree(view)
    assert list(found) == ["acme/one.py", "acme/own.py", "acme/two.py", "shop"]
    assert found["acme/own.py"] == str(world.project / "own/src/acme/own.py")
    assert (world.prefix / "src-view/shop/__init__.py").exists()
    assert world.launch("shop") == "shop 1.0"
    assert os.path.realpath(world.prefix / "tools/run").endswith("/bin/shop")
    assert (world.prefix / "notes.txt").read_text() == "noted\n"
    assert world.done("build", "--json").document["changed"] is False

    copied = world.folder / "copied"
    shutil.copytree(world.project, copied, ignore=shutil.ignore_patterns("build"))
    world.done("build", cwd=copied)
    other = world.done("status", "--json", cwd=copied).document
    assert other["digest"] == world.status["digest"]

    moved = world.folder / "moved"
    shutil.move(world.prefix, moved)
    assert (moved / "src-view/acme/two.py").read_text() == "two = 1\n"
    assert all(Path(target).exists() for target in tree(moved / "src-view").values())
    assert os.path.realpath(moved / "tools/run").startswith(str(moved))


def test_a_program_that_changes_changes_its_tree(world: World) -> None:
    project(world)
    world.done("lock")
    assert world.done("build", "view", "--json").document["built"] == ["app", "view"]
    world.release("acme-two", "2.0", files={"acme/three.py": ""})
    world.done("lock", "--upgrade")
    world.done("build")

    view = world.prefix / ".assembly/current/parts/view/src-view"
    assert list(tree(view)) == ["acme/one.py", "acme/own.py", "acme/three.py", "shop"]


def test_a_link_that_leads_to_nothing_fails_its_part(world: World) -> None:
    project(world)
    world.edit('"notes.txt" = "notes.txt"', '"notes.txt" = "lost.txt", here = "notes.txt"')
    world.done("lock")

    ended = world.assemble("build")

    assert ended.code == 5
    assert "part `view`: its check with `sh` ended with status 1" in ended.messages
    assert "there is nothing where these lead:\n  ./notes.txt\n" in ended.messages
    assert not (world.prefix / "here").exists()
