"""The contracts of import-linter hold, and each catches a breach."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.source import PROJECT, SOURCES

BREACHES = {
    "layers": ("assembler/model/text.py", "import assembler.solve"),
    "adapters": ("assembler/adapters/zz_one.py", "import assembler.adapters.zz_two"),
    "recipes-api": ("recipes/assembler_recipes/zz_one.py", "import assembler.model.step"),
    "recipes": ("recipes/assembler_recipes/zz_one.py", "import assembler_recipes.zz_two"),
    "machine": ("assembler/plan/zz_one.py", "import os"),
    "resolvelib": ("assembler/config/zz_one.py", "import resolvelib"),
    "rings": ("assembler/model/zz_one.py", "import assembler.model.zz_two"),
}
RING = {"assembler/model/zz_two.py": "import assembler.model.zz_one"}
NEIGHBOURS = ("assembler/adapters/zz_two.py", "recipes/assembler_recipes/zz_two.py")


def contracts() -> list[str]:
    text = (PROJECT / "pyproject.toml").read_text(encoding="utf-8")
    return [contract["id"] for contract in tomllib.loads(text)["tool"]["importlinter"]["contracts"]]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for source in SOURCES:
        shutil.copytree(
            source,
            tmp_path / source.relative_to(PROJECT),
            ignore=shutil.ignore_patterns("__pycache__"),
        )
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    return tmp_path


def add(copy: Path, path: str, line: str) -> None:
    with (copy / path).open("a", encoding="utf-8") as module:
        module.write(f"\n{line}\n")


def lint_imports(copy: Path, contract: str) -> subprocess.CompletedProcess[str]:
    search_path = os.pathsep.join([str(copy), str(copy / "recipes")])
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--contract", contract],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": search_path},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_each_contract_has_its_breach():
    assert sorted(BREACHES) == sorted(contracts())


@pytest.mark.parametrize("contract", BREACHES)
def test_a_breach_is_caught(contract: str, copy: Path):
    kept = lint_imports(copy, contract)
    path, line = BREACHES[contract]
    for neighbour in NEIGHBOURS:
        add(copy, neighbour, '"""A neighbour."""')
    for module, imports in RING.items():
        add(copy, module, imports)
    add(copy, path, line)
    broken = lint_imports(copy, contract)

    assert (kept.returncode, kept.stdout.count("1 kept, 0 broken")) == (0, 1), kept.stdout
    assert (broken.returncode, broken.stdout.count("0 kept, 1 broken")) == (1, 1), broken.stdout


def test_a_module_outside_the_layers_is_caught(copy: Path):
    add(copy, "assembler/toolbox.py", '"""Nobody said where it belongs."""')

    assert lint_imports(copy, "layers").returncode == 1
