"""What `assemble config` shows can be loaded again, and is the same project."""

from pathlib import PurePath

import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from assembler.config.schema import Checked, check
from assembler.config.show import render
from assembler.model.project import Project
from tests.config.assemblies import HEAD, RECIPES, document

WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="{"), max_size=6)
LITERALS = st.lists(WORDS | st.sampled_from(["$${", "$", "}", "$$", "$${x}"]), max_size=3).map(
    "".join
)
REFERENCES = st.sampled_from(
    [
        "${vars.port}",
        "${vars.text}",
        "${vars.list}",
        "${vars.place}",
        "${env.HOME_}",
        "${env.NOTHING:-$x}",
        "${assembly.name}",
        "${assembly.prefix}",
        "${assembly.project}/x",
        "${self.out}",
        "${self.name}",
        "${parts.app.dir}",
        "${parts.app.key}",
        "${parts.app.bin.web}",
        "${parts.app.bin.'a.b'}",
        "${parts.app.site.'a b'}",
    ]
)
TEXTS = st.lists(LITERALS | REFERENCES.filter(lambda each: "list" not in each), max_size=4).map(
    "".join
)
SCALARS = (
    LITERALS
    | st.integers(-(2**63), 2**63 - 1)
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
)
VALUES = st.recursive(
    SCALARS | REFERENCES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
SETTINGS = st.lists(
    st.sampled_from(
        [
            "vars.port=3.10",
            "vars.port=x y",
            "vars.text='${vars.port}'",
            "parts.app.python=3.10",
            "parts.app.workers=7",
            "parts.app.requires={ add = ['set'] }",
            "parts.extra={ recipe = 'file', to = 'x', text = '${parts.app.dir}' }",
            "parts.off.enabled=true",
        ]
    ),
    max_size=3,
)


LAYERS = st.sampled_from(
    [
        "",
        """
[presets.base]
recipe = "file"
to = "etc/${self.name}"
vars.ports = ["${vars.port}"]

[parts.heir]
inherits = ["base"]
text = "${self.to} $${x}"
vars.ports = { add = [1] }
""",
        """
[for-each.worker]
names = ["one", "two"]
parts."${name}" = { recipe = "file", to = "${name}", text = "${parts.app.bin.${self.name}}" }

[[when]]
marker = "sys_platform == 'linux'"
parts.file.text = "${parts.one.dir}"

[assembly.select]
default = ["one", "file"]
""",
    ]
)


@st.composite
def assemblies(draw: st.DrawFn) -> str:
    """An assembly with variables of all kinds, a program, a file, and a part that is disabled."""
    variables = {
        "port": draw(st.integers(0, 9)),
        "text": draw(LITERALS),
        "list": draw(st.lists(LITERALS, max_size=3)),
        "place": "${parts.other.dir}/${assembly.prefix}",
    }
    parts: dict[str, object] = {
        "app": {
            "recipe": "program",
            "requires": ["a", "${vars.list}"],
            "env": {"A": draw(TEXTS), "B": "$${x}"},
        },
        "file": {
            "recipe": "file",
            "to": "x",
            "text": draw(TEXTS),
            "vars": draw(st.dictionaries(WORDS, VALUES, max_size=3)),
            "needs": draw(st.sampled_from([[], ["app"]])),
        },
        "other": {"recipe": "program", "requires": []},
        "off": {"recipe": "file", "to": "y", "enabled": False},
    }
    return HEAD + tomli_w.dumps({"vars": variables, "parts": parts}) + draw(LAYERS)


def checked(text: str, settings: list[str]) -> Checked:
    return check(
        document(text, settings),
        recipes=RECIPES,
        folder=PurePath("/srv/shop"),
        environment={"HOME_": "${x} 1"},
    )


def said(project: Project) -> object:
    """All that a project is, but for the places where it was written."""
    parts = {
        name: (part.recipe, part.options, part.values, part.needs, part.edges)
        for name, part in project.parts.items()
    }
    indexes = [(index.name, index.url, index.default) for index in project.indexes]
    return project.name, project.python, project.prefix, indexes, parts


@given(assemblies(), SETTINGS)
def test_what_is_shown_is_the_same_project(text: str, settings: list[str]):
    found = checked(text, settings)
    for origins in (False, True):
        shown = render(found.resolved.root, origins=origins)
        assert said(checked(shown, []).project) == said(found.project)
