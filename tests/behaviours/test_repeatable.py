"""The same bytes everywhere, and prefixes that are whole."""

import os
import re
import shutil
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.behaviours.world import PYTHON, World
from tests.wheels import make_tree

SHOP = """
import helper


def main():
    print("shop with", helper.__version__)
"""

DEPENDING_ON_THE_MACHINE = """
import locale
import os
import time
from pathlib import Path

made = Path("made")
(made / "sub").mkdir(parents=True)
(made / "sub" / "tool").write_text("#!/bin/sh")
(made / "sub" / "tool").chmod(0o775)
(made / "names").write_text(str({"one", "two", "three", "four"}))
(made / "time").write_text(time.strftime("%H %Z", time.localtime(0)))
(made / "locale").write_text(f"{locale.getpreferredencoding()} ä")
(made / "umask").write_text(oct(os.umask(0o22)))
(made / "environment").write_text(" ".join(sorted({*os.environ} - {"LC_CTYPE"})))
"""

PARTS = """
[parts.shop]
recipe = "program"
requires = ["shop", "tool"]
interpreter = "py"

[parts.ini]
recipe = "template"
text = "port = {{ port }}\\nshop = {{ shop }}\\nroot = {{ root }}\\n"
to = "etc/app.ini"
vars = { port = 8080, shop = "${parts.shop.bin.shop}", root = "${assembly.prefix}" }

[parts.made]
recipe = "command"
run = ["${parts.shop.bin.py}", "${assembly.project}/make.py"]
inputs = ["make.py"]
outputs = ["made"]
expose = { "share/made" = "made" }

[parts.greeting]
recipe = "command"
shell = "${parts.shop.bin.shop} > text; cat ${parts.ini.path} >> text"
outputs = ["text"]
expose = { "share/greeting" = "text" }
"""


def release_tool(world: World) -> None:
    """Put a distribution on the index that has scripts, data and a namespace."""
    world.release(
        "tool",
        "1.0",
        files={"shared/tool.py": "def main():\n    print('tool')\n", "tool/data.txt": "data\n"},
        entry_points={"console_scripts": {"tool": "shared.tool:main"}},
        scripts={"old-style": "#!python\nprint('old')\n"},
        data={"share/doc/tool.txt": "about\n"},
    )


def checkout(world: World) -> None:
    """Write the project, with two distributions of its own."""
    make_tree(
        world.project / "libs/shop",
        "shop",
        "1.0",
        requires=["helper"],
        scripts={"shop": "shop:main"},
        files={"shop.py": SHOP},
    )
    make_tree(world.project / "libs/helper", "helper", "2.0")
    world.write("make.py", DEPENDING_ON_THE_MACHINE)
    world.assembly(
        PARTS, before='[sources]\nhelper = { path = "libs/helper" }\nshop = { path = "libs/shop" }'
    )


def contents(world: World) -> Mapping[str, tuple[int, bytes]]:
    """The mode and content of everything live, the prefix and the checkout written as such."""
    return {neutral(world, path): seen for path, seen in _entries(world)}


def neutral(world: World, text: str) -> str:
    """The text with what must differ between two folders replaced."""
    text = text.replace(str(world.prefix), "@prefix@").replace(str(world.project), "@project@")
    return re.sub(r"\b(shop|ini|made|greeting)-[0-9a-f]{12}\b", r"\1-@key@", text)


def _entries(world: World) -> Iterator[tuple[str, tuple[int, bytes]]]:
    own = world.prefix / ".assembly"
    live = (own / "current").resolve()
    tops = [live / "root", own / "store", *(path.resolve() for path in (live / "parts").iterdir())]
    for top in tops:
        for folder, folders, files in os.walk(top):
            for path in (Path(folder, name) for name in (*folders, *files)):
                mode = path.lstat().st_mode
                if path.is_symlink():
                    seen = 0, neutral(world, os.readlink(path)).encode()
                elif path.is_dir():
                    seen = stat.S_IMODE(mode), b""
                else:
                    text = neutral(world, path.read_bytes().decode("latin-1"))
                    seen = stat.S_IMODE(mode), text.encode("latin-1")
                yield str(path.relative_to(own)).replace("generations/2", "generations/1"), seen


def test_70_same_bytes(world: World) -> None:
    release_tool(world)
    checkout(world)
    world.done("lock")
    elsewhere = world.folder / "somewhere" / "quite" / "else"
    elsewhere.mkdir(parents=True)
    other = World(elsewhere, world.index)
    checkout(other)
    other.edit("port = 8080", "port = 1")
    other.build()
    other.edit("port = 1,", "port = 8080,")
    locks = [(each.project / "pylock.toml").read_bytes() for each in (world, other)]
    assert locks[0] == locks[1]
    here = {"TZ": "EST5", "LC_ALL": "C", "PYTHONHASHSEED": "1", "USER": "one", "EXTRA": "1"}
    there = {"TZ": "JST-9", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "2", "USER": "two"}
    world.done("build", "--jobs", "1", umask=0o002, environment=here)
    other.done("build", "--jobs", "7", umask=0o077, environment=there)
    first, second = contents(world), contents(other)
    assert len(first) > 60
    assert {path for path in {*first, *second} if first.get(path) != second.get(path)} == set()
    assert {mode for mode, _ in first.values()} <= {0, 0o444, 0o555, 0o644, 0o755}
    digest = world.status["digest"]
    assert re.fullmatch("[0-9a-f]{64}", digest)
    assert other.status["digest"] == digest
    world.edit("port = 8080", "port = 8081")
    world.done("build")
    assert world.status["digest"] != digest


def test_71_whole_prefix(world: World) -> None:
    release_tool(world)
    checkout(world)
    world.edit(
        'interpreter = "py"',
        'interpreter = "py"\nscripts = "all"\nenv = { ROOT = "${assembly.prefix}" }',
    )
    world.build()
    moved = world.folder / "moved to" / "another place"
    moved.parent.mkdir()
    world.prefix.rename(moved)
    shutil.rmtree(world.cache)
    shutil.rmtree(world.project)

    def launch(name: str, *arguments: str) -> str:
        return world.launch(name, *arguments, prefix=moved, cwd=world.folder, env={})

    assert launch("shop") == "shop with 2.0"
    assert launch("tool") == "tool"
    assert launch("old-style") == "old"
    assert launch("py", "-c", "import os; print(os.environ['ROOT'])") == str(moved)
    inner = "[sys.executable, '-c', 'import shop; shop.main()']"
    child = f"import subprocess, sys; subprocess.run({inner})"
    assert launch("py", "-c", child) == "shop with 2.0"
    assert launch("py", "-c", "import sys; print(sys.prefix)").startswith(f"{moved}/.assembly/")
    verified = world.done("verify", "--prefix", str(moved), cwd=moved)
    assert verified.messages.endswith(" files are as they were built\n")
    status = world.done("status", "--json", "--prefix", str(moved), cwd=moved).document
    assert {part["name"] for part in status["parts"] if part["baked"]} == {
        "ini",
        "made",
        "greeting",
    }
    leaving = {
        path.name
        for path in moved.rglob("*")
        if path.is_symlink() and not path.resolve().is_relative_to(moved)
    }
    assert leaving == {"python", "python3", f"python{PYTHON}"}
