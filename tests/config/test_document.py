import pytest
from inline_snapshot import snapshot

from assembler.config.document import decode, parse
from assembler.config.plain import plain
from assembler.errors import ConfigurationError
from assembler.origin import Origin
from tests.config.assemblies import told


def fault(text: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        parse(text, "assembly.toml")
    return told(caught.value)


def test_a_document_holds_values_and_their_places():
    document = parse("[a]\n# note\nb = [1, true, 'x', 2.5]\n", "x.toml")

    assert plain(document.root) == {"a": {"b": (1, True, "x", 2.5)}}
    node = document.root.child("a", "b")
    assert node is not None
    assert node.origin == Origin(
        file="x.toml",
        line=3,
        column=5,
        width=19,
        key="a.b",
        excerpt="b = [1, true, 'x', 2.5]",
    )
    assert node.key_origin.column == 1


def test_a_key_is_quoted_where_need_be():
    node = parse('[a."b c"]\n', "x.toml").root.child("a", "b c")
    assert node is not None
    assert node.origin.key == 'a."b c"'


def test_a_caret_ends_with_the_line():
    node = parse("a = [\n  1,\n]\n", "x.toml").root.child("a")
    assert node is not None
    assert (node.origin.line, node.origin.column, node.origin.width) == (1, 5, 1)


def test_line_ends_of_windows_count_as_one():
    node = parse('a = 1\r\nb = """x\r\ny"""\r\nc = 2\r\n', "x.toml").root.child("c")
    assert node is not None
    assert (node.origin.line, node.origin.excerpt) == (4, "c = 2")


def test_dates_are_text():
    text = "a = 2026-10-01\nb = 2026-10-01T12:00:00Z\nc = 07:32:00\n"
    assert plain(parse(text, "x.toml").root) == {
        "a": "2026-10-01",
        "b": "2026-10-01T12:00:00+00:00",
        "c": "07:32:00",
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "a 1\n",
            snapshot("""\
`=` is missing between a key and its value
  at assembly.toml:1:3 |1|\
"""),
        ),
        (
            "x = 1\na = [1\n",
            snapshot("""\
an array is not closed
  at assembly.toml:2:5 |[|
  hint: end it with `]`\
"""),
        ),
        (
            "a = 1\na = 2\n",
            snapshot("""\
`a` is there twice
  at assembly.toml:2:1 |a|
  the first one is at assembly.toml:1
  hint: keep one of them\
"""),
        ),
        (
            'a = "x\n',
            snapshot('''\
a string is not closed
  at assembly.toml:1:5 |"x|
  hint: end it with `"`
  hint: text of several lines stands between two `"""`\
'''),
        ),
        (
            "[a\n",
            snapshot("""\
the header of a table is not closed
  at assembly.toml:1:1 |[a|
  hint: end it with `]`\
"""),
        ),
        (
            "a = \n",
            snapshot("""\
a value is missing
  at assembly.toml:1:5 ||\
"""),
        ),
        (
            "\ufeffa = 1\n",
            snapshot("""\
the file begins with a byte order mark
  at assembly.toml:1:1 |\ufeff|
  hint: save it as UTF-8 without a byte order mark\
"""),
        ),
        (
            "a = 1\nb = '\0'\n",
            snapshot("""\
the file holds a NUL character
  at assembly.toml:2:6 |\x00|\
"""),
        ),
        (
            "a = inf\n",
            snapshot("""\
`inf` and `nan` can't be used
  at assembly.toml:1:5 |inf|\
"""),
        ),
        (
            "a = [1, -nan]\n",
            snapshot("""\
`inf` and `nan` can't be used
  at assembly.toml:1:9 |-nan|\
"""),
        ),
        (
            "a = 9223372036854775808\n",
            snapshot("""\
the number does not fit into 64 bits
  at assembly.toml:1:5 |9223372036854775808|\
"""),
        ),
        (
            "a = " + "9" * 5000,
            snapshot("""\
a number in the file is too long
  at assembly.toml:0:0 ||\
"""),
        ),
        (
            "a = " + "[" * 60 + "]" * 60,
            snapshot("""\
`a.0.0` is nested deeper than 50 levels
  at assembly.toml:0:0 ||
  hint: the limit is `limits.nesting = 50`, and the user configuration can raise it\
"""),
        ),
        (
            "a = " + "[" * 5000 + "]" * 5000,
            snapshot("""\
a value in the file is nested deeper than 50 levels
  at assembly.toml:0:0 ||
  hint: the limit is `limits.nesting = 50`, and the user configuration can raise it\
"""),
        ),
        (
            "a = " + "[" * 900 + "]" * 900,
            snapshot("""\
a value in the file is nested deeper than 50 levels
  at assembly.toml:0:0 ||
  hint: the limit is `limits.nesting = 50`, and the user configuration can raise it\
"""),
        ),
        (
            ".".join("a" * 60) + " = 1",
            snapshot("""\
`a.a.a` is nested deeper than 50 levels
  at assembly.toml:0:0 ||
  hint: the limit is `limits.nesting = 50`, and the user configuration can raise it\
"""),
        ),
    ],
)
def test_a_text_that_is_refused(text: str, message: str):
    assert fault(text)[:200] == message


def test_bytes_that_are_not_utf_8():
    with pytest.raises(ConfigurationError) as caught:
        decode(b"a = 1\nb = 'gr\xfc\xdfe'\n", "assembly.toml")
    assert told(caught.value) == snapshot("""\
the byte 0xfc is not UTF-8
  at assembly.toml:2:8 |�|
  hint: save the file in UTF-8\
""")


def test_bytes_that_are():
    assert decode("a = 'grüße'".encode(), "assembly.toml") == "a = 'grüße'"
