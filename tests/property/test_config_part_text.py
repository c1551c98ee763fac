"""However parts are written: one is taken away or gets a key, and all other lines stay."""

from collections.abc import Callable

import tomli
from hypothesis import given
from hypothesis import strategies as st

from assembler.config.array_text import applied
from assembler.config.part_text import new_key, new_table, removed_part

NAMES = ("a", "b", '"c.d"', "e-f")


def as_tables(name: str, note: str) -> str:
    return (
        f"# {note} above\n[parts.{name}] # {note}\nx = 1 # {note}\n\n# {note} y\ny = [\n  2,\n]\n"
    )


def as_deep_tables(name: str, note: str) -> str:
    return f"[parts.{name}]\nx = 1\ny = [2] # {note}\n\n[parts.{name}.z]\n# {note} in z\nq = 1\n"


def as_implicit_table(name: str, note: str) -> str:
    text = "'''\n[parts.a]\n# no comment\n'''"
    return f"[parts.{name}.z] # {note}\nq = 1\n[parts.{name}.w]\nr = {text}\n"


def inline(name: str, note: str) -> str:
    return f"{name} = {{ x = 1, y = [2] }} # {note}\n"


def dotted(name: str, note: str) -> str:
    return f"# {note}\n{name}.x = 1\n{name}.y = [ # {note}\n 2 ]\n{name}.z.q = 1\n"


FORMS = (as_tables, as_deep_tables, as_implicit_table, inline, dotted)
BETWEEN = st.sampled_from(["", "\n", "\n\n", "\n# ---- between ----\n\n"])


@st.composite
def files(draw: st.DrawFn) -> dict[str, str]:
    """The text of each part by its name, those without a header first."""
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=1))
    forms: dict[str, Callable[[str, str], str]] = {
        name: draw(st.sampled_from(FORMS)) for name in names
    }
    headless = [name for name in names if forms[name] in (inline, dotted)]
    ordered = [*headless, *(name for name in names if name not in headless)]
    return {name: forms[name](name, f"note on {name}") for name in ordered}


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, dict[str, str]]:
    """A whole file, and its parts."""
    texts = draw(files())
    text = '# head\n[assembly]\nname = "x"\n\n[parts]\n'
    for part in texts.values():
        text += part + draw(BETWEEN)
    return text.rstrip("\n") + "\n", texts


def plain(name: str) -> str:
    return name.strip('"')


@given(documents(), st.data())
def test_a_part_is_taken_away(document: tuple[str, dict[str, str]], data: st.DataObject):
    text, parts = document
    name = data.draw(st.sampled_from(sorted(parts)))
    made = applied(text, removed_part(text, plain(name)))

    said = tomli.loads(text)
    del said["parts"][plain(name)]
    assert tomli.loads(made) == said
    own = parts[name].splitlines()
    kept = [line for line in made.splitlines() if line.strip()]
    others = [line for line in text.splitlines() if line.strip()]
    assert len(kept) == len(others) - len([line for line in own if line.strip()])
    assert f"note on {name}" not in made
    assert made.endswith("\n")
    assert not made.endswith("\n\n")


@given(documents(), st.data())
def test_a_part_gets_a_key(document: tuple[str, dict[str, str]], data: st.DataObject):
    text, parts = document
    name = data.draw(st.sampled_from(sorted(parts)))
    edit = new_key(text, plain(name), "new", '["k"]')
    assert edit
    made = applied(text, [edit])

    said = tomli.loads(text)
    said["parts"][plain(name)]["new"] = ["k"]
    assert tomli.loads(made) == said
    assert made.count("note on") == text.count("note on")


@given(documents())
def test_a_table_is_put_behind_all(document: tuple[str, dict[str, str]]):
    text, _ = document
    made = applied(text, [new_table(text, ("parts", "new one"), ("x = 1",))])

    said = tomli.loads(text)
    said["parts"]["new one"] = {"x": 1}
    assert tomli.loads(made) == said
    assert made == f'{text.rstrip()}\n\n[parts."new one"]\nx = 1\n'
