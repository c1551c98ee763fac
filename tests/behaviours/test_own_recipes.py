"""Recipes of the project's own: what they make, and what may go wrong (behaviours 33 and 37)."""

import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.behaviours.greetings import GREETING, MANY
from tests.behaviours.recipes import with_recipes
from tests.behaviours.world import PYTHON, Ended, World

ENTRY = '[recipes]\nlocal = { path = "recipes/mine.py" }\n'
PART = """
[parts.hi]
recipe = "local:greeting"
greeted-name = "world"
"""
TRACEBACK = re.compile(r"traceback, `(?P<file>.*)`")


@pytest.fixture
def project(world: World) -> World:
    """A project with a recipe of its own and a part that it makes."""
    world.write("recipes/mine.py", GREETING)
    world.assembly(PART, before=ENTRY)
    return world


def greeting(world: World) -> str:
    """What the part's file says."""
    return (world.prefix / "etc/greeting").read_text()


def misbehaving(world: World, line: str) -> None:
    """Let the recipe do something before it says how a part is made."""
    world.edit(
        "        options = part.typed(Options)\n",
        f"        {line}\n        options = part.typed(Options)\n",
        "recipes/mine.py",
    )


def locked_then(world: World, line: str, limits: str = "") -> Ended:
    """How a build ends when the recipe does something, within limits."""
    world.done("lock")
    misbehaving(world, line)
    config = world.write("user.toml", f"[limits]\n{limits}")
    return world.assemble("build", environment={"ASSEMBLER_CONFIG": str(config)})


def told(ended: Ended) -> str:
    """The messages without the name of a file with a traceback."""
    return re.sub(r"`/[^`]*traceback`", "`FILE`", ended.messages)


def test_a_recipe_of_the_project_makes_parts(project: World):
    project.build()

    assert greeting(project) == "hello world\n"
    assert "nothing to do" in project.done("build").messages


def test_a_standard_recipe_is_a_module_and_one_line(world: World):
    """In the distribution of assembler itself, here in a copy of its entry points."""
    added = with_recipes(world, {"greeting": f"{GREETING}\nrecipe = greeting\n"})
    world.assembly(PART.replace("local:greeting", "greeting"))

    world.done("lock", environment=added)
    world.done("build", environment=added)

    assert greeting(world) == "hello world\n"


def test_a_package_of_recipes_may_have_modules(world: World):
    world.write("recipes/greetings/__init__.py", "from greetings.inner import greeting\n")
    world.write("recipes/greetings/inner.py", GREETING)
    world.assembly(PART, before='[recipes]\nlocal = { path = "recipes/greetings" }\n')

    world.build()

    assert greeting(world) == "hello world\n"


def test_a_build_with_nothing_to_do_asks_no_recipe(project: World):
    project.build()
    shutil.rmtree(project.cache)

    assert "nothing to do" in project.done("build").messages
    assert {path.name for path in project.cache.glob("*")} <= {"answers"}


def test_a_part_may_stand_for_others(project: World):
    """Which are then asked of any recipe (behaviour 41)."""
    project.write("recipes/mine.py", GREETING + MANY)
    project.assembly('[parts.all]\nrecipe = "local:many"\nnames = ["a", "b"]\n', before=ENTRY)

    project.build()

    assert sorted(project.parts) == ["all", "all-a", "all-b"]
    assert (project.prefix / "etc/a").read_text() == "hello a\n"
    assert "[parts.all-b]" in project.done("config").output


def test_what_a_part_did_outside_is_undone_without_its_recipe(project: World):
    project.done("lock")
    undoing = "Undo(argv=(Text.of('/bin/touch'), Text.of({path!r})))"
    misbehaving(
        project,
        f"from assembler.api import Undo; return ("
        f"{undoing.format(path=str(project.folder / 'undone'))},)",
    )
    project.done("build")
    project.assembly('[parts.bye]\nrecipe = "template"\ntext = "bye"\nto = "etc/bye"\n')
    (project.project / "recipes/mine.py").unlink()

    project.build()

    assert (project.folder / "undone").exists()


def test_other_parts_refer_to_what_it_offers(project: World):
    project.assembly(
        PART + '[parts.see]\nrecipe = "template"\ntext = "${parts.hi.path}"\nto = "etc/see"\n',
        before=ENTRY,
    )

    project.build()

    assert Path((project.prefix / "etc/see").read_text()).read_text() == "hello world\n"


def test_33_a_recipe_refuses_an_option_in_one_line_with_its_place(project: World):
    project.edit('"world"\n', '"world"\nhow = "hey"\n')

    ended = project.assemble("lock")

    assert ended.code == 1
    assert (
        ended.messages
        == """\
error: `hey` is rude
  --> assembly.toml:16:7
   |
16 | how = "hey"
   |       ^^^^^
hint: mind
"""
    )


def test_33_a_recipe_that_crashes_is_named_with_the_file_of_its_traceback(project: World):
    ended = locked_then(project, "raise KeyError('colour')")

    assert ended.code == 70
    assert (
        told(ended)
        == """\
error: recipe `local:greeting` crashed on part `hi`: KeyError: 'colour'
hint: please report this bug with its traceback, `FILE`
"""
    )
    found = TRACEBACK.search(ended.messages)
    assert found
    file = Path(found["file"])
    assert 'mine.py", line' in file.read_text()
    file.unlink()


def test_33_a_recipe_that_ends_its_process_is_named(project: World):
    ended = locked_then(project, "__import__('os')._exit(3)")

    assert ended.code == 70
    assert told(ended).splitlines()[0] == (
        "error: recipe `local:greeting` crashed on part `hi`: its process ended with status 3"
    )


def test_33_a_file_that_is_no_python_is_named(project: World):
    project.write("recipes/mine.py", "def\n")

    ended = project.assemble("lock")

    assert ended.code == 70
    assert ended.messages.splitlines()[0] == (
        "error: the recipes `local` crashed: SyntaxError: invalid syntax (mine.py, line 1)"
    )


def test_a_recipe_that_hangs_is_ended(project: World):
    project.write("recipes/mine.py", "import time\n\ntime.sleep(600)\n")
    config = project.write("user.toml", "[limits]\nrecipe-time = 0.5\n")

    ended = project.assemble("lock", environment={"ASSEMBLER_CONFIG": str(config)})

    assert ended.code == 5
    assert ended.messages == (
        "error: the recipes `local` gave no answer within 0.5 seconds\n"
        "hint: the limit is `limits.recipe-time = 0.5`, and the user configuration can raise it\n"
    )


def test_a_recipe_that_floods_its_answer_is_ended(project: World):
    big = "return (WriteFile(path='x', content=Text.of('x' * 2_000_000)),)"

    ended = locked_then(project, big, "recipe-size = 90_000")

    assert ended.code == 5
    assert ended.messages == (
        "error: recipe `local:greeting` answered with more than 90000 bytes\n"
        "hint: the limit is `limits.recipe-size = 90000`, and the user configuration can raise it\n"
    )


def test_what_a_recipe_prints_is_no_answer(project: World):
    project.done("lock")
    misbehaving(project, "print('{}\\n' * 100_000, flush=True)")

    project.done("build")

    assert greeting(project) == "hello world\n"


@pytest.mark.parametrize(
    ("steps", "fault"),
    [
        ("WriteFile(path=3, content=Text())", "Expected `str`, got `int` - at `$.steps[0].path`"),
        (
            "WriteFile(path='x', content=Text.of(Place('part', '../../x', 'hi')))",
            "the path `../../x` has a component `..`",
        ),
        (
            "WriteFile(path='x', content=Text.of(Place('part', 'x', 'ho')))",
            "a step leads to part `ho`, which it does not know",
        ),
        ("42", "Expected `object`, got `int` - at `$.steps[0]`"),
    ],
)
def test_nonsense_is_no_answer(project: World, steps: str, fault: str):
    ended = locked_then(project, f"from assembler.api import Place; return ({steps},)")

    assert ended.code == 5
    assert ended.messages == (
        f"error: recipe `local:greeting` gave an answer that can't be used: {fault}\n"
    )


def test_paths_that_lead_out_are_refused(project: World):
    ended = locked_then(project, "return (WriteFile(path='../x', content=Text()),)")

    assert ended.code == 1
    assert "the path `../x` has a component `..`" in ended.messages


def test_a_recipe_has_no_credentials_an_empty_directory_and_no_others_libraries(project: World):
    project.done("lock")
    misbehaving(
        project,
        "import os, importlib.util as seeing; names = sorted(os.environ); "
        "found = [*os.listdir(), *filter(seeing.find_spec, ('packaging', 'assembler_recipes'))]; "
        "return (WriteFile(path='greeting', content=Text.of(repr((names, found)))), "
        "Expose(path='etc/greeting', target='greeting'))",
    )

    project.done("build", environment={"ASSEMBLER_INDEX_LOCAL_TOKEN": "secret"})

    names = ["HOME", "LANG", "PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONHASHSEED"]
    names += ["PYTHONNOUSERSITE", "TMPDIR", "TZ"]
    assert greeting(project) == repr((names, []))


def test_an_unknown_option_has_its_place_and_the_nearest_name(project: World):
    project.edit("greeted-name", "greeted-nam")

    ended = project.assemble("lock")

    assert ended.code == 1
    assert (
        ended.messages
        == """\
error: unknown key `greeted-nam` of a `local:greeting`
  --> assembly.toml:15:1
   |
15 | greeted-nam = "world"
   | ^^^^^^^^^^^
hint: did you mean `greeted-name`?
"""
    )


def test_limits_of_options_count(project: World):
    project.edit('"world"\n', '"world"\ntimes = 0\n')

    ended = project.assemble("lock")

    assert ended.code == 1
    assert "`parts.hi.times`: expected `int` >= 1" in ended.messages


@pytest.mark.parametrize(
    ("named", "hint"),
    [
        ("local:greting", "did you mean `local:greeting`?"),
        ("local:vhost", "the recipes of `local` are `local:greeting`"),
        ("acme:vhost", 'name what has them in `[recipes]`: `acme = "DISTRIBUTION"`'),
    ],
)
def test_an_unknown_recipe_comes_with_those_there_are(project: World, named: str, hint: str):
    project.edit("local:greeting", named)

    ended = project.assemble("lock")

    assert ended.code == 1
    assert f"unknown recipe `{named}`" in ended.messages
    assert f"hint: {hint}\n" in ended.messages


def test_its_options_are_shown(project: World):
    shown = project.done("recipes", "local:greeting").output

    assert shown.startswith("local:greeting")
    assert "A file that greets." in shown
    assert "Who is greeted." in shown
    assert "text with references" in shown


def test_the_schema_knows_its_options(project: World):
    schema = project.done("schema").output

    assert "local:greeting" in schema
    assert "Who is greeted." in schema


def test_a_recipe_that_can_not_be_found_leaves_the_schema_of_the_others(project: World):
    (project.project / "recipes/mine.py").unlink()

    ended = project.done("schema")

    assert "logrotate" in ended.output
    assert "recipes from elsewhere are left out: there is no `recipes/mine.py`" in ended.messages


def test_37_what_version_control_and_python_leave_behind_changes_nothing(world: World):
    world.write("recipes/greetings/__init__.py", GREETING)
    world.assembly(PART, before='[recipes]\nlocal = { path = "recipes/greetings" }\n')
    world.build()
    before = world.tree()

    folder = world.project / "recipes/greetings"
    world.write("recipes/greetings/.git/HEAD", "ref: refs/heads/main\n")
    world.write("recipes/greetings/__pycache__/inner.cpython-311.pyc", "noise")
    (folder / "dangling").symlink_to("nowhere")

    assert "nothing to do" in world.done("build").messages
    assert world.tree() == before
    assert not (folder / "__pycache__/__init__.cpython-311.pyc").exists()


def test_37_an_edit_of_the_recipe_builds_the_parts_whose_steps_differ(project: World):
    other = '\n[parts.bye]\nrecipe = "template"\ntext = "bye"\nto = "etc/bye"\n'
    project.assembly(PART + other, before=ENTRY)
    project.build()
    bye = project.made("bye")

    project.edit('= "hello"', '= "salut"', "recipes/mine.py")
    project.done("build")

    assert greeting(project) == "salut world\n"
    assert project.made("bye") == bye


def test_37_an_edit_that_changes_no_step_builds_nothing(project: World):
    project.build()
    before = project.made("hi")

    project.edit('"""It needs nothing."""', '"""It needs nothing at all."""', "recipes/mine.py")
    project.done("build")

    assert project.made("hi") == before


def test_38_a_file_beside_what_assembler_is_made_of_builds_nothing(project: World, tmp_path: Path):
    """The environment that assembler runs in is not an input."""
    venv.create(tmp_path / "tool", with_pip=False)
    site = tmp_path / f"tool/lib/python{PYTHON}/site-packages"
    (site / "tool.pth").write_text("\n".join(path for path in sys.path if path))
    build = [str(tmp_path / "tool/bin/python"), "-m", "assembler", "build"]
    project.done("lock")
    subprocess.run(build, cwd=project.project, env=project.environment, check=True)
    before = project.tree()

    (site / "unrelated.py").write_text("")
    ended = subprocess.run(
        build,
        cwd=project.project,
        env=project.environment,
        check=True,
        capture_output=True,
        text=True,
    )

    assert "nothing to do" in ended.stderr
    assert project.tree() == before
