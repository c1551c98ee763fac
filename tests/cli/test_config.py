"""`assemble config` on every example, and its documents."""

import json
import shutil
from pathlib import Path

import pytest

from assembler.cli.main import main
from tests.architecture.source import PROJECT

EXAMPLES = sorted(PROJECT.glob("examples/*/assembly.toml"))


def printed(capsys: pytest.CaptureFixture[str], folder: Path, *words: str) -> str:
    code = main(["-C", str(folder), "config", *words])
    ended = capsys.readouterr()
    assert code == 0, ended.err
    return ended.out


@pytest.mark.parametrize("example", EXAMPLES, ids=[path.parent.name for path in EXAMPLES])
def test_what_is_shown_of_an_example_loads_again(
    example: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    folder = tmp_path / "example"
    shutil.copytree(example.parent, folder, symlinks=True)
    values = json.loads(printed(capsys, folder, "--json"))
    for words in ((), ("--origins",)):
        shown = printed(capsys, folder, *words)
        (folder / "again.toml").write_text(shown)
        again = json.loads(printed(capsys, folder, "-f", "again.toml", "--json"))
        assert again == values


def test_the_layers_of_values_as_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    head = '[assembly]\nname = "a"\npython = "3.12"\n[vars]\nx = ["one"]\n'
    (tmp_path / "base.toml").write_text(head)
    text = '[assembly]\nextends = ["base.toml"]\n[vars]\nx = { add = ["two"], remove = ["one"] }\n'
    (tmp_path / "assembly.toml").write_text(text)
    document = json.loads(printed(capsys, tmp_path, "vars", "--origins", "--json"))
    assert document == [
        {
            "key": "vars.x",
            "value": ["two"],
            "file": "assembly.toml",
            "line": 4,
            "column": 5,
            "layers": [
                {"change": "set", "value": ["one"], "file": "base.toml", "line": 5, "column": 5},
                {
                    "change": "remove",
                    "value": ["one"],
                    "file": "assembly.toml",
                    "line": 4,
                    "column": 31,
                },
                {
                    "change": "add",
                    "value": ["two"],
                    "file": "assembly.toml",
                    "line": 4,
                    "column": 13,
                },
            ],
        }
    ]


def test_what_is_made_for_each_name_says_from_where(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "assembly.toml").write_text(
        '[assembly]\nname = "a"\npython = "3.12"\n[for-each.service]\nnames = ["one"]\n'
        'parts."${name}" = { recipe = "program", requires = ["acme-${name}"] }\n'
    )
    assert printed(capsys, tmp_path, "parts") != ""
    assert (
        '[parts.one]  # from `for-each.service` at assembly.toml:6\nrecipe = "program"\n'
        'requires = ["acme-one"]\n' in printed(capsys, tmp_path)
    )
