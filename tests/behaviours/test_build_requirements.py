"""What distributions are built with is locked, and `build` uses exactly that."""

import shutil
import sys
from pathlib import Path

import pytest
import tomli

from tests.behaviours.programs import program
from tests.behaviours.world import PYTHON, World
from tests.servers import serve
from tests.source_backend import __file__ as backend_file
from tests.wheels import make_sdist, make_wheel, tar_bytes

GROUP = f"libs-python-3-{sys.version_info.minor}"
SOURCES = """
[sources]
"libs" = { path = "libs" }
"""
LAUNCHER = "[parts.app.launchers]\npy = { interpreter = true }\n"
HINT = "hint: run `assemble lock`, or `assemble build --lock`\n"


def release_back_end(world: World, version: str) -> None:
    """Release a back end that writes its version into what it builds, and requires a tool."""
    code = (
        Path(backend_file).read_text()
        + f"""

def get_requires_for_build_wheel(config_settings=None):
    return ["tool"]


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    import tool

    words = f"back end {version}, tool {{tool.__version__}}"
    files = dict(_modules()) | {{"built_with.py": f"print({{words!r}})".encode()}}
    return _write_wheel(wheel_directory, _project(), files)
"""
    )
    world.release("back-end", version, files={"back_end.py": code})


def write_tree(world: World, requires: str = "back-end") -> None:
    world.write(
        "libs/pyproject.toml",
        f"""[build-system]
requires = ["{requires}"]
build-backend = "back_end"

[project]
name = "libs"
version = "1.0"
dependencies = []
""",
    )
    world.write("libs/libs/__init__.py", "")


@pytest.fixture
def locked(world: World) -> World:
    """A project with a source tree of its own, locked."""
    release_back_end(world, "1.0")
    world.release("tool", "1.0")
    write_tree(world)
    world.assembly(program("app", ["libs"], LAUNCHER), before=SOURCES)
    world.done("lock")
    return world


def built_with(world: World) -> str:
    return world.launch("py", "-c", "import built_with")


def forget_builds(world: World) -> None:
    """Remove the prefix, and from the cache what was built and what it was built in."""
    for folder in (world.prefix, world.cache / "built", world.cache / "environments"):
        shutil.rmtree(folder, ignore_errors=True)


def pages(world: World) -> list[str]:
    return [path for path, _ in world.index.requests if path.startswith("/simple/")]


def build_lock(world: World) -> str:
    return (world.project / "pylock.build.toml").read_text()


def test_a_build_asks_no_index_and_uses_what_is_locked(locked: World) -> None:
    world = locked
    text = build_lock(world)
    assert tomli.loads(text)["dependency-groups"] == [GROUP]
    inputs = tomli.loads(text)["tool"]["assembler"]["programs"][GROUP]
    assert (inputs["listed"], inputs["requires"]) == (["back-end"], ["back-end", "tool"])
    release_back_end(world, "2.0")
    world.release("tool", "2.0")
    shutil.rmtree(world.cache)
    world.index.requests.clear()
    world.done("build")
    assert pages(world) == []
    assert built_with(world) == "back end 1.0, tool 1.0"
    again = world.done("lock")
    assert "unchanged: pylock.toml (app 1) and pylock.build.toml\n" in again.messages
    assert build_lock(world) == text
    assert "nothing to do" in world.done("build").messages


def test_upgrades_take_newer_back_ends(locked: World) -> None:
    world = locked
    world.done("build")
    release_back_end(world, "2.0")
    world.release("tool", "2.0")
    world.done("lock", "--upgrade", "tool")
    world.done("build")
    assert built_with(world) == "back end 1.0, tool 2.0"
    world.done("lock", "--upgrade")
    world.done("build")
    assert built_with(world) == "back end 2.0, tool 2.0"


def test_a_build_offline_with_nothing_built_before(locked: World) -> None:
    world = locked
    world.done("build")
    forget_builds(world)
    world.index.requests.clear()
    world.done("build", "--offline")
    assert built_with(world) == "back end 1.0, tool 1.0"
    assert world.index.requests == []


def test_a_lock_that_is_missing(locked: World) -> None:
    world = locked
    (world.project / "pylock.build.toml").unlink()
    for command in (("build",), ("plan",), ("lock", "--check")):
        ended = world.assemble(*command)
        assert ended.code == 6
        assert ended.messages == (
            f"error: there is no `pylock.build.toml`, which says what `libs` is built with\n{HINT}"
        )
    world.done("build", "--lock")
    assert built_with(world) == "back end 1.0, tool 1.0"


def test_an_edited_build_requirement_is_named(locked: World) -> None:
    world = locked
    world.done("build")
    write_tree(world, "back-end>=1")
    for command in (("build",), ("lock", "--check")):
        ended = world.assemble(*command)
        assert ended.code == 6
        assert ended.messages.startswith(
            f"error: `pylock.build.toml` is stale: `{GROUP}` now requires `back-end>=1` "
            "(libs/pyproject.toml), the lock was made for `back-end`\n"
        )
        assert ended.messages.endswith(HINT)
    world.done("lock")
    world.done("lock", "--check")
    world.done("build")


def test_other_edits_of_a_tree_matter_not(locked: World) -> None:
    world = locked
    world.edit(
        'requires = ["back-end"]', "requires = [ 'Back_End' ]  # ours", "libs/pyproject.toml"
    )
    world.write("libs/libs/more.py", "")
    assert "fresh" in world.done("lock", "--check").messages


def test_a_lock_with_nothing_in_it_is_removed(locked: World) -> None:
    world = locked
    world.release("web", "1.0")
    world.assembly(program("app", ["web"], LAUNCHER))
    ended = world.assemble("lock", "--check")
    assert ended.code == 6
    world.done("lock")
    assert not (world.project / "pylock.build.toml").exists()
    world.done("lock", "--check")
    world.done("build")


def test_another_name_of_the_assembly_file(locked: World) -> None:
    world = locked
    (world.project / "assembly.toml").rename(world.project / "production.toml")
    world.done("-f", "production.toml", "lock")
    text = (world.project / "pylock.production-build.toml").read_text()
    assert text.replace("pylock.production-build.toml", "pylock.build.toml") == build_lock(world)


def test_an_sdist_is_built_with_what_is_locked(world: World) -> None:
    release_back_end(world, "1.0")
    world.release("tool", "1.0")
    project = (
        '[build-system]\nrequires = ["back-end"]\nbuild-backend = "back_end"\n'
        '[project]\nname = "libs"\nversion = "1.0"\ndependencies = []\n'
    )
    members = {"pyproject.toml": project, "libs/__init__.py": "", "PKG-INFO": "Name: libs\n"}
    body = tar_bytes({f"libs-1.0/{path}": text.encode() for path, text in members.items()})
    world.index.files["libs-1.0.tar.gz"] = body
    before = '[lock]\nsdists = ["libs"]\n'
    world.assembly(program("app", ["libs"], LAUNCHER), before=before)
    world.done("lock")
    groups = tomli.loads(build_lock(world))["dependency-groups"]
    assert groups == [f"libs-1-0-python-{PYTHON.replace('.', '-')}"]
    release_back_end(world, "2.0")
    world.index.requests.clear()
    world.done("build")
    assert pages(world) == []
    assert built_with(world) == "back end 1.0, tool 1.0"


def test_targets_with_a_wheel_build_nothing(world: World) -> None:
    filename, content = make_sdist("libs", "1.0", build_requires=["tool"])
    world.index.files[filename] = content
    world.release("libs", "1.0", tag=f"cp3{sys.version_info.minor}-none-macosx_11_0_arm64")
    world.release("tool", "1.0")
    before = (
        '[lock]\nsdists = ["libs"]\ntargets = ["linux-x86_64", "linux-aarch64", "macos-arm64"]\n'
    )
    world.assembly(program("app", ["libs"]), before=before)
    world.done("lock")
    text = build_lock(world)
    (marker,) = [line for line in text.splitlines() if line.startswith("marker")]
    assert "linux" in marker
    assert "darwin" not in marker
    world.done("lock", "--check")
    world.edit('sdists = ["libs"]\n', 'sdists = ["libs"]\n# nothing\n')
    world.done("lock")
    assert build_lock(world) == text


def test_a_back_end_that_requires_more_than_is_locked(locked: World) -> None:
    world = locked
    world.write(
        "libs/own.py",
        "from back_end import *\n"
        "def get_requires_for_build_wheel(config_settings=None):\n"
        "    return ['tool>=2']\n",
    )
    world.edit(
        'build-backend = "back_end"',
        'build-backend = "own"\nbackend-path = ["."]',
        "libs/pyproject.toml",
    )
    ended = world.assemble("build")
    assert ended.code == 6
    assert ended.messages.endswith(
        "error: the build of `libs` also requires `tool>=2`, which is not locked for it\n" + HINT
    )
    world.release("tool", "2.0")
    world.done("lock")
    world.done("build")
    assert built_with(world) == "back end 1.0, tool 2.0"


def test_constraints_for_builds(locked: World) -> None:
    """They narrow what distributions are built with; those of programs do not."""
    world = locked
    release_back_end(world, "2.0")
    world.release("tool", "2.0")
    world.edit("[sources]", '[lock.constraints]\ntool = "<1"\n[sources]')
    warned = world.done("lock", "--upgrade").messages
    assert "the constraint on `tool` (assembly.toml:11) is not used: nothing asks for it" in warned
    world.done("build")
    assert built_with(world) == "back end 2.0, tool 2.0"

    world.edit("[lock.constraints]", "[lock.build-constraints]")
    world.edit('tool = "<1"', 'tool = "<2"\nunheard = "<9"')
    ended = world.assemble("build")
    assert ended.code == 6
    assert ended.messages.startswith(
        "error: `pylock.build.toml` is stale: constraint `tool` `<2` is new (assembly.toml:11)\n"
    )
    told = world.done("lock").messages
    assert (
        "the constraint on `unheard` for builds (assembly.toml:12) is not used: nothing asks for it"
    ) in told
    world.done("build")
    assert built_with(world) == "back end 2.0, tool 1.0"


def test_overrides_for_builds(locked: World) -> None:
    world = locked
    write_tree(world, "back-end>=5")
    ended = world.assemble("lock")
    assert ended.code == 1
    assert "no version of `back-end` satisfies `back-end>=5`" in ended.messages
    override = 'back-end = { version = "", because = "the bound is wrong" }'
    world.edit("[sources]", f"[lock.build-overrides]\n{override}\n[sources]")
    world.done("lock")
    world.done("lock", "--check")
    world.done("build")
    assert built_with(world) == "back end 1.0, tool 1.0"


def test_an_exclusion_for_builds(locked: World) -> None:
    world = locked
    world.release("back-end", "3.0", requires=["heavy"], files={"back_end.py": ""})
    release_back_end(world, "3.0")
    name = "back_end-3.0-py3-none-any.whl"
    filename, world.index.files[name] = make_wheel(
        "back-end",
        "3.0",
        requires=["heavy"],
        files={"back_end.py": Path(backend_file).read_text()},
    )
    assert filename == name
    ended = world.assemble("lock", "--upgrade", "back-end")
    assert "heavy" not in build_lock(world)
    override = 'heavy = { exclude = true, because = "for its tests only" }'
    world.edit("[sources]", f"[lock.build-overrides]\n{override}\n[sources]")
    ended = world.done("lock", "--upgrade")
    assert "not used" not in ended.messages
    text = build_lock(world)
    assert 'version = "3.0"' in text
    assert 'name = "heavy"' not in text
    world.done("lock", "--check")
    world.done("build")


def test_what_builds_need_must_be_wheels(locked: World) -> None:
    world = locked
    write_tree(world, "legacy")
    filename, content = make_sdist("legacy", "1.0")
    world.index.files[filename] = content
    ended = world.assemble("lock")
    assert ended.code == 1
    assert ended.messages.endswith(
        "hint: what distributions are built with must be wheels: name an index that has one\n"
    )


def test_files_of_build_requirements_on_another_host(locked: World) -> None:
    """A build refuses them as it does those of programs."""
    world = locked
    lock = world.project / "pylock.build.toml"
    with serve(world.index.files) as other:
        lock.write_text(lock.read_text().replace(world.index.origin + "/f", other.origin + "/f"))
        ended = world.assemble("build")
        assert ended.code == 4
        host = other.origin.removeprefix("http://")
        assert ended.messages.startswith(
            f"error: `back_end-1.0-py3-none-any.whl` of the index `local` is on `{host}`, "
            "where its files should not be\n"
        )
        assert other.requests == []


def test_from_source_is_not_about_builds(locked: World) -> None:
    """A name that both a program and a build have: the wheel is used to build, and that is told."""
    world = locked
    filename, content = make_sdist("tool", "1.0")
    world.index.files[filename] = content
    world.assembly(
        program("app", ["libs", "tool"], LAUNCHER),
        before='[lock]\nfrom-source = ["tool"]\n' + SOURCES,
    )
    told = world.done("lock").messages
    assert (
        "warning: `tool` is in `lock.from-source`, and a wheel of it is used to build other "
        "distributions: what builds require are always wheels\n"
    ) in told
    world.done("build")
    assert built_with(world) == "back end 1.0, tool 1.0"
