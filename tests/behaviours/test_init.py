"""`assemble init`: a first file from what the folder tells, which locks and builds."""

from pathlib import Path
from typing import Any

import pytest
import tomli

from tests.behaviours.programs import release_app, shown
from tests.behaviours.world import PYTHON, Ended, World
from tests.wheels import make_tree


def said(world: World) -> Any:
    return tomli.loads((world.project / "assembly.toml").read_text())


def locks_and_builds(world: World) -> None:
    """Lock for this world's index alone, and build."""
    index = f"index.default={{ url = '{world.index.url}', default = true }}"
    world.done("lock", "--set", index)
    world.done("build", "--set", index)


def warned(ended: Ended) -> list[str]:
    lines = ended.messages.splitlines()
    return [line.removeprefix("warning: ") for line in lines if line.startswith("warning: ")]


def test_nothing_there_gives_an_interpreter(world: World):
    ended = world.done("init", "--json")

    assert (
        (world.project / "assembly.toml").read_text()
        == f"""[assembly]
name = "project"
python = "{PYTHON}"

[lock]
targets = ["linux-x86_64", "linux-aarch64", "macos-arm64"]

[parts.project]
recipe = "program"
requires = []
interpreter = "py"
"""
    )
    assert ended.document == {
        "changed": True, "file": "assembly.toml", "parts": ["project"], "left_out": [],
    }  # fmt: skip
    locks_and_builds(world)
    assert world.launch("py", "-c", "print(6 * 7)") == "42"


def test_requirements_of_the_command_line(world: World):
    release_app(world, "flask", "3.0", "flask")
    ended = world.done("init", "flask>=3", "-f", "web.toml")

    assert ended.messages == "wrote web.toml\nnext: `assemble lock` and `assemble build`\n"
    text = (world.project / "web.toml").read_text()
    assert tomli.loads(text)["parts"] == {
        "project": {"recipe": "program", "requires": ["flask>=3"]}
    }


def test_what_is_no_requirement_is_not_written(world: World):
    ended = world.assemble("init", "flask>>3")

    assert ended.code == 2
    assert ended.messages.startswith("error: `flask>>3` is no requirement: ")
    assert not (world.project / "assembly.toml").exists()


def test_nothing_is_overwritten(world: World):
    world.write("assembly.toml", "# mine")
    ended = world.assemble("init")

    assert (ended.code, ended.messages) == (
        1,
        (
            "error: there is a `assembly.toml` already\n"
            "hint: edit it, or name another with `-f FILE`\n"
        ),
    )
    assert (world.project / "assembly.toml").read_text() == "# mine"


def test_a_project_that_is_built(world: World):
    make_tree(
        world.project,
        "Shop_App",
        "1.0",
        extras={"pg": ["driver"]},
        scripts={"shop": "shop_app:main"},
        files={"shop_app/__init__.py": 'def main():\n    print("shop")\n'},
    )
    project = world.project / "pyproject.toml"
    groups = '\n[dependency-groups]\ntest = ["runner"]\n'
    project.write_text(project.read_text() + groups)
    world.release("runner", "1.0")
    world.write("requirements.txt", "runner==1.0\n")

    ended = world.done("init")
    assert "`assemble lock --from requirements.txt` prefers the versions in it\n" in ended.messages
    text = (world.project / "assembly.toml").read_text()
    assert '# with extras: "Shop_App[pg]"\n[parts.shop-app]\n' in text
    assert said(world)["sources"] == {"Shop_App": {"path": ".", "editable": True}}
    assert said(world)["parts"] == {
        "shop-app": {"recipe": "program", "requires": ["Shop_App"]},
        "test": {
            "recipe": "program",
            "requires": ["Shop_App"],
            "groups": ["Shop_App:test"],
            "interpreter": "py-test",
        },
    }
    locks_and_builds(world)
    assert world.launch("shop") == "shop"
    assert world.launch("py-test", "-c", "import runner, shop_app; print('ok')") == "ok"


def test_a_project_that_nothing_builds_gives_its_dependencies(world: World):
    release_app(world, "flask", "3.0", "flask")
    world.release("runner", "1.0")
    world.write(
        "pyproject.toml",
        '[project]\nname = "notes"\nversion = "1"\ndependencies = ["flask"]\n'
        '[dependency-groups]\ndev = ["runner", { include-group = "more" }]\nmore = ["runner>=1"]\n',
    )

    world.done("init")
    assert "sources" not in said(world)
    assert said(world)["parts"] == {
        "notes": {"recipe": "program", "requires": ["flask"]},
        "dev": {
            "recipe": "program",
            "requires": ["flask", "runner", "runner>=1"],
            "interpreter": "py-dev",
        },
        "more": {
            "recipe": "program",
            "requires": ["flask", "runner>=1"],
            "interpreter": "py-more",
        },
    }
    locks_and_builds(world)
    assert shown(world) == ["flask", "py-dev", "py-more"]


@pytest.mark.parametrize(
    ("requires", "python"),
    [("", PYTHON), (">=3.9", PYTHON), ("<3.11", "3.10"), ("~=3.9.1", "3.9"), ("no", PYTHON)],
)
def test_the_python_is_one_that_the_project_takes(world: World, requires: str, python: str):
    line = f'requires-python = "{requires}"\n' if requires else ""
    world.write("pyproject.toml", f'[project]\nname = "notes"\nversion = "1"\n{line}')

    world.done("init")
    assert said(world)["assembly"]["python"] == python
    assert said(world)["parts"]["notes"]["interpreter"] == "py"


def test_a_project_of_poetrys_builds_itself(world: World):
    world.write(
        "pyproject.toml",
        '[tool.poetry]\nname = "notes"\nversion = "1"\n'
        '[tool.poetry.scripts]\nnotes = "notes:main"\n'
        '[tool.poetry.group.dev.dependencies]\npytest = "^8"\n',
    )

    ended = world.done("init")
    assert warned(ended) == [
        (
            "left out: `[tool.poetry.group.dev]`: `[dependency-groups]` is read, and so is what "
            "`poetry export` writes"
        )
    ]
    assert said(world)["sources"] == {"notes": {"path": ".", "editable": True}}
    assert said(world)["parts"] == {"notes": {"recipe": "program", "requires": ["notes"]}}


def test_poetry_without_a_package_needs_another_file(world: World):
    world.write("pyproject.toml", "[tool.poetry]\npackage-mode = false\n")

    ended = world.done("init")
    assert [line.partition(":")[2] for line in warned(ended)] == [
        (
            " `[tool.poetry.dependencies]`: `[dependency-groups]` is read, and so is what "
            "`poetry export` writes"
        )
    ]
    assert said(world)["parts"]["project"]["requires"] == []


UV = """[project]
name = "notes"
version = "1"
dependencies = ["helper", "thing", "torch", "one"]

[tool.uv.workspace]
members = ["libs/*", "tool"]

[tool.uv.sources]
helper = { git = "https://git.acme.example/helper.git", tag = "v1.4" }
thing = { path = "thing", editable = true }
wheel = { url = "https://acme.example/thing-1.0-py3-none-any.whl" }
one = { workspace = true }
torch = { index = "torch" }
several = [{ path = "a" }, { path = "b" }]

[[tool.uv.index]]
name = "torch"
url = "https://download.acme.example/whl/cpu"
explicit = true

[[tool.uv.index]]
name = "main"
url = "https://pypi.acme.example/simple"
default = true

[[tool.uv.index]]
name = "also"
url = "https://also.acme.example/simple"

[[tool.uv.index]]
name = "closed"
url = "https://me:secret@closed.acme.example/simple"
"""


def test_a_project_of_uvs_keeps_its_sources_and_indexes(world: World):
    world.write("pyproject.toml", UV)
    world.write("uv.lock", "version = 1\n")
    ended = world.done("init")

    assert said(world)["sources"] == {
        "libs/*": {"editable": True},
        "./tool": {"editable": True},
        "helper": {"git": "https://git.acme.example/helper.git", "rev": "v1.4"},
        "thing": {"path": "thing", "editable": True},
        "wheel": {"url": "https://acme.example/thing-1.0-py3-none-any.whl"},
    }
    assert said(world)["index"] == {
        "torch": {"url": "https://download.acme.example/whl/cpu", "only": ["torch"]},
        "main": {"url": "https://pypi.acme.example/simple", "default": True},
    }
    assert warned(ended) == [
        "left out: `tool.uv.sources.several`: write it under `[sources]` or `[index]` by hand",
        "left out: `tool.uv.index.also`: say with `only` which names come from it",
        "left out: `tool.uv.index.closed`: write it under `[sources]` or `[index]` by hand",
    ]
    assert "`assemble lock --from uv.lock` prefers the versions in it\n" in ended.messages


def test_a_pyproject_that_is_no_toml(world: World):
    world.write("pyproject.toml", "[project\n")
    ended = world.assemble("init")

    assert ended.code == 1
    assert ended.messages.startswith("error: `pyproject.toml` can't be read: ")
    assert not (world.project / "assembly.toml").exists()


REQUIREMENTS = """# what the web needs
--index-url {index}
-r requirements/base.txt
flask == 3.0 \\
    --hash=sha256:{hash} \\
    --hash=sha256:{hash}   # pinned
-c limits.txt
-e ./libs/one[fast]
--pre
"""


def test_files_of_requirements(world: World):
    for name in ("flask", "click", "pytest"):
        release_app(world, name, "3.0", name)
    make_tree(world.project / "libs/one", "One", "1.0", extras={"fast": []})
    world.write("requirements.txt", REQUIREMENTS.format(index=world.index.url, hash="0" * 64))
    world.write("requirements/base.txt", "click>=2; os_name == 'posix'\n\n")
    world.write("requirements/test.txt", "-r ../requirements.txt\npytest\n")
    world.write("limits.txt", "Click<4\nflask[x]<5\n")

    ended = world.done("init")
    assert warned(ended) == [
        "left out: `flask[x]<5` at limits.txt:2: a constraint is a name and a version specifier"
    ]
    found = said(world)
    assert found["index"] == {"default": {"url": world.index.url, "default": True}}
    assert found["sources"] == {"One": {"path": "libs/one", "editable": True}}
    assert found["lock"]["prereleases"] == ["*"]
    requires = ["click>=2; os_name == 'posix'", "flask == 3.0", "One[fast]"]
    assert found["parts"] == {
        "project": {
            "recipe": "program",
            "requires": requires,
            "constraints": {"click": "<4"},
        },
        "test": {
            "recipe": "program",
            "requires": [*requires, "pytest"],
            "constraints": {"click": "<4"},
            "interpreter": "py-test",
        },
    }
    assert (
        "# from requirements/test.txt\n[parts.test]"
        in (world.project / "assembly.toml").read_text()
    )
    world.build()
    assert shown(world) == ["click", "flask", "py-test"]


def test_what_only_pip_understands_is_told(world: World):
    lines = """--extra-index-url https://pypi.acme.example/
-f wheels
--no-binary :all:
--trusted-host pypi.acme.example
--require-hashes
-i https://user:secret@pypi.acme.example/simple/
not a requirement
helper @ git+https://git.acme.example/helper.git@v1.4#subdirectory=py
-e git+ssh://git@git.acme.example/other.git#egg=other
thing[x] @ https://acme.example/thing-1.0-py3-none-any.whl#sha256={hash} ; os_name == 'nt'
https://acme.example/no-name-1.0.tar.gz
./missing
-r gone.txt
""".replace("{hash}", "0" * 64)
    world.write("requirements.txt", lines)

    ended = world.done("init")
    assert "secret" not in ended.messages + world.done("init", "-f", "b.toml", "--json").output
    assert warned(ended) == [
        (
            "left out: `--extra-index-url https://pypi.acme.example/` at requirements.txt:1: "
            "write `[index.NAME]` with its `url`, and `only` for the names from there"
        ),
        (
            "left out: `-f wheels` at requirements.txt:2: "
            'write `[index.NAME]` with `format = "flat"` and `only`'
        ),
        "left out: `--no-binary :all:` at requirements.txt:3: it is an option of pip's",
        (
            "left out: `--trusted-host pypi.acme.example` at requirements.txt:4: "
            "write `insecure = true` in its `[index.NAME]`"
        ),
        (
            "left out: `-i https://…@pypi.acme.example/simple/` at requirements.txt:6: "
            "credentials come from the environment: write `[index.NAME]` without them"
        ),
        "left out: `not a requirement` at requirements.txt:7: it is no requirement",
        (
            "left out: `https://acme.example/no-name-1.0.tar.gz` at requirements.txt:11: "
            "write it under `[sources]`, with its name"
        ),
        "left out: `./missing` at requirements.txt:12: its `pyproject.toml` is missing",
        "left out: `gone.txt` can't be read",
    ]
    assert said(world)["sources"] == {
        "helper": {
            "git": "https://git.acme.example/helper.git",
            "rev": "v1.4",
            "subdirectory": "py",
        },
        "other": {"git": "ssh://git@git.acme.example/other.git"},
        "thing": {
            "url": "https://acme.example/thing-1.0-py3-none-any.whl",
            "sha256": "0" * 64,
        },
    }
    assert said(world)["parts"]["project"]["requires"] == [
        "helper",
        "other",
        'thing[x]; os_name == "nt"',
    ]


def test_several_files_side_by_side(world: World):
    for name in ("a", "b", "c"):
        world.release(name, "1.0")
    world.write("requirements.txt", f"-i {world.index.url}\na\n")
    world.write("requirements-dev.txt", "b\n")
    world.write("docs-requirements.txt", "c\n")
    world.write("dev-requirements.txt", "c\n")
    world.write("requirements/dev.txt", "a\nc\n")

    world.done("init")
    parts = said(world)["parts"]
    assert {name: part["requires"] for name, part in parts.items()} == {
        "project": ["a"], "dev": ["c"], "docs": ["c"], "dev-2": ["b"], "dev-3": ["a", "c"],
    }  # fmt: skip
    world.build()


def test_files_that_are_compiled_give_way_to_what_they_come_from(world: World):
    world.write("requirements.in", "flask\n")
    world.write("requirements.txt", "click==8.1\nflask==3.0\n")
    world.write("requirements-dev.in", "-c requirements.txt\npytest\n")
    world.write("requirements-dev.txt", "pytest==8.0\n")

    ended = world.done("init")
    assert said(world)["parts"] == {
        "project": {"recipe": "program", "requires": ["flask"]},
        "dev": {
            "recipe": "program",
            "requires": ["pytest"],
            "constraints": {"click": "==8.1", "flask": "==3.0"},
            "interpreter": "py-dev",
        },
    }
    assert "`assemble lock --from requirements.txt` prefers the versions in it\n" in ended.messages


def test_an_odd_folder_makes_an_app(world: World, tmp_path: Path):
    folder = tmp_path / "über uns!"
    folder.mkdir()

    world.done("init", cwd=folder)
    assert tomli.loads((folder / "assembly.toml").read_text())["assembly"]["name"] == "app"
