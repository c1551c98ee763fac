"""Conversion to types that the standard recipes do not have."""

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec
import pytest

from assembler.config.convert import Converter
from assembler.config.document import parse
from assembler.config.forms import described, form_of
from assembler.errors import ConfigurationError
from assembler.model.text import Text
from tests.config.assemblies import told


class Copy(msgspec.Struct, frozen=True, tag_field="do", tag="copy"):
    source: str


class Move(msgspec.Struct, frozen=True, tag_field="do", tag="move"):
    source: str
    force: bool = False


class Point(msgspec.Struct, frozen=True):
    x: int
    y: int = 0


class Size(msgspec.Struct, frozen=True):
    width: int


class Refusing(msgspec.Struct, frozen=True):
    name: str

    def __post_init__(self) -> None:
        raise ConfigurationError(f"no `{self.name}` today", hints=("tomorrow",))


class Options(msgspec.Struct, frozen=True):
    act: Copy | Move | None = None
    shape: Point | Size | str | None = None
    flag: bool | str = False
    level: Literal[1, 2, "high"] = 1
    word: Annotated[str, msgspec.Meta(pattern="^[a-z]+$")] = "a"
    many: Mapping[str, tuple[Point, ...]] = {}
    texts: Text | tuple[Text, ...] = ()
    refusing: Refusing | None = None


def converted(text: str) -> Options:
    converter = Converter()
    found = converter.record(parse(text, "x.toml").root, Options, "the options")
    assert converter.faults == []
    assert found is not None
    return found


def faults(text: str) -> list[str]:
    converter = Converter()
    assert converter.record(parse(text, "x.toml").root, Options, "the options") is None
    return [told(fault) for fault in converter.faults]


def test_tagged_tables():
    assert converted('act = { do = "copy", source = "a" }').act == Copy(source="a")
    assert converted('act = { do = "move", source = "a" }').act == Move(source="a")
    assert converted('act = { source = "a", force = true }').act == Move(source="a", force=True)


def test_a_table_is_taken_for_the_type_that_knows_most_of_its_keys():
    assert converted("shape = { width = 1 }").shape == Size(width=1)
    assert converted("shape = { x = 1 }").shape == Point(x=1)
    assert converted('shape = "round"').shape == "round"


def test_scalars_of_several_types():
    assert converted('flag = "true"').flag == "true"
    assert converted("flag = true").flag is True
    assert converted("level = 2").level == 2
    assert converted('level = "high"').level == "high"


def test_tables_of_arrays_of_tables():
    assert converted("many.a = [{ x = 1 }, { x = 2, y = 3 }]").many == {
        "a": (Point(1), Point(2, 3))
    }


def test_text_or_an_array_of_it():
    assert converted('texts = "a b"').texts == Text(("a b",))
    assert converted('texts = ["a", 1]').texts == (Text(("a",)), Text(("1",)))
    assert converted('texts = ""').texts == Text()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "level = 3",
            "`level` must be `1`, `2` or `high`, not a whole number\n  at x.toml:1:9 |3|",
        ),
        (
            "level = true",
            "`level` must be `1`, `2` or `high`, not a boolean\n  at x.toml:1:9 |true|",
        ),
        ('word = "A"', "`word`: expected `str` matching regex '^[a-z]+$'\n  at x.toml:1:8 |\"A\"|"),
        (
            "many.a = [{ x = 1.0 }]",
            "`many.a.0.x` must be a whole number, not a number\n  at x.toml:1:17 |1.0|",
        ),
        (
            "shape = 1",
            (
                "`shape` must be a table or text, not a whole number\n"
                '  at x.toml:1:9 |1|\n  hint: write "1"'
            ),
        ),
        (
            "refusing.name = 'x'",
            "no `x` today\n  at x.toml:1:1 |refusing|\n  hint: tomorrow",
        ),
    ],
)
def test_faults(text: str, message: str):
    assert faults(text) == [message]


def test_all_faults_of_a_table_add_up():
    assert len(faults("many.a = [{ x = '1' }, { y = 1 }, 2]\nword = 1\nflag = 1.5\n")) == 5


def test_a_type_that_toml_can_not_give():
    with pytest.raises(TypeError, match="an option can't be of type"):
        form_of(set[str])


def test_forms_in_words():
    assert (
        described(form_of(tuple[int, ...] | float | None))
        == "an array of whole numbers or a number"
    )
    assert described(form_of(Mapping[str, object])) == "a table"
    assert described(form_of(object)) == "any value"
    assert described(form_of(Literal[True, "x"])) == "`true` or `x`"
