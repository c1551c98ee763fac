"""The page that writes a recipe from nothing, done to the letter."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.behaviours.world import PATIENCE, World
from tests.servers import serve

PAGE = Path(__file__).parents[2] / "docs/how-to/write-a-recipe.md"
FILE = re.compile(
    r"`([\w.]+)`( of [\w ]+| goes on)?:\n\n(?:% [^\n]*\n\n)?```\w+\n(.*?)^```",
    re.MULTILINE | re.DOTALL,
)
JUPYTER = '#!/bin/sh\necho "$1 $3" >> "${0%/*}/told"\n'


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with serve({}) as index:
        yield World(tmp_path, index)


def files() -> Mapping[str, str]:
    """What the page writes: by name, and where it says so, of what."""
    found: dict[str, str] = {}
    for name, more, text in FILE.findall(PAGE.read_text(encoding="utf-8")):
        if more == " goes on":
            found[name] += f"\n\n{text}"
        else:
            found[name + more] = text
    return found


def python(folder: Path, *arguments: str) -> str:
    ended = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def told(world: World) -> list[str]:
    """What Jupyter was told since this was last asked."""
    file = world.project / "told"
    lines = sorted(file.read_text().splitlines())
    file.unlink()
    return lines


def project(world: World, text: str) -> None:
    world.assembly("", before=text)
    world.write("kernels", JUPYTER).chmod(0o755)


def test_the_recipe_is_tested_used_and_released(world: World) -> None:
    written = files()
    recipes = world.folder / "acme"
    recipes.mkdir()
    for name in ("acme_recipes.py", "conftest.py", "test_acme_recipes.py", "pyproject.toml"):
        (recipes / name).write_text(written[name])
    said = python(recipes, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error")
    assert "3 passed" in said

    project(world, written["assembly.toml of a project"])
    world.write("recipes/acme_recipes.py", written["acme_recipes.py"])
    world.build()
    assert told(world) == ["install shop"]

    wheel = python(recipes, "-c", "from hatchling.build import build_wheel as b; print(b('.'))")
    name = wheel.strip().splitlines()[-1]
    world.index.files[name] = (recipes / name).read_bytes()
    project(world, written["assembly.toml of another project"])
    world.build()
    assert told(world) == ["install all-shop", "install all-store", "uninstall shop"]
    graph = world.done("graph").output
    assert "all-shop (acme:kernel): expansion" in graph

    amended = '[parts.all-store]\ndisplay-name = "The old store"\n'
    world.edit("[parts.all]\n", f"{amended}[parts.all]\n")
    world.build()
    assert told(world) == ["install all-store", "uninstall all-store"]
    world.assembly("")
    world.build()
    assert told(world) == ["uninstall all-shop", "uninstall all-store"]
