"""Recipes of distributions: locked each on its own, and asked in processes of their own."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.behaviours.greetings import GREETING
from tests.behaviours.world import PYTHON, World

ENTRY = '[recipes]\nacme = "acme-recipes>=1"\n'
PART = """
[parts.hi]
recipe = "acme:greeting"
greeted-name = "world"
"""
BYE = '\n[parts.bye]\nrecipe = "template"\ntext = "bye"\nto = "etc/bye"\n'


def release(
    world: World,
    version: str,
    *,
    name: str = "acme-recipes",
    text: str = GREETING,
    requires: Sequence[str] = ("assembler>=0.1",),
    requires_python: str | None = None,
) -> None:
    """Release a distribution with a module and one line that names its recipe."""
    module = name.replace("-", "_")
    world.release(
        name,
        version,
        files={f"{module}.py": text},
        entry_points={"assembler.recipes": {"greeting": f"{module}:greeting"}},
        requires=requires,
        requires_python=requires_python,
    )


@pytest.fixture
def project(world: World) -> World:
    """A project with a part that a distribution's recipe makes."""
    release(world, "1.0")
    world.assembly(PART + BYE, before=ENTRY)
    return world


def greeting(world: World) -> str:
    """What the part's file says."""
    return (world.prefix / "etc/greeting").read_text()


def test_a_recipe_is_a_module_and_one_line(project: World):
    project.build()

    assert greeting(project) == "hello world\n"
    assert "nothing to do" in project.done("build").messages


def test_it_is_locked_beside_what_builds_require(project: World):
    project.done("lock")

    lock = (project.project / "pylock.build.toml").read_text()
    assert 'name = "acme-recipes"' in lock
    assert "recipes-acme-on-3-12" in lock
    assert "assembler>=0.1" not in lock
    before = project.tree(project.project)
    project.done("lock", "--check")
    project.done("lock")
    assert project.tree(project.project) == before


def test_it_is_built_offline_in_another_folder(project: World):
    project.build()
    shutil.rmtree(project.prefix)
    project.index.files.clear()

    project.done("build", "--offline")

    assert greeting(project) == "hello world\n"


def test_what_is_not_cached_is_named_offline(project: World):
    project.done("lock")
    shutil.rmtree(project.cache)

    ended = project.assemble("build", "--offline")

    assert ended.code == 3
    assert "acme_recipes-1.0-py3-none-any.whl` is not cached" in ended.messages


def test_36_an_upgrade_builds_the_parts_whose_steps_differ(project: World):
    project.build()
    bye = project.made("bye")
    release(project, "2.0", text=GREETING.replace('"hello"', '"salut"'))

    assert "nothing to do" in project.done("build").messages
    project.done("lock")
    assert "nothing to do" in project.done("build").messages
    upgraded = project.done("lock", "--upgrade", "acme-recipes").messages
    assert upgraded.count("acme-recipes 1.0 → 2.0") == 1
    project.done("build")

    assert greeting(project) == "salut world\n"
    assert project.made("bye") == bye


def test_36_an_upgrade_that_changes_no_step_builds_nothing(project: World):
    project.build()
    hi = project.made("hi")
    release(project, "2.0")

    project.done("lock", "--upgrade")
    project.done("build")

    assert project.made("hi") == hi


def test_recipes_may_need_different_versions_of_a_library(world: World):
    using = GREETING.replace("class Options(", "import words\n\nclass Options(", 1)
    using = using.replace("Text.of(options.how,", "Text.of(words.WORD,")
    for version, word in (("1.0", "one"), ("2.0", "two")):
        world.release("words", version, files={"words.py": f"WORD = {word!r}\n"})
    release(world, "1", name="old-recipes", text=using, requires=["words<2"])
    release(world, "1", name="new-recipes", text=using, requires=["words>=2"])
    old, new = (PART.replace("hi", name).replace("acme", name) for name in ("old", "new"))
    world.assembly(
        f'{old}{new}to = "etc/new"\n',
        before='[recipes]\nold = "old-recipes"\nnew = "new-recipes"\n',
    )

    world.build()

    assert (world.prefix / "etc/greeting").read_text() == "one world\n"
    assert (world.prefix / "etc/new").read_text() == "two world\n"


@pytest.mark.parametrize(
    ("before", "after", "edit"),
    [
        (
            "acme-recipes>=1",
            "acme-recipes<1",
            "`recipes.acme` now requires `acme-recipes<1` (assembly.toml:10)",
        ),
        (ENTRY, f'{ENTRY}more = "more-recipes"\n', "the recipes `more` are new (assembly.toml:11)"),
    ],
)
def test_an_edit_that_matters_makes_the_lock_stale(
    project: World, before: str, after: str, edit: str
):
    project.done("lock")
    project.edit(before, after)

    for command in (["build"], ["plan"], ["lock", "--check"]):
        ended = project.assemble(*command)
        assert ended.code == 6
        assert f"error: `pylock.build.toml` is stale: {edit}" in ended.messages
        assert "recipes-acme" not in ended.messages


def test_what_is_not_locked_is_not_asked(project: World):
    ended = project.assemble("build")

    assert ended.code == 6
    assert (
        ended.messages
        == """\
error: there is no `pylock.build.toml`, which says what the recipes `acme` are
  --> assembly.toml:10:8
   |
10 | acme = "acme-recipes>=1"
   |        ^^^^^^^^^^^^^^^^^
hint: run `assemble lock`, or `assemble build --lock`
"""
    )


def test_recipes_that_are_gone_make_the_lock_stale_when_it_is_checked(project: World):
    project.build()
    project.edit(PART, "")
    project.edit(ENTRY, "")

    project.done("build")
    assert project.assemble("lock", "--check").code == 6
    project.done("lock")
    assert not (project.project / "pylock.build.toml").exists()


def test_a_recipe_that_the_distribution_lacks_comes_with_those_there_are(project: World):
    project.edit("acme:greeting", "acme:vhost")

    ended = project.assemble("lock")

    assert ended.code == 1
    assert "error: unknown recipe `acme:vhost`" in ended.messages
    assert "hint: the recipes of `acme` are `acme:greeting`\n" in ended.messages
    assert not (project.project / "pylock.build.toml").exists()


def test_a_distribution_for_a_newer_assembler_is_refused(project: World):
    release(project, "2.0", requires=["assembler>=99"])

    ended = project.assemble("lock")

    assert ended.code == 8
    assert "the recipes `acme` need assembler>=99, and this is 0.1.0" in ended.messages
    assert "`acme-recipes` 2.0 requires it" in ended.messages


def test_a_python_without_an_answer_is_told_of(project: World):
    release(project, "2.0", requires_python=f"!={PYTHON}.*")
    project.edit("acme-recipes>=1", "acme-recipes>=2")

    ended = project.assemble("lock")

    assert ended.code == 6
    words = f"the recipes `acme` are not locked for Python {PYTHON}, which runs assembler"
    assert words in ended.messages
    assert "hint: install assembler for Python 3." in ended.messages


def test_33_a_recipe_of_a_distribution_that_crashes_is_named(project: World):
    release(project, "2.0", text=GREETING.replace("options = part", "1 / 0; options = part"))
    project.done("lock")

    ended = project.assemble("build")

    assert ended.code == 70
    first, second = ended.messages.splitlines()
    assert first == (
        "error: recipe `acme:greeting` crashed on part `hi`: ZeroDivisionError: division by zero"
    )
    file = Path(second.split("`")[1])
    assert "acme_recipes.py" in file.read_text()
    file.unlink()


def test_a_part_is_removed_without_its_recipe(project: World):
    project.build()
    project.edit(PART, "")
    project.edit(ENTRY, "")
    shutil.rmtree(project.cache)

    project.done("build", "--offline")

    assert not (project.prefix / "etc/greeting").is_symlink()
