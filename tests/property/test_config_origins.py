"""A value stands where it is said to stand: written otherwise there, it is another value."""

import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from assembler.config.compose import compose
from assembler.config.document import parse
from assembler.config.entries import Entry, entries
from assembler.config.resolved import resolve

PORTS = st.integers(0, 9)
TEXTS = st.sampled_from(
    ["plain", "${vars.port}", "p${vars.port}", "${vars.deep.a}", "${self.name}"]
)
OPTIONS = {
    "to": TEXTS,
    "vars": st.dictionaries(st.sampled_from("ab"), PORTS | TEXTS, max_size=2),
}
PRESET = st.fixed_dictionaries({"recipe": st.just("file")}, optional=OPTIONS)
PART = st.fixed_dictionaries(
    {"recipe": st.just("file")}, optional={"inherits": st.just(["one"]), **OPTIONS}
)
LAYER = st.fixed_dictionaries(
    {
        "vars": st.fixed_dictionaries({"port": PORTS, "deep": st.fixed_dictionaries({"a": PORTS})}),
    },
    optional={
        "presets": st.fixed_dictionaries({"one": PRESET}),
        "parts": st.dictionaries(st.sampled_from(["x", "y"]), PART, max_size=2),
    },
)


def found(texts: dict[str, str]) -> dict[str, Entry]:
    document = compose([parse(text, file) for file, text in texts.items()])
    return {entry.key: entry for entry in entries(resolve(document, {}).root)}


def otherwise(text: str, entry: Entry) -> str:
    """The text with another value at the place of one."""
    origin = entry.origin
    lines = text.split("\n")
    line = lines[origin.line - 1]
    assert line == origin.excerpt
    start = origin.column - 1
    lines[origin.line - 1] = f'{line[:start]}"other"{line[start + origin.width :]}'
    return "\n".join(lines)


@given(LAYER, LAYER, st.data())
def test_another_value_at_the_place_is_another_result(
    one: dict[str, object], two: dict[str, object], data: st.DataObject
):
    preset = {"presets": {"one": {"recipe": "file", "mode": "0644"}}}
    texts = {"low": tomli_w.dumps(preset | one), "high": tomli_w.dumps(two)}
    before = found(texts)
    written = [entry for entry in before.values() if entry.origin.line]
    scalars = [each for each in written if isinstance(each.value, str | int)]
    entry = data.draw(st.sampled_from(scalars))

    file = entry.origin.file
    after = found({**texts, file: otherwise(texts[file], entry)})
    assert after[entry.key].value == "other"
