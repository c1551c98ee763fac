import pytest

from tests.architecture.source import functions, modules

LONGEST_MODULE = 400
LONGEST_FUNCTION = 40


def long_functions(path: str, text: str) -> list[str]:
    return [
        f"{path}:{function.lineno} {function.name} has {length} lines"
        for function in functions(text)
        if (length := (function.end_lineno or 0) - function.lineno + 1) > LONGEST_FUNCTION
    ]


def test_no_module_is_too_long():
    lengths = {path: len(text.splitlines()) for path, text in modules()}

    assert {path: length for path, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_no_function_is_too_long():
    assert [line for path, text in modules() for line in long_functions(path, text)] == []


@pytest.mark.parametrize(("body", "found"), [(39, []), (40, ["m.py:1 f has 41 lines"])])
def test_a_function_is_measured_from_its_def_to_its_last_line(body: int, found: list[str]):
    assert long_functions("m.py", "def f():\n" + "    pass\n" * body) == found
