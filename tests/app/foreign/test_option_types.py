"""Types of options as data, and as types again."""

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec
import pytest

from assembler.adapters.plugins import recipes
from assembler.app.foreign.messages import Described
from assembler.app.foreign.option_types import described, made, record_types
from assembler.app.foreign.values import decoded, encoded
from assembler.config.described import Key, keys, summary, tables
from assembler.config.forms import (
    ArrayForm,
    CheckedForm,
    Form,
    RecordForm,
    TableForm,
    UnionForm,
)
from assembler.model.canonical import decode, encode
from assembler.model.text import Place, Text


def sent(options: type[msgspec.Struct]) -> type[msgspec.Struct]:
    """The type as it is made after it was described and sent."""
    message = Described(summary="", records=described(record_types(options)))
    return made(decode(encode(message), Described).records, __name__)[-1]


def shape(form: Form) -> object:
    """A form without the types in it, of which there are others on the other side."""
    match form:
        case RecordForm(record=record):
            return record.__name__
        case ArrayForm(item=item) | TableForm(item=item):
            return (type(form), shape(item))
        case UnionForm(forms=forms):
            return tuple(map(shape, forms))
        case CheckedForm(form=inner):
            return (CheckedForm, shape(inner))
        case _:
            return form


def said(key: Key) -> tuple[object, ...]:
    """What is known of a key."""
    return (key.name, shape(key.form), key.required, key.default, key.meaning, key.schema)


@pytest.mark.parametrize("name", sorted(recipes()))
def test_options_of_every_recipe_are_the_same_on_the_other_side(name: str):
    ours = tables(recipes()[name].options)
    theirs = tables(sent(recipes()[name].options))

    assert [each.__name__ for each in theirs] == [each.__name__ for each in ours]
    for one, other in zip(ours, theirs, strict=True):
        assert list(map(said, keys(other))) == list(map(said, keys(one)))
        assert summary(other) == summary(one)
        assert other.__struct_config__.tag == one.__struct_config__.tag


class Inner(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    some_word: str
    words: tuple[Text, ...] = ()


class Outer(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    inner: Inner
    many: Mapping[str, Inner | Text]
    kind: Literal["a", "b", 3] = "a"
    few: Annotated[int, msgspec.Meta(ge=1, le=5)] = 2
    anything: object = None
    default: Inner = Inner(some_word="left out")


def test_values_are_made_again_with_the_types_of_the_other_side():
    ours, theirs = record_types(Outer), made(described(record_types(Outer)), __name__)
    inner = theirs[0](some_word="x", words=(Text.of("a", Place("part", "b", "c")),))
    there = theirs[-1](inner=inner, many={"one": inner, "two": Text.of("t")}, anything=(1.5,))

    wire = msgspec.json.decode(encode(encoded(there, theirs)))

    word = Inner(some_word="x", words=(Text.of("a", Place("part", "b", "c")),))
    assert decoded(wire, ours) == Outer(
        inner=word, many={"one": word, "two": Text.of("t")}, anything=(1.5,)
    )


class Endless(msgspec.Struct, frozen=True, kw_only=True):
    inner: "tuple[Endless, ...]" = ()


def test_options_that_hold_themselves_are_refused():
    with pytest.raises(TypeError, match="options can't hold themselves, as `Endless` does"):
        record_types(Endless)


class Strange(msgspec.Struct, frozen=True, kw_only=True):
    number: complex = 0j


def test_what_toml_can_not_give_is_refused():
    with pytest.raises(TypeError, match="an option can't be of type <class 'complex'>"):
        described(record_types(Strange))
