"""Every promise of the page on reliability stands with tests, and these are there."""

import re

import pytest

from tests.architecture.source import PROJECT

PAGE = (PROJECT / "docs/explanation/reliability.md").read_text(encoding="utf-8")
PROMISES = [paragraph for paragraph in PAGE.split("\n\n") if paragraph.startswith("**")]
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


@pytest.mark.parametrize("promise", PROMISES, ids=lambda text: text.split("**")[1])
def test_a_promise_stands_with_tests_that_are_there(promise: str):
    named = NAMED.findall(promise)

    assert named
    assert [f"{path}::{name}" for path, name in named if not is_test(path, name)] == []


def test_there_are_promises():
    assert len(PROMISES) == PAGE.count("\n**")


def test_a_test_that_is_not_there_is_found():
    here = "tests/architecture/test_promises.py"

    assert is_test(here, "test_there_are_promises")
    assert not is_test(here, "test_there_are")
    assert not is_test("tests/architecture/test_nothing.py", "test_there_are_promises")


def is_test(path: str, name: str) -> bool:
    """Whether there is a test of that name in the file."""
    file = PROJECT / path
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    return name.startswith("test_") and re.search(rf"^def {name}\(", text, re.MULTILINE) is not None
