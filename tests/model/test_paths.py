import posixpath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assembler.model.paths import UnsafePathError, safe_name, safe_relpath

REFUSED = {
    "": "`` has an empty component",
    "/": "`/` is absolute",
    "/etc/passwd": "`/etc/passwd` is absolute",
    "a/": "`a/` has an empty component",
    "a//b": "`a//b` has an empty component",
    ".": "`.` has a component `.`",
    "..": "`..` has a component `..`",
    "a/../b": "`a/../b` has a component `..`",
    "a\\b": "`a\\b` holds the character `\\`",
    "c:": "`c:` holds the character `:`",
    "a\0": "`a\\x00` holds the character `U+0000`",
    "a\x7f": "`a\\x7f` holds the character `U+007F`",
    "a\x9b": "`a\\x9b` holds the character `U+009B`",
    "e\u0301": "`e\u0301` is not in Unicode's normal form C",
    "\udc80": "`\\udc80` is not valid Unicode",
    "é" * 128: f"`{'é' * 120}` has a component longer than 255 bytes",
    "abc/" * 1024 + "a": f"`{'abc/' * 30}` is longer than 4096 bytes",
}


@pytest.mark.parametrize("text", REFUSED)
def test_an_unsafe_path_is_refused_with_its_reason(text: str) -> None:
    with pytest.raises(UnsafePathError) as caught:
        safe_relpath(text)
    assert str(caught.value) == REFUSED[text]


@pytest.mark.parametrize("text", ["a", ".hidden", "...", "a..b", "a b/c", "é/ü.py", "@scope/x+y"])
def test_a_safe_path_is_returned_as_it_is(text: str) -> None:
    assert safe_relpath(text) == text


def test_a_name_is_one_component() -> None:
    assert safe_name("a.py") == "a.py"
    with pytest.raises(UnsafePathError, match="`a/b` holds a slash"):
        safe_name("a/b")


@given(st.text(alphabet="ab./\\:\0é\u0301\n", max_size=12))
def test_what_is_accepted_stays_inside(text: str) -> None:
    try:
        accepted = safe_relpath(text)
    except UnsafePathError:
        return
    assert posixpath.normpath(posixpath.join("/root", accepted)) == f"/root/{accepted}"
