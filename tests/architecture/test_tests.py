import re

from tests.architecture.source import PROJECT

BANNED = re.compile(r"unittest\.mock|monkeypatch\.setattr|\btime\.sleep\(|\bmark\.x?fail\b")


def test_tests_neither_patch_nor_sleep():
    found = [
        f"{path.relative_to(PROJECT)}: {banned[0]}"
        for path in sorted((PROJECT / "tests").rglob("*.py"))
        if path.name != "test_tests.py"
        for banned in BANNED.finditer(path.read_text(encoding="utf-8"))
    ]

    assert found == []
