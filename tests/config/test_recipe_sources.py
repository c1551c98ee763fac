"""`[recipes]`, and the exact words where it is wrong."""

from pathlib import PurePath

import pytest
from inline_snapshot import snapshot

from assembler.config.recipe_sources import foundation
from assembler.errors import AssemblerError, Faults
from assembler.model.foreign import RecipeDistribution, RecipeFile, RecipeSource
from assembler.model.project import Project
from tests.config.assemblies import HEAD, VALIDATOR, document, faults, told

PART = '[parts.app]\nrecipe = "acme:vhost"\n'


def founded(text: str) -> Project | None:
    """What counts of a file before its parts are read."""
    return foundation(
        document(text), folder=PurePath("/srv/shop"), environment={"ACME": "acme-recipes"}
    )


def sources(entries: str) -> tuple[RecipeSource, ...]:
    """What the table says."""
    project = founded(f"{HEAD}[recipes]\n{entries}{PART}")
    assert project
    return project.recipes


def wrong(entries: str) -> str:
    """What is wrong with the table."""
    try:
        founded(f"{HEAD}[recipes]\n{entries}")
    except Faults as found:
        return "\n".join(map(told, found.errors))
    except AssemblerError as error:
        return told(error)
    return ""


def test_what_there_is():
    acme, local = sources('acme = "Acme.Recipes[x] >= 1.2"\nlocal = { path = "recipes/mine.py" }\n')

    assert isinstance(acme, RecipeDistribution)
    assert (acme.name, acme.requirement) == ("acme", "Acme.Recipes[x] >= 1.2")
    assert (acme.origin.line, acme.origin.column) == (5, 8)
    assert isinstance(local, RecipeFile)
    assert (local.name, local.path) == ("local", "recipes/mine.py")


def test_parts_are_not_looked_at():
    assert founded(f"{HEAD}[parts.app]\nno-recipe = 1\n")


def test_what_can_not_be_looked_up_is_told_later():
    assert founded('[assembly]\nname = "shop"\npython = "${vars.none}"\n[recipes]\n') is None


@pytest.mark.parametrize("path", ["recipes/mine.py", "./mine.py", "recipes/mine", "recipes/mine/"])
def test_paths_in_the_project(path: str):
    assert sources(f'local = {{ path = "{path}" }}\n')
    VALIDATOR.validate({"recipes": {"local": {"path": path}}, "when": []})


def test_names():
    assert wrong('"Acme" = "acme"\n"a_b" = "acme"\n"a:b" = { path = "x.py" }\n') == snapshot("""\
the name "Acme" of recipes must be of a-z, 0-9 and `-`
  at assembly.toml:5:10 |"acme"|
the name "a_b" of recipes must be of a-z, 0-9 and `-`
  at assembly.toml:6:9 |"acme"|
the name "a:b" of recipes must be of a-z, 0-9 and `-`
  at assembly.toml:7:9 |{ path = "x.py" }|\
""")


def test_requirements():
    entries = 'a = "acme recipes"\nb = "acme @ https://acme.example/a.whl"\nc = "acme; os_name"\n'
    entries += "d = \"acme; os_name == 'posix'\"\n"

    assert wrong(entries) == snapshot("""\
`acme recipes` is no requirement
  at assembly.toml:5:5 |"acme recipes"|
  hint: write for example "acme-recipes>=1.2"
  hint: or `{ path = "recipes/mine.py" }`
the requirement of the recipes `b` can't have a URL
  at assembly.toml:6:5 |"acme @ https://acme.example/a.whl"|
`acme; os_name` is no requirement
  at assembly.toml:7:5 |"acme; os_name"|
  hint: write for example "acme-recipes>=1.2"
  hint: or `{ path = "recipes/mine.py" }`
the requirement of the recipes `d` can't have a marker
  at assembly.toml:8:5 |"acme; os_name == 'posix'"|\
""")


def test_paths():
    entries = (
        'a = { path = "/etc/x.py" }\nb = { path = "../x.py" }\nc = { path = "my-recipes.py" }\n'
    )
    entries += (
        'd = { path = "x.txt" }\ne = { path = "recipes/json.py" }\nf = { path = "msgspec" }\n'
    )

    assert wrong(entries) == snapshot("""\
the path `/etc/x.py` is absolute
  at assembly.toml:5:5 |{ path = "/etc/x.py" }|
  hint: recipes stand in the project, and paths are relative to it
the path `../x.py` has a component `..`
  at assembly.toml:6:5 |{ path = "../x.py" }|
  hint: recipes stand in the project, and paths are relative to it
`my-recipes.py` is no Python file, and no import package
  at assembly.toml:7:5 |{ path = "my-recipes.py" }|
`x.txt` is no Python file, and no import package
  at assembly.toml:8:5 |{ path = "x.txt" }|
`recipes/json.py` has the name of a module that Python or assembler has
  at assembly.toml:9:5 |{ path = "recipes/json.py" }|
  hint: rename it
`msgspec` has the name of a module that Python or assembler has
  at assembly.toml:10:5 |{ path = "msgspec" }|
  hint: rename it\
""")


def test_other_values():
    assert wrong('a = 3\nb = { file = "x.py" }\nc = ["acme"]\n') == snapshot("""\
`recipes.a` must be a requirement or a table, not a whole number
  at assembly.toml:5:5 |3|
missing key `path` of the recipes `b`
  at assembly.toml:6:1 |b|
unknown key `file` of the recipes `b`
  at assembly.toml:6:7 |file|
  hint: it may have `path`
`recipes.c` must be a requirement or a table, not an array
  at assembly.toml:7:5 |["acme"]|\
""")


def test_no_variable_decides_what_is_locked():
    assert wrong('a = "${env.ACME}"\n') == snapshot("""\
the environment variable `ACME` can't decide what is locked
  at assembly.toml:5:5 |"${env.ACME}"|
  hint: write the value here, or pass it with `--set`\
""")


def test_no_block_for_a_target_has_recipes():
    block = '[[when]]\nmarker = "os_name == \'posix\'"\nrecipes.acme = "acme"\n'

    assert "`recipes` can't stand in a `[[when]]` block: recipes can't depend on the target" in (
        faults(f"{HEAD}{block}")
    )


def test_an_entry_that_is_not_there_is_hinted_at():
    assert 'hint: name what has them in `[recipes]`: `acme = "DISTRIBUTION"`' in (
        faults(f"{HEAD}{PART}")
    )
