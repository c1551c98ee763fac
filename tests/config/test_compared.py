"""Two configurations compared."""

from assembler.config.compared import compare
from assembler.config.entries import Entry, entries
from tests.config.assemblies import document


def found(text: str) -> dict[str, Entry]:
    return {entry.key: entry for entry in entries(document(text).root)}


def written(entry: Entry | None) -> str | None:
    return entry.written if entry else None


def differences(before: str, after: str) -> list[tuple[str, str | None, str | None]]:
    return [
        (each.key, written(each.before), written(each.after))
        for each in compare(found(before), found(after))
    ]


def test_equal_values_do_not_differ_wherever_they_stand():
    assert differences("[a]\nx = 1\ny = 2\n", "a = { y = 2, x = 1 }\n") == []


def test_what_is_added_removed_and_changed_stands_by_its_table():
    before = "[a]\nx = 1\ny = [1]\n[b]\nz = 'q'\n"
    after = "[a]\ny = [1, 2]\nw = true\n[b]\nz = 'r'\n"
    assert differences(before, after) == [
        ("a.x", "x = 1", None),
        ("a.y", "y = [1]", "y = [1, 2]"),
        ("a.w", None, "w = true"),
        ("b.z", 'z = "q"', 'z = "r"'),
    ]


def test_types_differ():
    assert differences("a = 1\nb = true\n", "a = 1.0\nb = 1\n") == [
        ("a", "a = 1", "a = 1.0"),
        ("b", "b = true", "b = 1"),
    ]


def test_an_empty_table_is_a_value():
    assert differences("[a]\n", "") == [("a", "a = {}", None)]
