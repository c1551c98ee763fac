import pytest

from assembler.config.references import Malformed, Reference, split


def reference(written: str, *path: str, default: str | None = None) -> Reference:
    return Reference(written=written, path=tuple((name,) for name in path), default=default)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", ()),
        ("plain $ $$ {x} $x", ("plain $ $$ {x} $x",)),
        ("$${x} $$${vars.a}", ("${x} $${vars.a}",)),
        ("${vars.a}", (reference("${vars.a}", "vars", "a"),)),
        ("a${vars.b-c.d_1}e", ("a", reference("${vars.b-c.d_1}", "vars", "b-c", "d_1"), "e")),
        (
            """${parts.m.bin."jp.py"}${parts.'a b'.dir}""",
            (
                reference('${parts.m.bin."jp.py"}', "parts", "m", "bin", "jp.py"),
                reference("${parts.'a b'.dir}", "parts", "a b", "dir"),
            ),
        ),
        ("${env.X:-a:b c}", (reference("${env.X:-a:b c}", "env", "X", default="a:b c"),)),
        ("${env.X:-}", (reference("${env.X:-}", "env", "X", default=""),)),
        ("${env.X}}", (reference("${env.X}", "env", "X"), "}")),
    ],
)
def test_a_text_is_split_into_literals_and_references(text: str, pieces: tuple[object, ...]):
    assert split(text) == pieces


def test_a_reference_inside_a_reference():
    (found,) = split("${vars.ports.p-${self.name}-x}")
    assert isinstance(found, Reference)
    inner = reference("${self.name}", "self", "name")
    assert found.path == (("vars",), ("ports",), ("p-", inner, "-x"))


def test_a_malformed_reference_is_shown_as_written():
    with pytest.raises(Malformed) as caught:
        split("a ${vars..b} c")
    assert caught.value.written == "${vars..b}"
