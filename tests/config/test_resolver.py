"""What references become."""

from collections.abc import Mapping

import pytest

from assembler.config.resolved import resolve
from assembler.config.show import data
from assembler.errors import ConfigurationError
from assembler.model.part import PartName
from assembler.model.text import Output, PartKey, Piece, Place, Text, Value
from tests.config.assemblies import HEAD, File, Program, document, part, project

FILE = '[parts.app]\nrecipe = "file"\nto = "x"\n'
OTHER = '[parts."o.p"]\nrecipe = "program"\nrequires = []\n'


def variables(text: str, environment: dict[str, str] | None = None) -> Mapping[str, Value]:
    resolved = resolve(document(f"{HEAD}[vars]\n{text}"), environment or {})
    found = data(resolved.root)
    assert isinstance(found, Mapping)
    variables = found["vars"]
    assert isinstance(variables, Mapping)
    return variables


def test_a_string_that_is_only_a_reference_keeps_the_type():
    text = 'a = 8080\nb = "${vars.a}"\nc = { d = [1, true] }\ne = "${vars.c.d}"\nf = "${vars.c}"\n'
    assert variables(text) == {
        "a": 8080,
        "b": 8080,
        "c": {"d": (1, True)},
        "e": (1, True),
        "f": {"d": (1, True)},
    }


def test_scalars_stand_in_text_as_toml_writes_them():
    text = 'a = 1\nb = 2.5\nc = true\nd = "x"\ne = "${vars.a} ${vars.b} ${vars.c} ${vars.d}"\n'
    assert variables(text)["e"] == "1 2.5 true x"


def test_an_element_that_is_only_a_reference_to_an_array_is_spliced_in():
    text = 'a = [1, 2]\nb = ["x", "${vars.a}", "y"]\nc = ["${vars.b}", "${vars.d}"]\nd = []\n'
    assert variables(text)["c"] == ("x", 1, 2, "y")


def test_an_array_within_an_array_is_not_spliced():
    text = 'a = [1]\nb = [["${vars.a}"], "${vars.c}"]\nc = { x = "${vars.a}" }\n'
    assert variables(text)["b"] == ((1,), {"x": (1,)})


def test_a_literal_reference_stays_one_wherever_it_is_used():
    text = 'a = "$${x}"\nb = "${vars.a}"\nc = { d = "$${y}" }\ne = "${vars.c}"\nf = "${vars.e.d}"\n'
    assert variables(text) == {
        "a": "${x}",
        "b": "${x}",
        "c": {"d": "${y}"},
        "e": {"d": "${y}"},
        "f": "${y}",
    }


def test_a_value_of_the_environment_is_not_looked_into():
    found = variables('a = "${env.A}"\nb = "<${vars.a}>"\n', {"A": "${vars.b}"})
    assert found == {"a": "${vars.b}", "b": "<${vars.b}>"}


def test_quoted_names():
    assert variables("""'a b'.'c.d' = 1\nx = "${vars.'a b'.'c.d'}"\n""")["x"] == 1


def test_the_environment_its_defaults_and_what_was_read():
    text = 'a = "${env.A}"\nb = "${env.B:-x y}"\nc = "${env.C:-}"\nd = "${env.D:-z}"\n'
    resolved = resolve(document(f"{HEAD}[vars]\n{text}"), {"A": "1", "D": "", "E": "2"})
    values = {key: node.value for key, node in resolved.root.table["vars"].table.items()}
    assert values == {"a": "1", "b": "x y", "c": "", "d": "z"}
    assert resolved.environment_read == {"A": "1", "B": None, "C": None, "D": ""}


def test_the_environment_is_typed_by_the_schema():
    text = '[parts.app]\nrecipe = "program"\nrequires = []\nworkers = "${env.N:-4}"\n'
    text += 'greedy = "${env.G:-true}"\nratio = "${env.R:-2}"\nenv.A = "${env.N}"\n'
    found = part(text, environment={"N": "8", "G": "false"})
    assert found.values == {
        "requires": (),
        "workers": 8,
        "greedy": False,
        "ratio": 2.0,
        "env": {"A": "8"},
    }


@pytest.mark.parametrize(
    ("reference", "pieces"),
    [
        ("${assembly.name}", ("shop",)),
        ("${assembly.prefix}/x", (Place("prefix"), "/x")),
        ("${assembly.project}", (Place("project"),)),
        ("${self.name}-${self.to}", ("app-x",)),
        ("${self.out}/y", (Place("part", part="app"), "/y")),
        ("${self.vars.n}", ("1",)),
        ("${parts.'o.p'.name}", ("o.p",)),
        ("${parts.'o.p'.dir}", (Place("part", part="o.p"),)),
        ("${parts.'o.p'.bin.web}", (Place("part", "bin/web", "o.p"),)),
        ("${parts.'o.p'.bin.'jp.py'}", (Place("part", "bin/jp.py", "o.p"),)),
        ("${parts.'o.p'.key}", (PartKey("o.p"),)),
        ("${parts.'o.p'.path}", (Output("o.p", ("path",)),)),
        ("${parts.'o.p'.files.'a.b'}", (Output("o.p", ("files", "a.b")),)),
        ("${vars.${self.name}.x}", ("found",)),
        ("${vars.my-${self.name}}", ("too",)),
    ],
)
def test_what_a_reference_means(reference: str, pieces: tuple[Piece, ...]):
    text = (
        f'[vars]\napp.x = "found"\nmy-app = "too"\n{OTHER}{FILE}text = "{reference}"\nvars.n = 1\n'
    )
    options = part(text).options
    assert isinstance(options, File)
    assert options.text == Text(pieces)


def test_references_make_edges():
    text = f"{OTHER}{FILE}" + "text = \"${parts.'o.p'.name}\"\nneeds = []\n"
    text += '[parts.b]\nrecipe = "file"\nto = "b"\nneeds = ["app"]\nvars.x = "${vars.d}"\n'
    text += '[parts.c]\nrecipe = "file"\nto = "${self.name}"\nvars.x = ["a", "${parts.b.key}"]\n'
    parts = project(f"{HEAD}[vars]\nd = \"${{parts.'o.p'.dir}}\"\n{text}").parts
    assert {name: sorted(found.edges) for name, found in parts.items()} == {
        "o.p": [],
        "app": ["o.p"],
        "b": ["app", "o.p"],
        "c": ["b"],
    }
    assert parts[PartName("b")].needs == ("app",)


def test_a_part_may_use_its_own_directory_without_needing_itself():
    assert part(FILE + 'text = "${parts.app.dir} ${parts.app.name} ${self.out}"\n').edges == set()


def test_an_inner_reference_to_the_environment_is_noticed():
    text = '[vars.sets]\na = ["x"]\n[parts.app]\nrecipe = "program"\n'
    text += 'requires = ["${vars.sets.${self.env.A}}"]\nenv.A = "${env.A:-a}"\n'
    with pytest.raises(ConfigurationError) as caught:
        part(text)
    assert caught.value.message == "the environment variable `A` can't decide what is locked"


def test_where_resolved_options_were_written():
    text = f'{HEAD}[vars]\nkernel = [\n  "x",\n]\n[parts.app]\nrecipe = "program"\n'
    text += 'requires = [\n  "a",\n  "${vars.kernel}",\n]\nneeds = []\n'
    found = project(text).parts[PartName("app")]
    assert isinstance(found.options, Program)
    assert found.options.requires == ("a", "x")
    assert [found.origin_of("requires", i).line for i in (0, 1)] == [11, 6]
    assert found.origin_of("requires", 1).key == "vars.kernel.0"
    assert found.origin_of("nothing") == found.origin
    assert found.origin.line == 8
    assert set(found.origins) == {"recipe", "requires", "requires.0", "requires.1", "needs"}
    assert len(found.origins) == 5


def test_a_number_in_text_keeps_its_zeros():
    found = variables('v = 3.10\ne = 1e3\nt = "x==${vars.v} ${vars.e}"\n')
    assert found == {"v": 3.1, "e": 1000.0, "t": "x==3.10 1000.0"}
