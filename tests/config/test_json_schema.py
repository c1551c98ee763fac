"""The schema says what the loader says, as far as a schema can see."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
import pytest
import tomli
from jsonschema import Draft202012Validator

from assembler.adapters.plugins import recipes
from assembler.config.described import keys, tables, title
from assembler.config.json_schema import json_schema
from assembler.config.tables import AssemblyFile
from assembler.model.text import Text
from tests.architecture.source import PROJECT
from tests.config.assemblies import HEAD, Tiny, as_json
from tests.config.mistakes.cases import cases
from tests.language_server import language_server

EDITORS = [path for path in [Path(sys.executable).with_name("taplo")] if path.exists()]
SERVERS = [path for path in [Path(sys.executable).with_name("tombi")] if path.exists()]
SCHEMA = json.loads(json.dumps(json_schema(recipes())))
VALIDATOR = Draft202012Validator(SCHEMA)


def written() -> Iterator[Any]:
    """Every whole assembly file of the examples and the docs."""
    for path in sorted(PROJECT.glob("examples/*/assembly.toml")):
        yield pytest.param(path.read_text(), id=path.parent.name)
    for path in [PROJECT / "README.md", *sorted(PROJECT.glob("docs/**/*.md"))]:
        blocks = re.findall(r"^```toml\n(.*?)^```", path.read_text(), re.MULTILINE | re.DOTALL)
        for number, block in enumerate(blocks):
            if re.search(r"^\[assembly\]", block, re.MULTILINE):
                yield pytest.param(block, id=f"{path.stem}-{number}")


def faults(text: str, validator: Draft202012Validator = VALIDATOR) -> list[str]:
    """What a schema finds, with the places."""
    found = validator.iter_errors(as_json(tomli.loads(text)))
    return [f"{error.json_path}: {error.message}" for error in found]


def of_options(options: type[msgspec.Struct]) -> Draft202012Validator:
    """A validator of files whose one recipe, `tiny`, has these options."""
    made = json_schema({"tiny": Tiny(options)})
    return Draft202012Validator(json.loads(json.dumps(made)))


def test_it_is_a_schema():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("text", list(written()))
def test_every_written_file_passes(text: str):
    assert faults(text) == []


PROGRAM = f'{HEAD}[parts.app]\nrecipe = "program"\n'


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            f'{PROGRAM}requirs = ["a"]\nrequires = []\n',
            "$.parts.app: Additional properties are not allowed ('requirs' was unexpected)",
        ),
        (PROGRAM, "$.parts.app: 'requires' is a required property"),
        (
            f'{PROGRAM}requires = "a"\n',
            "$.parts.app.requires: 'a' does not match '^\\\\$\\\\{.*\\\\}$'",
        ),
        (
            f"{PROGRAM}requires = [1]\n",
            "$.parts.app.requires[0]: 1 is not of type 'string'",
        ),
        (
            f'{HEAD}[parts.app]\nrecipe = "progam"\nrequires = []\n',
            "$.parts.app.recipe: 'progam' is not valid under any of the given schemas",
        ),
        (
            f"{HEAD}[parts.app]\nrequires = []\n",
            "$.parts.app: 'recipe' is a required property",
        ),
        (
            f"{PROGRAM}requires = []\nneeds = true\n",
            "$.parts.app.needs: True is not of type 'array', 'object', 'string'",
        ),
        (
            '[assembly]\nname = "shop"\npython = 3.12\n',
            "$.assembly.python: 3.12 is not of type 'string'",
        ),
        (
            '[assembly]\nname = "shop"\npython = ">=3.12"\n',
            "$.assembly.python: '>=3.12' does not match '^3\\\\.\\\\d+(\\\\.\\\\d+)?$|\\\\$\\\\{'",
        ),
        ('[assembly]\npython = "3.12"\n', "$.assembly: 'name' is a required property"),
        ("[vars]\na = 1\n", "$: 'assembly' is a required property"),
        (
            f"{HEAD}[lok]\n",
            "$: Additional properties are not allowed ('lok' was unexpected)",
        ),
        (
            f'{HEAD}[lock]\nconstraints = ["a<2"]\n',
            "$.lock.constraints: ['a<2'] is not of type 'object', 'string'",
        ),
        (
            f'{HEAD}[lock.overrides]\na = {{ version = "==1" }}\n',
            "$.lock.overrides.a: 'because' is a required property",
        ),
        (
            f'{HEAD}[index.own]\nurls = "https://a.example/"\nurl = "https://a.example/"\n',
            "$.index.own: Additional properties are not allowed ('urls' was unexpected)",
        ),
        (
            f'{HEAD}[sources]\n"libs/*" = {{ edit = true }}\n',
            "$.sources['libs/*']: Additional properties are not allowed ('edit' was unexpected)",
        ),
        (
            f"{HEAD}[sources]\nshop = {{ editable = true }}\n",
            "$.sources.shop: {'editable': True} is not valid under any of the given schemas",
        ),
    ],
)
def test_mistakes_that_a_schema_sees(text: str, fault: str):
    assert faults(text) == [fault]


NOT_SEEN = {
    "the text is a requirement, a version, a marker, a time, a name, a path or a URL of a syntax "
    "that is not regular or not the schema's": """
        constraint-not-a-specifier constraint-with-operator-in-name exclude-newer foreign-caret
        foreign-requirements-option foreign-single-equals index-credentials marker-syntax part-name
        path-absolute path-outside prefix-here source-scp when-code when-python when-single-equals
    """,
    "it is about several values together, or what stands elsewhere in the file": """
        index-without-only needs-misspelt needs-ring override-text part-twice-normalised
        preset-is-a-part preset-misspelt preset-ring remove-what-is-not-there selection-misspelt
        target-unknown
    """,
    "a schema takes every reference for right": """
        disabled-part launcher-with-a-dot python-through-a-variable
        reference-environment-in-requires
        reference-like-buildout reference-like-shell reference-output-misspelt
        reference-part-misspelt reference-place-in-requires reference-ring reference-to-a-part
        reference-variable-misspelt reference-without-vars secret-misspelt
    """,
    "the file is right: what is wrong is another file, or the command line": """
        extends-missing only-misspelt query-misspelt set-key-misspelt set-misspelt
    """,
}
"""Classic mistakes that only the loader sees, by the reason."""


def in_toml(case: Path) -> bool:
    try:
        tomli.loads(case.read_text())
    except tomli.TOMLDecodeError:
        return False
    return True


MISTAKES = [case for case in cases() if in_toml(case)]


@pytest.mark.parametrize("case", MISTAKES, ids=[case.stem for case in MISTAKES])
def test_classic_mistakes_are_seen_by_the_schema_or_known_not_to_be(case: Path):
    not_seen = {name: reason for reason, names in NOT_SEEN.items() for name in names.split()}

    assert bool(faults(case.read_text())) != (case.stem in not_seen), (
        "the schema sees it after all" if case.stem in not_seen else "say in NOT_SEEN why not"
    )


LAYERS = f"""{HEAD}extends = ["base.toml", {{ url = "https://a.example/x", sha256 = "{"0" * 64}" }}]
[presets.tool]
inherits = ["other"]
requires = ["a"]
[parts.app]
launchers.web.args = ["x"]
requires = {{ add = ["b"], remove = ["c"] }}
[index.own]
only = ["x"]
"""


def test_a_file_that_extends_others_may_lack_anything():
    assert faults(LAYERS) == []
    assert faults(LAYERS.replace("args", "argos")) == [
        "$.parts.app.launchers.web: Additional properties are not allowed ('argos' was unexpected)"
    ]
    assert faults(LAYERS.replace("tool]", "tool]\nrequirs = []")) == [
        "$.presets.tool: 'requirs' is not one of " + str(sorted_keys())
    ]
    assert faults(LAYERS.replace("0" * 64, "0" * 63)) != []


def sorted_keys() -> list[str]:
    return list(SCHEMA["$defs"]["part"]["properties"])


def test_a_part_that_inherits_may_lack_what_it_inherits():
    assert faults(f'{HEAD}[parts.app]\ninherits = ["tool"]\n') == []
    assert faults(f'{HEAD}[parts.app]\ninherits = ["tool"]\nenabeld = true\n') != []


def test_blocks_hold_tables():
    when = f"""{HEAD}[[when]]
marker = "sys_platform == 'darwin'"
parts.app.env.A = "b"
lock.sdists = "any"
"""
    each = f"""{PROGRAM}requires = []
[for-each.service]
names = ["a", "b"]
parts."${{name}}" = {{ recipe = "program", requires = ["acme-${{name}}"] }}
"""

    assert faults(when) == faults(each) == []
    assert faults(when.replace("marker =", "markers =")) != []
    assert faults(when.replace("parts.app", "part.app")) != []
    assert faults(each.replace("names", "name")) != []
    assert faults(each.replace('requires = ["acme', 'required = ["acme')) != []


def test_a_layer_lacks_whatever_it_likes():
    validator = Draft202012Validator(json.loads(json.dumps(json_schema(recipes(), layer=True))))

    assert faults("[parts.app]\nrequires = []\n", validator) == []
    assert faults("[parts.app]\nrequirs = []\n", validator) != []


class Options(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """What it may have."""

    workers: Annotated[int, msgspec.Meta(ge=1, description="How many.")] = 1
    colours: tuple[int, ...] = ()
    greedy: bool = False
    ratio: float = 1.0
    label: Text = Text()
    table: Mapping[str, int] = {}


OPTIONS = of_options(Options)
TINY = f'{HEAD}[parts.app]\nrecipe = "tiny"\n'


@pytest.mark.parametrize(
    "option",
    [
        "workers = 2",
        'workers = "${vars.n}"',
        'workers = "${env.N:-2}"',
        'colours = [1, "${vars.colours}", 2]',
        'colours = "${vars.colours}"',
        'colours = { add = [1], remove = ["${vars.n}"] }',
        'greedy = "${vars.greedy}"',
        "ratio = 1",
        'label = "in ${self.out}"',
        "label = 8080",
        'table = "${vars.table}"',
        'table = { a = 1, b = "${vars.b}" }',
    ],
)
def test_a_reference_may_stand_for_a_value(option: str):
    assert faults(TINY + option, OPTIONS) == []


@pytest.mark.parametrize(
    "option",
    [
        "workers = 0",
        'workers = "2"',
        'workers = "${vars.n} "',
        'colours = ["1"]',
        "colours = { added = [1] }",
        "greedy = 1",
        "label = true",
        "table = { a = true }",
    ],
)
def test_what_is_no_reference_has_the_type(option: str):
    assert len(faults(TINY + option, OPTIONS)) == 1


def test_a_part_that_is_left_out_may_lack_everything():
    assert faults(f"{HEAD}[parts.app]\nenabled = false\n") == []


def test_a_part_whose_recipe_a_reference_names_has_keys_of_some_recipe():
    part = f'{HEAD}[parts.app]\nrecipe = "${{vars.recipe}}"\n'

    assert faults(f"{part}requires = []\n") == []
    assert len(faults(f"{part}requirs = []\n")) == 1


def test_two_types_of_one_name_are_kept_apart():
    first = msgspec.defstruct("Entry", [("a", int)], frozen=True)
    second = msgspec.defstruct("Entry", [("b", int)], frozen=True)
    both = msgspec.defstruct("Both", [("one", first), ("two", second)], frozen=True)

    assert faults(f"{TINY}one = {{ a = 1 }}\ntwo = {{ b = 2 }}\n", of_options(both)) == []
    assert len(faults(f"{TINY}one = {{ b = 1 }}\ntwo = {{ b = 2 }}\n", of_options(both))) == 2


def test_a_key_of_several_recipes_has_the_words_of_each():
    offered = SCHEMA["$defs"]["part"]["properties"]["env"]["description"]

    assert "`command`: " in offered
    assert "`program`: " in offered


@pytest.mark.parametrize(
    "record",
    [
        *tables(AssemblyFile),
        *(each for made in recipes().values() for each in tables(made.options)),
    ],
    ids=title,
)
def test_every_key_says_what_it_means(record: type[msgspec.Struct]):
    assert [key.name for key in keys(record) if not key.meaning.endswith(".")] == []


def lint(editor: Path, folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    (folder / "assembly.toml").write_text(f"#:schema ./schema.json\n{text}")
    (folder / "schema.json").write_text(json.dumps(SCHEMA))
    return subprocess.run(
        [editor, "lint", "--colors", "never", "assembly.toml"],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("editor", EDITORS, ids=lambda path: path.name)
def test_an_editor_sees_the_same(editor: Path, tmp_path: Path):
    right = lint(editor, tmp_path, f'{PROGRAM}requires = ["a"]\n')
    wrong = lint(editor, tmp_path, f'{PROGRAM}requires = ["a"]\nscript = ["a"]\n')

    assert right.returncode == 0, right.stderr
    assert wrong.returncode == 1
    assert "Additional properties are not allowed ('script' was unexpected)" in wrong.stderr


@pytest.mark.parametrize("editor", EDITORS, ids=lambda path: path.name)
@pytest.mark.parametrize("text", list(written()))
def test_an_editor_takes_every_written_file(editor: Path, text: str, tmp_path: Path):
    linted = lint(editor, tmp_path, text)

    assert linted.returncode == 0, linted.stderr


@pytest.mark.parametrize("editor", SERVERS, ids=lambda path: path.name)
def test_an_editor_completes_keys_and_tells_what_they_mean(editor: Path, tmp_path: Path):
    text = f"#:schema ./schema.json\n{PROGRAM}req\n"
    (tmp_path / "schema.json").write_text(json.dumps(SCHEMA))
    file = tmp_path / "assembly.toml"
    file.write_text(text)
    document = {"uri": file.as_uri(), "languageId": "toml", "version": 1, "text": text}
    lines = text.splitlines()

    with language_server([editor, "lsp", "--offline"], tmp_path) as server:
        server.tell("textDocument/didOpen", {"textDocument": document})
        server.until_told("textDocument/publishDiagnostics")
        place = {"textDocument": {"uri": file.as_uri()}}
        end = {"line": len(lines) - 1, "character": 3}
        while not (offered := server.ask("textDocument/completion", {**place, "position": end})):
            """The server still reads the schema."""
        recipe = {"line": lines.index('recipe = "program"'), "character": 2}
        told = server.ask("textDocument/hover", {**place, "position": recipe})

    items = offered["items"] if isinstance(offered, dict) else offered
    assert [item["label"] for item in items] == ["requires"]
    assert "The distributions that the program is made of" in json.dumps(items)
    assert "How the part is made." in json.dumps(told)
