"""An application with something of every kind, and what it is made of."""

from collections.abc import Mapping

from tests.behaviours.greetings import GREETING
from tests.behaviours.world import World
from tests.repositories import Repository
from tests.wheels import make_sdist, make_tree, make_wheel, tar_bytes

TOOL = {
    "tool/__init__.py": "__version__ = '1.0'\n\ndef main():\n    print('tool', __version__)\n",
    "tool/data.txt": "data\n",
    "shared/one.py": "names = {'a', 'b', 'c'}\n",
}
SCRIPTS = {"old-style": "#!python\nprint('old')\n", "plain": "#!/bin/sh\necho plain\n"}
DATA = {"share/doc/tool.txt": "about\n", "etc/tool.conf": "a = 1\n"}

BEFORE = """
[lock]
sdists = ["packed"]

[sources]
own = { path = "libs/own" }
helper = { git = "GIT", rev = "v1", subdirectory = "lib" }
fixed = { url = "FIXED" }

[recipes]
local = { path = "recipes/mine.py" }
acme = "acme-recipes"

[vars]
port = 8080
"""

PARTS = """
[parts.web]
recipe = "program"
requires = ["tool[more]", "packed", "own", "helper", "fixed"]
env = { PORT = "${vars.port}" }
[parts.web.launchers]
tool = { script = "tool", args = ["--all"] }
own = { entry-point = "own:main" }
py = { interpreter = true }

[parts.other]
recipe = "program"
requires = ["tool"]
scripts = { other = "old-style" }

[parts.settings]
recipe = "template"
text = "port = {{ port }}\\ntool = {{ tool }}\\nroot = {{ root }}\\n"
to = "etc/app.ini"
vars = { port = "${vars.port}", tool = "${parts.web.bin.tool}", root = "${assembly.prefix}" }

[parts.made]
recipe = "command"
shell = 'mkdir -p made/sub; cat "$INPUT" > made/sub/file; ln -s sub/file made/link'
env = { INPUT = "${assembly.project}/input.txt" }
inputs = ["input.txt"]
outputs = ["made"]
expose = { "share/made" = "made" }

[parts.fetched]
recipe = "download"
url = "FETCHED"
unpack = true
to = "share/fetched"

[parts.source]
recipe = "git"
url = "GIT"
rev = "v1"

[parts.state]
recipe = "layout"
dirs = { log = "var/log" }

[parts.variables]
recipe = "env-file"
to = "etc/app.env"
values = { LOG = "${parts.state.log}" }

[parts.units]
recipe = "systemd"
services.web = { run = "${parts.web.bin.tool}" }

[parts.rotated]
recipe = "logrotate"
files = ["${parts.state.log}/*.log"]

[parts.hi]
recipe = "local:greeting"
greeted-name = "world"

[parts.salut]
recipe = "acme:greeting"
greeted-name = "monde"
to = "etc/salut"
"""

WHEELS = """
[parts.web]
recipe = "program"
requires = ["tool[more]"]
interpreter = "py"
"""
SDISTS = """
[parts.web]
recipe = "program"
requires = ["packed"]
"""
ALLOWED = '[lock]\nsdists = ["packed"]\n'

RECIPES = """
[parts.hi]
recipe = "local:greeting"
greeted-name = "world"
"""
LOCAL = '[recipes]\nlocal = { path = "recipes/mine.py" }\n'


def tool(version: str = "1.0") -> tuple[str, bytes]:
    """The wheel with scripts, data, a namespace and an extra."""
    return make_wheel(
        "tool",
        version,
        requires=["lib>=1"],
        files=TOOL,
        entry_points={
            "console_scripts": {"tool": "tool:main"},
            "gui_scripts": {"tool-gui": "tool:main"},
        },
        scripts=SCRIPTS,
        data=DATA,
        extras={"more": ["extra"]},
    )


def packed() -> tuple[str, bytes]:
    """The sdist that its back end, which comes along, builds."""
    return make_sdist("packed", "2.0", scripts={"packed": "packed:main"})


def set_out(world: World) -> None:
    """Write the project, and put on the index what it takes."""
    index = world.index
    wheel, sdist = tool(), packed()
    index.files |= dict([wheel, sdist, make_wheel("fixed", "3.0")])
    for name in ("lib", "extra"):
        world.release(name, "1.0")
    world.release(
        "acme-recipes",
        "1.0",
        files={"acme_recipes.py": GREETING},
        entry_points={"assembler.recipes": {"greeting": "acme_recipes:greeting"}},
        requires=["assembler>=0.1"],
    )
    index.files["fetched.tar.gz"] = tar_bytes({"top/a.txt": b"a\n", "top/b/c.txt": b"c\n"})
    make_tree(
        world.project / "libs/own",
        "own",
        "0.1",
        requires=["lib"],
        dynamic=["dependencies"],
        scripts={"own": "own:main"},
        files={"own/__init__.py": "def main():\n    print('own')\n"},
    )
    world.write("input.txt", "input\n")
    world.write("recipes/mine.py", GREETING)


def repository(world: World) -> Repository:
    """A repository with `helper` in a folder, and the tag `v1`."""
    made = Repository(world.folder / "repository", "lib")
    made.commit("1.4", "v1")
    return made


def places(world: World, git: str) -> Mapping[str, str]:
    """What the assembly file calls by its place."""
    return {
        "GIT": git,
        "FIXED": world.index.file_url("fixed-3.0-py3-none-any.whl"),
        "FETCHED": world.index.file_url("fetched.tar.gz"),
    }


def write_assembly(world: World, git: str) -> None:
    """Write the assembly file."""
    before, parts = BEFORE, PARTS
    for name, place in places(world, git).items():
        before, parts = before.replace(f'"{name}"', f'"{place}"'), parts.replace(name, place)
    world.assembly(parts, before=before)
