import pytest
from assembler_recipes.template import TemplateOptions, recipe

from assembler.api import (
    Assembled,
    ConfigurationError,
    Expose,
    Needs,
    Origin,
    Place,
    Secret,
    Step,
    Text,
    WriteFile,
    WriteLiveFile,
)
from tests.recipes.parts import ORIGIN, TARGET, part, text

SCHEMA = Place(root="part", part="schema", path="schema.sql")


def steps(options: TemplateOptions, **contents: bytes) -> tuple[Step, ...]:
    return recipe.realise(part(options), Assembled(target=TARGET, contents=contents))


def render(template: str, **variables: object) -> Text:
    options = TemplateOptions(from_="t", to="o", vars=variables)
    written = steps(options, t=template.encode())[0]
    assert isinstance(written, WriteFile)
    return written.content


def failure(template: str, **variables: object) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as caught:
        render(template, **variables)
    return caught.value


def test_its_file_is_read():
    options = TemplateOptions(from_="./etc/app.ini.j2", to="etc/app.ini")

    assert recipe.declare(part(options)) == Needs(reads=("etc/app.ini.j2",))


def test_a_file_is_written_and_shown():
    options = TemplateOptions(from_="t", to="bin/hello", vars={"n": 3}, executable=True)

    assert steps(options, t=b"n = {{ n }}\n") == (
        WriteFile(path="bin/hello", content=text("n = 3\n"), executable=True),
        Expose(path="bin/hello", target="bin/hello"),
    )


def test_a_text_may_hold_places_itself():
    options = TemplateOptions(text=text("{{ a }} ", SCHEMA, "\n"), to="o", vars={"a": text("x")})

    assert steps(options)[0] == WriteFile(path="o", content=text("x ", SCHEMA, "\n"))
    assert recipe.declare(part(options)) == Needs()


def test_many_files_come_from_one_template():
    options = TemplateOptions(
        text=text("{{ who }} {{ mark }}"),
        files={"b": {"who": text("B")}, "a/x": {"who": text("A"), "mark": text("?")}},
        vars={"mark": text("!")},
    )

    assert steps(options) == (
        WriteFile(path="a/x", content=text("A ?")),
        WriteFile(path="b", content=text("B !")),
        Expose(path="a/x", target="a/x"),
        Expose(path="b", target="b"),
    )
    assert recipe.outputs(part(options)) == {
        "b": text(Place(root="part", part="app", path="b")),
        "a/x": text(Place(root="part", part="app", path="a/x")),
    }


def test_a_folder_of_templates_keeps_its_structure():
    options = TemplateOptions(from_="etc/", to="etc/app", vars={"n": 1})
    contents = {"etc/a.ini.j2": b"{{ n }}", "etc/sub/b.jinja.txt": b"b"}

    found = recipe.realise(part(options), Assembled(target=TARGET, contents=contents))

    assert recipe.declare(part(options)) == Needs(reads=("etc/**",))
    assert found == (
        WriteFile(path="etc/app/a.ini", content=text("1")),
        WriteFile(path="etc/app/sub/b.jinja.txt", content=text("b")),
        Expose(path="etc/app/a.ini", target="etc/app/a.ini"),
        Expose(path="etc/app/sub/b.jinja.txt", target="etc/app/sub/b.jinja.txt"),
    )


def test_the_path_of_one_file_is_an_output():
    options = TemplateOptions(from_="t", to="etc/o")

    assert recipe.outputs(part(options)) == {
        "path": text(Place(root="part", part="app", path="etc/o"))
    }


def test_values_keep_their_types():
    template = "{% for p in ports if p > 1 %}{{ p + 1 }},{% endfor %}{{ 'y' if debug else 'n' }}"

    assert render(template, ports=(1, 2, 3), debug=False) == text("3,4,n")


def test_places_are_written_anywhere():
    variables = {
        "schema": text("file:", SCHEMA),
        "many": (text(SCHEMA), text("x")),
        "table": {"a": text(SCHEMA)},
    }
    template = "{{ schema }}|{{ many|join(':') }}|{{ table.a + '/b' }}|{{ 'c' ~ table.a }}"

    assert render(template, **variables) == text(
        "file:", SCHEMA, "|", SCHEMA, ":x|", SCHEMA, "/b|c", SCHEMA
    )


@pytest.mark.parametrize("written", ["p|upper", "p|title", "p|lower", "p|e", "p|urlencode"])
def test_a_filter_that_changes_a_place_is_refused(written: str):
    error = failure("{{ " + written + " }}", p=text(SCHEMA))

    assert error.message == (
        "the template changes a path that is only known when the part is performed"
    )
    assert error.hints == ("use no filter on it: write `{{ name }}` alone",)


@pytest.mark.parametrize("written", ["p|length", "p|tojson", "p[0]", "p.lower()", "p < 'x'"])
def test_a_place_is_not_taken_for_a_string(written: str):
    with pytest.raises(ConfigurationError):
        render("{{ " + written + " }}", p=text(SCHEMA))


def test_an_unknown_variable_is_an_error_with_its_line():
    error = failure("a\n  {{ prot }}\n", port=1)

    assert error.message == "the template uses the variable `prot`, which is not in `vars`"
    assert error.origin == Origin(file="t", line=2, column=3, width=10, excerpt="  {{ prot }}")
    assert error.hints == ("did you mean `port`?",)


def test_an_unknown_variable_unlike_any_other_shows_what_there_is():
    assert failure("{{ zzz }}", port=1, host="h").hints == ("variables there are: `host`, `port`",)


def test_an_unknown_attribute_is_an_error():
    error = failure("{{ db.prot }}", db={"port": 1})

    assert error.message == "'dict object' has no attribute 'prot'"
    assert error.origin is not None
    assert error.origin.line == 1


def test_wrong_syntax_is_an_error_with_its_line():
    error = failure("a\n{% if %}\n")

    assert (
        error.message
        == "the template is wrong: Expected an expression, got 'end of statement block'"
    )
    assert error.origin == Origin(file="t", line=2, column=1, width=8, excerpt="{% if %}")


def test_whatever_else_fails_is_an_error_with_its_line():
    error = failure("\n{{ 1 // n }}", n=0)

    assert error.message.startswith("the template can't be rendered: ")
    assert error.origin is not None
    assert error.origin.line == 2


@pytest.mark.parametrize(
    "template",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ range.__self__ }}",
        "{{ lipsum() }}",
        "{{ [1, 2]|random }}",
        "{% include '/etc/passwd' %}",
        "{{ items.append(1) }}",
    ],
)
def test_nothing_but_the_variables_is_in_reach(template: str):
    with pytest.raises(ConfigurationError):
        render(template, items=(1, 2))


def test_the_last_line_break_stays():
    assert render("a\n") == text("a\n")


def test_a_template_must_be_utf8():
    with pytest.raises(ConfigurationError) as caught:
        steps(TemplateOptions(from_="t", to="o"), t=b"a\xff")

    assert caught.value.message == "template `t` is not UTF-8: invalid start byte at byte 1"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (TemplateOptions(to="o"), "part `app` must have one of `from` and `text`"),
        (
            TemplateOptions(from_="t", text=text("x"), to="o"),
            "part `app` must have one of `from` and `text`",
        ),
        (TemplateOptions(from_="t"), "part `app` must have one of `to` and `files`"),
        (TemplateOptions(from_="../t", to="o"), "`../t` leads out of its folder"),
        (TemplateOptions(from_="t", to="/o"), "`/o` leads out of its folder"),
        (TemplateOptions(from_="t", files={"": {}}), "'' is no path"),
        (
            TemplateOptions(from_="t/", files={"o": {}}),
            "a folder of templates needs `to`, not `files`",
        ),
        (
            TemplateOptions(from_="*.j2", to="o"),
            "`from` is one file, or a folder that ends in a slash, not a pattern",
        ),
    ],
)
def test_contradictions_are_refused(options: TemplateOptions, message: str):
    with pytest.raises(ConfigurationError) as caught:
        recipe.declare(part(options))

    assert caught.value.message == message
    assert caught.value.origin == ORIGIN


SECRET = Text((Secret("DB"),))


def live(template: str, **variables: object) -> Text:
    options = TemplateOptions(from_="t", to="o", vars=variables)
    written = steps(options, t=template.encode())[0]
    assert isinstance(written, WriteLiveFile)
    return written.content


def test_a_text_with_a_secret_is_a_live_file():
    options = TemplateOptions(text=Text.of("pw=", SECRET, "\n"), to="etc/db.ini", executable=True)

    assert steps(options) == (
        WriteLiveFile(
            path="etc/db.ini", content=Text.of("pw=", Secret("DB"), "\n"), executable=True
        ),
        Expose(path="etc/db.ini", target="etc/db.ini"),
    )


def test_variables_may_hold_secrets():
    dsn = Text.of("u:", SECRET, "@h")

    assert live("{{ dsn }} {{ t.pw }}", dsn=dsn, t={"pw": SECRET}) == Text.of(
        "u:", Secret("DB"), "@h ", Secret("DB")
    )
    assert live("{% for k in ks %}{{ k ~ ';' }}{% endfor %}", ks=[dsn, "x"]) == Text.of(dsn, ";x;")
    assert live("{{ 'a' + pw }}", pw=SECRET) == Text.of("a", SECRET)


def test_of_many_files_those_that_hold_secrets_are_live():
    options = TemplateOptions(
        text=Text.of("{{ v }}"), files={"a": {"v": SECRET}, "b": {"v": "plain"}}
    )

    assert steps(options)[:2] == (
        WriteLiveFile(path="a", content=SECRET),
        WriteFile(path="b", content=Text.of("plain")),
    )


@pytest.mark.parametrize(
    "expression",
    [
        "pw | upper",
        "pw | urlencode",
        "pw | e",
        "pw | string | reverse",
        "pw | replace('e', '')",
        "pw | string | indent(4)",
        "pw | string | list",
        "pw | string | length",
        "(pw | string)[1:3]",
        "(pw | string)[3:]",
        "pw | string | wordwrap(4)",
        "pw | title",
    ],
)
def test_a_secret_can_only_be_written(expression: str):
    error = failure("a\n{{ " + expression + " }}", pw=SECRET)

    assert error.message == (
        "the template changes the secret `DB`, which is only known when the file is written"
    )
    assert error.hints == ("use no filter on it: write `{{ name }}` alone",)


def test_a_secret_in_the_template_itself_can_only_be_written():
    text = Text.of("{% filter indent %}", SECRET, "{% endfilter %}")
    with pytest.raises(ConfigurationError) as caught:
        steps(TemplateOptions(text=text, to="o"))

    assert caught.value.message == (
        "the template changes the secret `DB`, which is only known when the file is written"
    )


def test_a_secret_in_the_template_itself_need_not_be_written():
    text = Text.of("{% if tls %}key=", SECRET, "{% endif %}x{# ", SECRET, " #}")
    options = TemplateOptions(text=text, to="o", vars={"tls": False})

    assert steps(options)[0] == WriteFile(path="o", content=Text.of("x"))


@pytest.mark.parametrize(
    "expression", ["pw | tojson", "pw | length", "pw[0]", "pw.strip()", "pw | indent", "pw * 2"]
)
def test_nothing_of_a_secret_can_be_asked(expression: str):
    error = failure("a\n{{ " + expression + " }}", pw=SECRET)

    assert error.message == (
        "the template can only write a path or a secret that is known later, and asks more of it"
    )
    assert (error.origin or ORIGIN).line == 2
