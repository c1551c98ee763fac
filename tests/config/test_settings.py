import pytest

from assembler.config.document import assignments
from assembler.config.plain import plain
from assembler.errors import UsageError
from assembler.model.text import Text
from tests.config.assemblies import part

APP = '[parts.app]\nrecipe = "program"\nrequires = ["shop"]\n'


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("a.b=1", {"a": {"b": 1}}),
        ("a.b = 1 ", {"a": {"b": 1}}),
        ("a=true", {"a": True}),
        ("a=[1, 'x']", {"a": (1, "x")}),
        ("a={ b = 1 }", {"a": {"b": 1}}),
        ('a="x=y"', {"a": "x=y"}),
        ("a=x=y", {"a": "x=y"}),
        ("a=", {"a": ""}),
        ("a= x ", {"a": " x "}),
        ("a=#fff", {"a": "#fff"}),
        ("a=1#2", {"a": "1#2"}),
        ("a=1\nb=2", {"a": "1\nb=2"}),
        ("a=[1", {"a": "[1"}),
        ("a=007", {"a": "007"}),
        ("a.\"b.c\".'d'=1", {"a": {"b.c": {"d": 1}}}),
    ],
)
def test_a_value_is_toml_if_it_parses_and_text_otherwise(setting: str, value: object):
    assert plain(assignments([setting]).root) == value


def test_later_settings_win():
    root = assignments(["a.x=1", "a.y=2", "a.x=3"]).root
    assert plain(root) == {"a": {"x": 3, "y": 2}}


@pytest.mark.parametrize("setting", ["", "a", "=1", "a b=1", "a.=1", "a..b=1", '"a=1'])
def test_what_is_no_setting(setting: str):
    with pytest.raises(UsageError) as caught:
        assignments([setting])
    assert caught.value.message == f"`--set {setting}` is not KEY=VALUE"
    assert caught.value.hints == ("for example `--set vars.port=8081`",)


def test_bytes_that_are_no_text():
    with pytest.raises(UsageError) as caught:
        assignments(["a=\udcff"])
    assert caught.value.message == "a `--set` is not valid UTF-8"


def test_the_place_of_a_setting():
    node = assignments(["parts.app.env.TZ=UTC"]).root.child("parts", "app", "env", "TZ")
    assert node is not None
    assert str(node.origin) == "--set"
    assert node.origin.excerpt == "parts.app.env.TZ=UTC"
    assert (node.origin.column, node.origin.width) == (18, 3)


def test_the_schema_makes_text_where_the_key_is_text():
    found = part(APP, ["parts.app.python=3.10", "parts.app.env.PORT=08"])
    assert found.values["python"] == "3.10"
    assert found.values["env"] == {"PORT": "08"}


def test_the_schema_makes_text_of_what_looks_like_a_boolean():
    found = part(APP, ["parts.app.env.DEBUG=true"])
    assert found.values["env"] == {"DEBUG": "true"}
    assert getattr(found.options, "env") == {"DEBUG": Text(("true",))}  # noqa: B009


def test_a_variable_that_is_set_keeps_its_spelling_in_text():
    found = part(
        '[vars]\nv = "3.11"\n[parts.app]\nrecipe = "program"\n'
        'requires = ["shop==${vars.v}"]\npython = "${vars.v}"\n',
        ["vars.v=3.10"],
    )
    assert found.values["requires"] == ("shop==3.10",)
    assert found.values["python"] == "3.10"


def test_a_setting_can_make_a_part_and_drop_one():
    text = '[parts.off]\nrecipe = "program"\nrequires = []\n'
    found = part(text, ['parts.app={recipe="program", requires=[]}', "parts.off.enabled=false"])
    assert found.name == "app"


@pytest.mark.parametrize("key", ["when", "for-each.a.names", "assembly.extends"])
def test_what_stands_in_files_only(key: str):
    with pytest.raises(UsageError) as caught:
        assignments([f"{key}=[]"])
    assert caught.value.message == f"`{key}` can stand in files only, not in `--set`"
