from collections.abc import Mapping
from typing import Annotated

import msgspec

from assembler.config.named_parts import named_parts
from assembler.model.part import part_name
from assembler.model.text import Text


class Inner(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    the_part: Annotated[str | None, part_name("One.")] = None
    other: Annotated[str, msgspec.Meta(description="No part.")] = "other"


class Outer(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    program: Annotated[str, part_name("The program.")] = "app"
    one: Inner = Inner()
    several: Annotated[tuple[str, ...], part_name("Some.")] = ()
    many: tuple[Inner, ...] = ()
    named: Mapping[str, Inner] = {}
    text: Text = Text(("app",))


def test_options_that_name_parts_are_found_wherever_they_are():
    options = Outer(
        one=Inner(the_part="a"),
        several=("d", "e"),
        many=(Inner(), Inner(the_part="b")),
        named={"x": Inner(the_part="c")},
    )

    assert named_parts(options) == {
        "program": "app",
        "one.the-part": "a",
        "several.0": "d",
        "several.1": "e",
        "many.1.the-part": "b",
        "named.x.the-part": "c",
    }


def test_options_that_are_left_out_name_nothing():
    assert named_parts(Inner()) == {}
