"""What stands in the prefix's `bin`, and how it starts programs."""

import json
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

from inline_snapshot import snapshot

from tests.behaviours.programs import program, release_app, shown, start
from tests.behaviours.world import PYTHON, World

REPORT = """\
import builtins, json, os, sys

ready = getattr(builtins, "ready", False)

def main():
    print(json.dumps({
        "ready": ready, "path": sys.path, "arguments": sys.argv[1:],
        "greeting": os.environ.get("GREETING"), "place": os.environ.get("PLACE"),
    }))
    return 7
"""


def test_53_scripts_of_listed_distributions_are_shown_unless_others_are_named(world: World):
    release_app(world, "demo", "1.0", "demo", "demo-admin", requires=["other"])
    release_app(world, "other", "1.0", "other")
    found = []
    for scripts in ("", 'scripts = "all"', "scripts = []", 'scripts = { foo = "demo" }'):
        world.assembly(program("app", ["demo"], scripts))
        world.done("build", "--lock")
        found.append(shown(world))

    assert found == [
        ["demo", "demo-admin"],
        ["demo", "demo-admin", "other"],
        [],
        ["foo"],
    ]
    assert world.launch("foo") == "demo 1.0"


def test_54_a_script_that_nobody_offers_is_an_error_with_those_there_are(world: World):
    release_app(world, "demo", "1.0", "demo", "demo-admin")
    world.assembly(program("app", ["demo"], 'scripts = ["undefined", "demo"]'))
    world.done("lock")

    failed = world.assemble("build")

    assert failed.code == 1
    assert failed.messages == snapshot("""\
error: no distribution of program `app` offers the script `undefined`
  --> assembly.toml:14:12
   |
14 | scripts = ["undefined", "demo"]
   |            ^^^^^^^^^^^
  scripts there are: `demo`, `demo-admin`
""")
    assert not world.prefix.exists()


def test_55_a_launcher_has_paths_code_arguments_and_environment(world: World):
    world.release("tool", "1.0", files={"tool.py": REPORT})
    world.write("extra/more/plugin.py", "name = 'plugin'\n")
    elsewhere = world.folder / "elsewhere"
    elsewhere.mkdir()
    world.assembly(
        program(
            "app",
            ["tool"],
            f'extra-paths = ["extra/more", "{elsewhere}"]'
            """
env = { GREETING = "hello  $HOME 'world'" }

[parts.app.launchers.report]
entry-point = "tool:main"
args = ["--first", "two words", "${assembly.name}"]
env = { PLACE = "${assembly.prefix}/share" }
init = '''
import builtins
import plugin
builtins.ready = plugin.name
'''
""",
        )
    )
    world.build()

    ended = start(world.prefix / "bin/report", "-x", "last one")

    assert (ended.returncode, ended.stderr) == (7, "")
    report = json.loads(ended.stdout)
    assert report["ready"] == "plugin"
    assert report["arguments"] == ["--first", "two words", "demo", "-x", "last one"]
    assert report["greeting"] == "hello  $HOME 'world'"
    assert report["place"] == f"{world.prefix}/share"
    site, *extra = report["path"][-3:]
    assert site.endswith("site-packages")
    assert extra == [str(world.project / "extra/more"), str(elsewhere)]


def test_56_an_interpreter_behaves_as_python_with_the_program_s_distributions(world: World):
    world.release(
        "ccc",
        "1.0",
        files={"ccc/__init__.py": "version = '1.0'\n", "ccc/__main__.py": "print('as a module')\n"},
    )
    world.assembly(program("app", ["ccc"], 'interpreter = "py"'))
    world.build()
    python = world.prefix / "bin/py"
    says = "import ccc, sys; print(ccc.version, *sys.argv[1:])"
    script = world.write("scripts/run.py", f"import beside\n{says}\n")
    world.write("scripts/beside.py", "print('beside')\n")
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {says!r}], check=True)"

    def output(*arguments: str, written: str = "") -> str:
        ended = start(python, *arguments, written=written)
        assert (ended.returncode, ended.stderr) == (0, "")
        return ended.stdout.strip()

    assert output("-c", says, "a b", "-x") == "1.0 a b -x"
    assert output("-m", "ccc") == "as a module"
    assert output(str(script), "one", "two") == "beside\n1.0 one two"
    assert output("-V").startswith(f"Python {PYTHON}.")
    assert output("-u", "-W", "error", "-", "three", written=says) == "1.0 three"
    assert output("-c", child) == "1.0"
    assert ">>> print(ccc.version)\r\n1.0\r\n>>> " in typed(
        python, "import ccc", "print(ccc.version)", "exit()"
    )


def typed(python: Path, *lines: str) -> str:
    """What an interpreter shows on a terminal on which these lines are typed."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [str(python)],
        stdin=theirs, stdout=theirs, stderr=theirs,
        env={"PATH": "/usr/bin:/bin", "TERM": "dumb", "PYTHON_BASIC_REPL": "1"},
        start_new_session=True,
    ) as shell:  # fmt: skip
        os.close(theirs)
        os.write(ours, "".join(f"{line}\n" for line in lines).encode())
        seen = b""
        while chunk := read(ours):
            seen += chunk
        assert shell.wait(30) == 0
    os.close(ours)
    return seen.decode()


def read(terminal: int) -> bytes:
    """What comes next from a terminal, nothing when its other side is closed."""
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""


def test_57_programs_run_where_a_project_with_its_own_python_is_moved(world: World):
    release_app(world, "demo", "1.0", "demo")
    world.assembly(program("app", ["demo"], 'interpreter = "py"\nscripts = ["demo"]'))
    python = own_python(world.project / "python")
    world.done("lock")
    world.done("build", "--python", str(python))
    base = "import sys; print(sys.base_prefix)"
    assert world.launch("py", "-c", base) == f"{world.project}/python"

    moved = world.project.rename(world.folder / "moved project")

    prefix = moved / "build"
    assert world.launch("demo", prefix=prefix) == "demo 1.0"
    assert world.launch("py", "-c", base, prefix=prefix) == f"{moved}/python"


def test_57_programs_run_where_the_prefix_alone_is_moved(world: World):
    release_app(world, "demo", "1.0", "demo")
    world.assembly(program("app", ["demo"], 'interpreter = "py"\nscripts = ["demo"]'))
    world.build()

    prefix = world.prefix.rename(world.folder / "moved prefix")
    shutil.rmtree(world.project)

    assert world.launch("demo", prefix=prefix) == "demo 1.0"
    seen = world.launch("py", "-c", "import sys; print(sys.prefix)", prefix=prefix)
    assert seen.startswith(f"{prefix}/.assembly/parts/app-")


def own_python(folder: Path) -> Path:
    """A Python that stands in a folder of its own."""
    name = f"python{PYTHON}"
    real = Path(os.path.realpath(sys.executable))
    (folder / "bin").mkdir(parents=True)
    (folder / "lib").mkdir()
    shutil.copy2(real, folder / "bin" / name)
    for library in real.parent.parent.glob("lib/libpython*"):
        shutil.copy2(library, folder / "lib")
    (folder / "lib" / name).symlink_to(Path(sys.base_prefix, "lib", name))
    return folder / "bin" / name
