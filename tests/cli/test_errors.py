"""Errors for other programs."""

import json
from pathlib import Path

import pytest

from assembler.cli.main import main

TEXT = """[assembly]
name = "shop"
pyhton = "3.12"

[prats.app]
recipe = "program"
"""


def test_every_error_has_its_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "assembly.toml").write_text(TEXT)
    assert main(["-C", str(tmp_path), "config", "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == {
        "error": "2 errors",
        "exit": 1,
        "errors": [
            {
                "message": "unknown key `pyhton` of `[assembly]`",
                "file": "assembly.toml",
                "line": 3,
                "column": 1,
                "width": 6,
                "key": "assembly.pyhton",
                "details": [],
                "hints": ["did you mean `python`?"],
            },
            {
                "message": "unknown table `[prats]`",
                "file": "assembly.toml",
                "line": 5,
                "column": 2,
                "width": 5,
                "key": "prats",
                "details": [],
                "hints": ["did you mean `parts`?"],
            },
        ],
    }


def test_an_error_without_a_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["-C", str(tmp_path), "config", "--json"]) == 1
    (error,) = json.loads(capsys.readouterr().out)["errors"]
    assert error["message"] == f"there is no `assembly.toml` in `{tmp_path}`"
    assert "file" not in error
