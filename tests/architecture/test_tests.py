import ast

from tests.architecture.source import PROJECT

BANNED = {"time.sleep", "monkeypatch.setattr", "pytest.mark.skip", "pytest.mark.xfail"}


def banned_in(text: str) -> list[str]:
    """What a module of tests must not use: patches, pauses, and tests that can't fail."""
    found: list[str] = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute) and ast.unparse(node) in BANNED:
            found.append(ast.unparse(node))
        if isinstance(node, ast.Import | ast.ImportFrom) and "mock" in ast.unparse(node):
            found.append(ast.unparse(node))
    return found


def test_tests_neither_patch_nor_sleep():
    found = [
        f"{path.relative_to(PROJECT)}: {banned}"
        for path in sorted((PROJECT / "tests").rglob("*.py"))
        for banned in banned_in(path.read_text(encoding="utf-8"))
    ]

    assert found == []


def test_what_is_banned_is_found():
    text = "from unittest import mock\nmonkeypatch.setattr(a, 'b', 1)\ntime.sleep(1)\n"

    assert banned_in(text) == ["from unittest import mock", "monkeypatch.setattr", "time.sleep"]
