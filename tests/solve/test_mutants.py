"""Each rule has a mutant without it, and what tries these out tells which ones nobody notices."""

import ast
import subprocess
import sys

import pytest

from tests.solve.mutants import ROOT, Mutant, mutants, rules

TRIAL = """
import sys
from tests.solve.mutants import Mutant
from tests.solve.mutation import main

file = "assembler/solve/catalogue.py"
line = "wanted = Version(version)"
sys.exit(main({
    "kept": Mutant(file, line, "wanted = Version('99')"),
    "kept-that-is-gone": Mutant(file, line, line + "  # and nothing else"),
    "newest-release": Mutant(file, line, "wanted = Version(undefined)"),
    "epoch": Mutant(file, "import re", "import nothing_at_all"),
    "cycle": Mutant(file, "no such text", ""),
}))
"""


def test_every_rule_has_a_mutant():
    missing = sorted(rules().keys() - mutants().keys())
    superfluous = sorted(mutants().keys() - rules().keys())

    assert missing == [], "say in tests/solve/mutants.toml what takes these rules out"
    assert superfluous == []


def test_every_mutant_can_be_made():
    faults: list[str] = []
    for name, mutant in mutants().items():
        try:
            ast.parse(mutant.applied((ROOT / mutant.file).read_text("utf-8")))
        except (ValueError, SyntaxError) as error:
            faults.append(f"{name}: {error}")

    assert faults == [], "tests/solve/mutants.toml must follow the product"


@pytest.mark.parametrize("content", ["", "rule\nrule\n"])
def test_a_text_must_stand_there_once(content: str):
    mutant = Mutant(file="assembler/solve/solver.py", text="rule", instead="")

    with pytest.raises(ValueError, match=f"stands {content.count('rule')} times in .*: rule"):
        mutant.applied(content)


def test_mutants_that_are_not_noticed_are_told():
    ended = subprocess.run(
        [sys.executable, "-c", TRIAL], cwd=ROOT, capture_output=True, text=True, check=False
    )

    told = {line.partition(":")[0]: line for line in ended.stdout.splitlines()}
    assert ended.returncode == 1, ended.stderr
    assert told["kept-that-is-gone"] == "kept-that-is-gone: the scenario passes without the rule"
    assert told["newest-release"].startswith("newest-release: the product breaks instead")
    assert told["epoch"].startswith("epoch: can't be tried: ModuleNotFoundError(")
    assert told["cycle"].startswith("cycle: can't be tried: ValueError('stands 0 times in ")
    assert "kept" not in told
    assert ended.stdout.endswith("5 rules taken out one by one, 4 not noticed\n")
