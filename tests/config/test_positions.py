from assembler.config.keys import Path
from assembler.config.positions import leading_key, spans


def written(text: str) -> dict[Path, tuple[str, str]]:
    """What stands at the key and at the value of each path."""
    return {
        path: (text[slice(*span.key)], text[slice(*span.value)])
        for path, span in spans(text).items()
    }


def test_a_key_and_its_value():
    assert written("a = 1 # one\n") == {("a",): ("a", "1")}


def test_a_header_stands_for_its_table():
    assert written("[parts.app]\nx = 1\n") == {
        ("parts",): ("parts", "parts"),
        ("parts", "app"): ("app", "app"),
        ("parts", "app", "x"): ("x", "1"),
    }


def test_a_header_wins_over_one_that_only_names_the_table():
    text = "[a.b]\n[a]\n"
    assert spans(text)["a",].key.start == text.rindex("a")


def test_dotted_and_quoted_keys():
    assert written("""a . "b.c".'d' = 'x'\n""") == {
        ("a",): ("a", "a"),
        ("a", "b.c"): ('"b.c"', '"b.c"'),
        ("a", "b.c", "d"): ("'d'", "'x'"),
    }


def test_an_escape_in_a_key():
    assert written('"a\\u0062" = 1') == {("ab",): ('"a\\u0062"', "1")}


def test_arrays_over_several_lines():
    text = "a = [ # first\n  1,\n  [2, '3'], # third\n]\n"
    assert written(text) == {
        ("a",): ("a", text[4:-1]),
        ("a", 0): ("1", "1"),
        ("a", 1): ("[2, '3']", "[2, '3']"),
        ("a", 1, 0): ("2", "2"),
        ("a", 1, 1): ("'3'", "'3'"),
    }


def test_inline_tables():
    assert written("a = { b.c = 1, d = {} }") == {
        ("a",): ("a", "{ b.c = 1, d = {} }"),
        ("a", "b"): ("b", "b"),
        ("a", "b", "c"): ("c", "1"),
        ("a", "d"): ("d", "{}"),
    }


def test_arrays_of_tables():
    text = "[[a]]\nx = 1\n[[a]]\n[a.b]\ny = 2\n[[a.c]]\nz = 3\n"
    assert set(spans(text)) == {
        ("a",),
        ("a", 0),
        ("a", 0, "x"),
        ("a", 1),
        ("a", 1, "b"),
        ("a", 1, "b", "y"),
        ("a", 1, "c"),
        ("a", 1, "c", 0),
        ("a", 1, "c", 0, "z"),
    }


def test_strings_over_several_lines():
    text = 'a = """x\n"y" \\" ] """"\nb = \'\'\'it\'s\'\'\'\'\'\nc = 1\n'
    assert written(text)["a",][1] == '"""x\n"y" \\" ] """"'
    assert written(text)["b",][1] == "'''it's'''''"
    assert written(text)["c",][1] == "1"


def test_what_looks_like_a_comment_or_a_bracket_in_a_string():
    assert written('a = ["# ] \\" ,", \'} #\'] # ]\n')["a", 1][1] == "'} #'"


def test_a_date_with_a_blank():
    assert written("a = 1979-05-27 07:32:00Z # x")["a",][1] == "1979-05-27 07:32:00Z"


def test_a_leading_key():
    components, end = leading_key(' a."b=c" = 1')
    assert [component.name for component in components] == ["a", "b=c"]
    assert end == len(' a."b=c" ')
