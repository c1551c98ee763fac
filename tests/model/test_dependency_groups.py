"""Dependency groups of a `pyproject.toml`."""

import re

import pytest

from assembler.model.dependency_groups import group_names, group_requirements

TEXT = """
[dependency-groups]
Test = ["pytest>=8", { include-group = "typing" }]
typing = ["mypy"]
ring = [{ include-group = "ring" }]
"""


def test_a_group_has_what_it_includes() -> None:
    assert group_requirements(TEXT, "test") == ("pytest>=8", "mypy")
    assert group_names(TEXT) == ("ring", "test", "typing")


@pytest.mark.parametrize(
    ("text", "group", "message"),
    [
        (TEXT, "docs", "Dependency group 'docs' not found"),
        (
            TEXT,
            "ring",
            "Cyclic dependency group include while resolving ring: ring includes itself",
        ),
        ("[dependency-groups]\na = [1]\n", "a", "Expected `str | object`, got `int`"),
        ("[dependency-groups]\na = ['!']\n", "a", "Expected package name at the start of"),
        ("[", "a", "Invalid initial character for a key part"),
    ],
)
def test_what_is_wrong_is_said(text: str, group: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        group_requirements(text, group)


def test_a_text_without_a_valid_table_has_no_groups() -> None:
    assert group_names("[") == ()
    assert group_names("") == ()
