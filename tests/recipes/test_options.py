"""What holds for the options of every recipe."""

import msgspec
import pytest

from assembler.adapters.plugins import recipes
from assembler.config.described import keys

RECIPES = recipes()


def structs(options: type[msgspec.Struct]) -> list[type[msgspec.Struct]]:
    inner = [
        struct for field in msgspec.structs.fields(options) for struct in structs_in(field.type)
    ]
    return [options, *inner]


def structs_in(annotation: object) -> list[type[msgspec.Struct]]:
    found = [
        inner for argument in getattr(annotation, "__args__", ()) for inner in structs_in(argument)
    ]
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        return found if annotation.__name__ == "Text" else [*found, annotation]
    return found


@pytest.mark.parametrize("name", RECIPES)
def test_every_option_is_documented(name: str):
    for struct in structs(RECIPES[name].options):
        assert {key.name for key in keys(struct) if not key.meaning} == set()


@pytest.mark.parametrize("name", RECIPES)
def test_options_are_frozen_and_know_their_keys(name: str):
    for struct in structs(RECIPES[name].options):
        config = struct.__struct_config__
        assert (config.frozen, config.forbid_unknown_fields) == (True, True)
        assert all("_" not in key for key in struct.__struct_encode_fields__)
