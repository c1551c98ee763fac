"""Front ends that the real npm installs and builds, from a registry on this machine."""

import shutil
import sys
from pathlib import Path

import pytest

from tests.behaviours.commands import command
from tests.behaviours.world import World
from tests.npm import make_package, serve_package, write_project

UI = """
[parts.ui]
recipe = "node"
dir = "ui"
scripts = ["build"]
outputs = ["dist"]
env = { NAME = "shop" }
expose = { "share/ui" = "dist" }
"""
BUILD = """
const fs = require("node:fs");
const left = require("left");
if (fs.existsSync("notes.txt")) throw new Error("unseen");
fs.mkdirSync("dist");
const source = fs.readFileSync("src/app.js", "utf8");
fs.writeFileSync("dist/app.js", left(source.trim()) + " " + process.env.NAME + "\\n");
"""
LEFT = {"index.js": 'module.exports = (text) => "left " + text;\n'}


@pytest.fixture
def ui(world: World) -> World:
    hook = "echo ran > $npm_config_local_prefix/ran"
    body = make_package("left", "1.0.0", LEFT, scripts={"postinstall": hook})
    entry = serve_package(world, "left", "1.0.0", body) | {"hasInstallScript": True}
    write_project(world, "ui", {"build": "node build.js"}, {"left": "^1.0.0"}, {"left": entry})
    world.write("ui/build.js", BUILD)
    world.write("ui/src/app.js", "one\n")
    world.write("ui/node_modules/left/index.js", "throw new Error('of the checkout');")
    world.write("ui/dist/app.js", "made by hand\n")
    world.assembly(UI + command("other", "hello"))
    return world


def built(world: World) -> str:
    return (world.prefix / "share/ui/app.js").read_text()


def test_a_front_end_is_built_from_its_lock(ui: World) -> None:
    lock = (ui.project / "ui/package-lock.json").read_bytes()
    ui.build()

    assert built(ui) == "left one shop\n"
    directory = ui.prefix / ".assembly/current/parts/ui"
    assert [path.name for path in directory.iterdir()] == ["dist"]
    assert (ui.project / "ui/package-lock.json").read_bytes() == lock
    assert (ui.project / "ui/dist/app.js").read_text() == "made by hand\n"
    assert (ui.cache / "npm/_cacache").is_dir()
    assert list((ui.folder / "home").glob(".npm*")) == []

    first = ui.parts
    ui.write("ui/dist/app.js", "by hand again\n")
    ui.write("ui/node_modules/left/index.js", "")
    assert ui.done("build", "--json").document["changed"] is False

    ui.write("ui/src/app.js", "two\n")
    [planned] = [part for part in ui.plan()["parts"] if part["reasons"]]
    assert (planned["name"], planned["reasons"]) == ("ui", ["file `ui/src/app.js` changed"])
    ui.index.always.clear()
    ui.done("--offline", "build")
    assert built(ui) == "left two shop\n"
    assert ui.parts["other"] == first["other"]
    assert ui.parts["ui"] != first["ui"]


def test_what_is_not_cached_is_not_fetched_offline(ui: World) -> None:
    ui.done("lock")

    ended = ui.assemble("--offline", "build")

    assert ended.code == 5
    assert "ENOTCACHED" in ended.messages
    assert not any(path.startswith("/npm") for path, _ in ui.index.requests)
    assert not (ui.prefix / "share").exists()


def test_other_bytes_than_the_lock_names_are_refused(ui: World) -> None:
    serve_package(ui, "left", "1.0.0", make_package("left", "1.0.0", {"index.js": "evil()"}))
    ui.done("lock")

    ended = ui.assemble("build")

    assert ended.code == 5
    assert "EINTEGRITY" in ended.messages


def test_scripts_of_packages_run_only_if_the_part_says_so(ui: World) -> None:
    ui.edit('outputs = ["dist"]', 'outputs = ["dist", "ran"]\nignore-scripts = false')
    ui.build()
    assert (ui.prefix / ".assembly/current/parts/ui/ran").read_text() == "ran\n"

    ui.edit("ignore-scripts = false", "ignore-scripts = true")
    ended = ui.assemble("build")
    assert ended.code == 5
    assert "part `ui`: its command did not make its output `ran`" in ended.messages


def test_inputs_and_modules_of_a_folder_that_is_the_checkout(ui: World) -> None:
    for name in ("package.json", "package-lock.json", "build.js", "src"):
        shutil.move(ui.project / "ui" / name, ui.project / name)
    ui.write("notes.txt", "not seen")
    ui.edit('dir = "ui"\n', 'inputs = ["build.js", "src/**"]\n')
    ui.edit('outputs = ["dist"]', 'outputs = ["dist", "node_modules/left"]')
    ui.build()

    assert built(ui) == "left one shop\n"
    directory = ui.prefix / ".assembly/current/parts/ui"
    assert (directory / "node_modules/left/index.js").exists()
    ui.write("notes.txt", "changed")
    assert ui.done("build", "--json").document["changed"] is False


def test_a_script_that_fails_is_shown(ui: World) -> None:
    ui.write("ui/build.js", "console.log('so it is'); process.exit(3);")
    ui.done("lock")

    ended = ui.assemble("build")

    assert ended.code == 5
    assert "part `ui`: `/bin/sh` ended with status 3" in ended.messages
    assert "so it is" in ended.messages


def test_a_machine_without_node_is_told_how_to_get_it(ui: World) -> None:
    ui.done("lock")

    ended = ui.assemble("build", environment={"PATH": str(Path(sys.executable).parent)})

    assert ended.code == 5
    assert (
        'there is no npm on the PATH: install Node, or let `node = "22"` bring it' in ended.messages
    )


def test_a_lock_that_is_missing_or_stale_is_told(ui: World) -> None:
    ui.done("lock")
    ui.edit('"^1.0.0"', '"^2.0.0"', "ui/package.json")
    stale = ui.assemble("build")
    assert stale.code == 1
    assert (
        "part `ui`: `ui/package-lock.json` is stale: `package.json` asks for `left` ^2.0.0, "
        "and it was made for `left` ^1.0.0"
    ) in stale.messages
    assert "hint: `npm install --package-lock-only` in `ui/` makes it; commit it" in stale.messages

    (ui.project / "ui/package-lock.json").unlink()
    missing = ui.assemble("build")
    assert missing.code == 1
    assert "part `ui`: there is no `ui/package-lock.json`" in missing.messages
