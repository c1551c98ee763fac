import ast
from pathlib import PurePosixPath

import pytest

from tests.architecture.source import class_names, modules, words

EMPTY_WORDS = {
    "base",
    "common",
    "core",
    "helper",
    "helpers",
    "manager",
    "util",
    "utils",
}
DEEPER = 3
PLUGIN = "assembler/testing/__init__.py"
"""What is no stage: pytest finds its fixtures by the name of the import package."""
TERMS = ("core_metadata", "CoreMetadata")


def empty_words(name: str) -> set[str]:
    for term in TERMS:
        name = name.replace(term, "")
    return EMPTY_WORDS.intersection(words(name))


def test_no_module_or_class_is_named_by_an_empty_word():
    found = [
        f"{path}: {name}"
        for path, text in modules()
        for name in (*PurePosixPath(path).with_suffix("").parts, *class_names(text))
        if empty_words(name)
    ]

    assert found == []


@pytest.mark.parametrize("name", ["archive_utils", "PrefixManager", "base", "CoreLoader"])
def test_an_empty_word_is_found_in_any_spelling(name: str):
    assert empty_words(name)


@pytest.mark.parametrize("name", ["CoreMetadata", "core_metadata", "database", "scores"])
def test_a_term_of_the_field_is_none(name: str):
    assert not empty_words(name)


def test_a_stage_is_imported_by_its_modules_names():
    found = [
        f"{path}:{statement.lineno}"
        for path, text in modules()
        if path.endswith("/__init__.py") and path.count("/") < DEEPER and path != PLUGIN
        for statement in ast.parse(text).body
        if not isinstance(statement, ast.Expr | ast.Assign)
    ]

    assert found == []
