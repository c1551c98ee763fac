import subprocess
import sys
import tomllib
from importlib.metadata import Distribution
from pathlib import Path

import pytest

from assembler.adapters.plugins import recipes, recipes_of
from assembler.errors import PartError


def distribution(folder: Path, *entry_points: str) -> Distribution:
    lines = "\n".join(["[assembler.recipes]", *entry_points])
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1\n")
    (folder / "entry_points.txt").write_text(lines)
    return Distribution.at(folder)


def listed() -> dict[str, str]:
    """The entry points that the project's own file lists."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
    found: dict[str, str] = project["project"]["entry-points"]["assembler.recipes"]
    return found


def test_the_standard_recipes_are_there():
    assert list(recipes()) == sorted(listed())


def test_they_are_those_that_the_installed_distribution_lists():
    known = recipes_of(Distribution.from_name("assembler"))

    assert list(recipes()) == list(known)
    assert [recipes()[name] for name in known] == [known[name] for name in known]


def test_without_a_folder_of_this_version_the_distribution_is_sought_everywhere(tmp_path: Path):
    older = tmp_path / "assembler-0.0.1.dist-info"
    older.mkdir()
    (older / "METADATA").write_text("Metadata-Version: 2.1\nName: assembler\nVersion: 0.0.1\n")
    (older / "entry_points.txt").write_text("[assembler.recipes]\nmine = json:dumps\n")
    code = (
        "import sys; from assembler.adapters.plugins import recipes;"
        f"sys.path[:] = [{str(tmp_path)!r}, *(p for p in sys.path if 'site-packages' not in p)];"
        "print(list(recipes()))"
    )

    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert run.stdout == "['mine']\n"


def test_a_recipe_is_loaded_once():
    found = recipes()

    assert found["download"] is found["download"]
    assert "download" in found
    assert len(found) == len(listed())


def test_an_unknown_recipe_is_not_there():
    found = recipes()

    assert "donwload" not in found
    with pytest.raises(KeyError):
        found["donwload"]


def test_only_what_is_asked_for_is_imported():
    code = (
        "import sys; from assembler.adapters.plugins import recipes; found = recipes();"
        "assert 'template' in found; list(found); found['download'];"
        "print(sorted(m for m in sys.modules if m.startswith('assembler_recipes.')));"
        "found['template']; print('jinja2' in sys.modules)"
    )

    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert run.stdout == "['assembler_recipes.download']\nFalse\n"


@pytest.mark.parametrize(
    ("line", "value", "detail"),
    [
        ("bad = acme_nowhere:recipe", "acme_nowhere:recipe", "No module named 'acme_nowhere'"),
        ("bad = json:recipe", "json:recipe", "module 'json' has no attribute 'recipe'"),
    ],
)
def test_a_recipe_that_can_not_be_imported_is_named(
    tmp_path: Path, line: str, value: str, detail: str
):
    found = recipes_of(distribution(tmp_path, line))

    with pytest.raises(PartError) as caught:
        found["bad"]

    assert caught.value.message == f"recipe `bad` can't be imported from `{value}`"
    assert detail in caught.value.details[0]
