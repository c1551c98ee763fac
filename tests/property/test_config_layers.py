"""Layers: files that extend others, changes of arrays, and what each value remembers."""

from pathlib import Path, PurePath

import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from assembler.app.checkout import Checkout
from assembler.app.layers import read_layers
from assembler.config.compose import compose
from assembler.config.document import Document, parse
from assembler.config.edits import history
from assembler.config.layers import laid
from assembler.config.node import Node
from assembler.config.plain import plain
from assembler.errors import AssemblerError
from assembler.model.limits import DEFAULTS
from assembler.ports import Artifacts, Files
from tests.fakes.artifacts import MemoryArtifacts
from tests.fakes.files import MemoryFiles

ELEMENTS = st.lists(st.integers(0, 4), max_size=3)
CHANGES = st.fixed_dictionaries({"add": ELEMENTS}) | st.fixed_dictionaries({"remove": ELEMENTS})
SCALARS = st.integers(0, 9) | st.booleans() | st.text("ab", max_size=2)
VALUES = SCALARS | ELEMENTS | CHANGES
TABLES = st.recursive(
    st.dictionaries(st.sampled_from("xyz"), VALUES, max_size=3),
    lambda tables: st.dictionaries(st.sampled_from("xyz"), tables | VALUES, max_size=3),
    max_leaves=6,
)
TABLE = st.fixed_dictionaries({"vars": TABLES})


class Doors:
    """Files in memory, and no artifacts."""

    def __init__(self) -> None:
        self.memory = MemoryFiles()
        self.files: Files = self.memory
        self.artifacts: Artifacts = MemoryArtifacts(Path("/nowhere"))
        self.limits = DEFAULTS


def told(node: Node) -> object:
    """Values, places and what was done to each, all the way down."""
    steps = [(each.kind, plain(each.node), str(each.node.origin)) for each in history(node)]
    return steps, plain(node), {key: told(child) for key, child in node.table.items()}


def outcome(documents: list[Document]) -> object:
    try:
        return told(compose(documents).root)
    except AssemblerError as error:
        return error.message


@given(TABLE, TABLE, TABLE)
def test_extending_two_files_is_laying_one_over_the_other(
    one: dict[str, object], two: dict[str, object], three: dict[str, object]
):
    doors, folder = Doors(), PurePath("/srv")
    texts = {"a.toml": tomli_w.dumps(one), "b.toml": tomli_w.dumps(two)}
    extends = '[assembly]\nextends = ["a.toml", "b.toml"]\n'
    texts["assembly.toml"] = extends + tomli_w.dumps(three)
    for name, text in texts.items():
        doors.memory.write(folder / name, text.encode())
    found = read_layers(Checkout(folder=folder), doors).documents
    plainly = [parse(text.replace(extends, "[assembly]\n\n"), name) for name, text in texts.items()]
    assert outcome(list(found)) == outcome(plainly)


@given(TABLE, TABLE, TABLE)
def test_it_makes_no_difference_which_layers_are_laid_first(
    one: dict[str, object], two: dict[str, object], three: dict[str, object]
):
    a, b, c = (
        parse(tomli_w.dumps(table), name)
        for name, table in zip("abc", (one, two, three), strict=True)
    )
    at_once = outcome([a, b, c])
    assert outcome([laid([a, b]), c]) == at_once
    assert outcome([a, laid([b, c])]) == at_once


def scalars(node: Node) -> list[Node]:
    """The values in a tree that are neither tables nor arrays."""
    if isinstance(node.value, tuple):
        return [found for element in node.value for found in scalars(element)]
    if node.table:
        return [found for child in node.table.values() for found in scalars(child)]
    return [] if isinstance(node.value, dict) else [node]


@given(TABLE, TABLE, st.data())
def test_a_change_at_the_place_of_a_value_changes_it(
    one: dict[str, object], two: dict[str, object], data: st.DataObject
):
    texts = {"a": tomli_w.dumps(one), "b": tomli_w.dumps(two)}
    try:
        root = compose([parse(text, file) for file, text in texts.items()]).root
    except AssemblerError:
        return
    found = scalars(root)
    if not found:
        return
    origin = data.draw(st.sampled_from(found)).origin
    lines = texts[origin.file].split("\n")
    line = lines[origin.line - 1]
    start = origin.column - 1
    lines[origin.line - 1] = f"{line[:start]}77{line[start + origin.width :]}"
    edited = {**texts, origin.file: "\n".join(lines)}
    after = compose([parse(text, file) for file, text in edited.items()]).root
    assert sum(node.value == 77 for node in scalars(after)) == 1
    assert plain(after) != plain(root)
