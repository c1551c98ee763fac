"""Positions agree with tomli on generated documents."""

import string
from collections.abc import Iterator

import tomli
from hypothesis import given
from hypothesis import strategies as st

from assembler.config.keys import Path
from assembler.config.positions import spans

BLANKS = st.sampled_from(["", " ", "\t", "  "])
GAPS = st.sampled_from(["", " ", "\n", "\n\n  ", " # note ] } \" ''' \n", "\t#\n"])
CHARACTERS = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), include_characters="\t")
NAMES = st.text(string.ascii_letters + string.digits + "-_", min_size=1, max_size=4) | st.text(
    CHARACTERS, max_size=4
)


@st.composite
def keys(draw: st.DrawFn, name: str) -> str:
    """One of the ways to write a key."""
    forms = ['"' + escaped(name) + '"']
    if name and all(each in string.ascii_letters + string.digits + "-_" for each in name):
        forms.append(name)
    if "'" not in name:
        forms.append(f"'{name}'")
    return draw(st.sampled_from(forms))


def escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\u0009")


@st.composite
def strings(draw: st.DrawFn) -> str:
    text = draw(st.text(CHARACTERS | st.sampled_from("\"'#]}=\n\\"), max_size=8))
    forms = ['"' + escaped(text).replace("\n", "\\n") + '"']
    forms.append('"""' + text.replace("\\", "\\\\").replace('"""', '""\\"') + '"""')
    if "'" not in text and "\n" not in text:
        forms.append(f"'{text}'")
    if "'''" not in text:
        forms.append(f"'''\n{text}'''")
    chosen = draw(st.sampled_from(forms))
    return chosen if parses(chosen) else '""'


def parses(value: str) -> bool:
    try:
        tomli.loads(f"x = {value}")
    except tomli.TOMLDecodeError:
        return False
    return True


OF_1_1 = parses("{\na = 1, # x\n}")
"""Whether tomli reads TOML 1.1: inline tables may have line ends, comments and a last comma."""

BETWEEN = GAPS if OF_1_1 else BLANKS
COMMAS = ["", ","] if OF_1_1 else [""]
SCALARS = strings() | st.sampled_from(
    [
        "1",
        "-0.5e3",
        "true",
        "0xff",
        "1_000",
        "1979-05-27 07:32:00Z",
        "07:32:00",
        "2026-10-01",
        "inf",
    ]
)


def arrays(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    element = st.tuples(GAPS, values, GAPS).map("".join)
    ends = st.sampled_from(["", ","])
    return st.tuples(st.lists(element, min_size=1, max_size=3).map(",".join), ends, GAPS).map(
        lambda parts: f"[{''.join(parts)}]"
    ) | GAPS.map(lambda gap: f"[{gap}]")


@st.composite
def inline_tables(draw: st.DrawFn, values: st.SearchStrategy[str]) -> str:
    names = draw(st.lists(NAMES, unique=True, max_size=3))
    pairs = [draw(BETWEEN) + draw(pair(name, values)) + draw(BETWEEN) for name in names]
    comma = draw(st.sampled_from(COMMAS)) if pairs else ""
    return "{" + draw(BETWEEN) + ",".join(pairs) + comma + draw(BETWEEN) + "}"


@st.composite
def pair(draw: st.DrawFn, name: str, values: st.SearchStrategy[str]) -> str:
    dotted = [name, *draw(st.lists(NAMES, max_size=2))]
    dot = draw(BLANKS) + "." + draw(BLANKS)
    key = dot.join([draw(keys(each)) for each in dotted])
    return f"{draw(BLANKS)}{key}{draw(BLANKS)}={draw(BLANKS)}{draw(values)}{draw(BLANKS)}"


VALUES = st.recursive(SCALARS, lambda values: arrays(values) | inline_tables(values), max_leaves=5)


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Pairs, then tables and arrays of tables with pairs, comments and blank lines."""
    lines = [draw(pairs())]
    for name in draw(st.lists(NAMES, unique=True, max_size=3)):
        key = draw(keys(f"{name}t"))
        below = draw(st.lists(NAMES.flatmap(keys), max_size=2))
        header = draw(BLANKS).join(["", ".".join([key, *below]), ""])
        if draw(st.booleans()):
            lines.append(f"[{header}]{draw(st.sampled_from(['', ' # x']))}\n{draw(pairs())}")
        else:
            lines += [f"[[{header}]]\n{draw(pairs())}" for _ in range(draw(st.integers(1, 3)))]
            lines.append(f"[{header.strip()}.sub_]\n{draw(pairs())}")
    return "\n".join(lines)


@st.composite
def pairs(draw: st.DrawFn) -> str:
    names = draw(st.lists(NAMES, unique=True, max_size=3))
    return "".join(
        draw(pair(name, VALUES)) + draw(st.sampled_from(["\n", " # ]\n"])) for name in names
    )


def paths(value: object, path: Path = ()) -> Iterator[tuple[Path, object]]:
    if isinstance(value, dict):
        for key, child in value.items():
            yield (*path, key), child
            yield from paths(child, (*path, key))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield (*path, index), child
            yield from paths(child, (*path, index))


@given(documents())
def test_every_value_of_tomli_has_its_place(text: str):
    values = dict(paths(tomli.loads(text)))
    found = spans(text)

    assert set(found) == set(values)
    for path, span in found.items():
        header = span.key == span.value and isinstance(values[path], dict | list)
        if not header or (isinstance(path[-1], int) and isinstance(values[path], list)):
            written = tomli.loads(f"x = {text[slice(*span.value)]}")["x"]
            assert repr(written) == repr(values[path])
        if isinstance(path[-1], str):
            assert list(tomli.loads(f"{text[slice(*span.key)]} = 1")) == [path[-1]]
