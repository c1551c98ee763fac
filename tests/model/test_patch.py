import difflib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assembler.model.patch import FilePatch, Hunk, PatchError, patched
from assembler.model.patch_reading import parse_patch

PATCH = b"""From: someone
Subject: louder

---
 src/a.c | 2 +-

diff --git a/src/a.c b/src/a.c
index 0123456..789abcd 100644
--- a/src/a.c\t2026-01-01
+++ b/src/a.c
@@ -2,3 +2,3 @@ int main(void)
 two
-three
+THREE
 four
@@ -9 +9,2 @@
-nine
+9
+more
diff --git a/run b/run
old mode 100644
new mode 100755
diff --git a/old name b/new name
similarity index 100%
rename from old name
rename to new name
diff --git a/new.txt b/new.txt
new file mode 100755
index 0000000..e69de29
--- /dev/null
+++ b/new.txt
@@ -0,0 +1 @@
+text
\\ No newline at end of file
diff --git a/gone b/gone
deleted file mode 100644
index e69de29..0000000
--\x20
2.39.5
"""
FILE = b"one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n"


def test_a_patch_of_git_is_read():
    assert parse_patch(PATCH) == (
        FilePatch(
            before="src/a.c",
            after="src/a.c",
            hunks=(
                Hunk(2, (b"two\n", b"three\n", b"four\n"), (b"two\n", b"THREE\n", b"four\n"), 11),
                Hunk(9, (b"nine\n",), (b"9\n", b"more\n"), 16),
            ),
        ),
        FilePatch(before="run", after="run", executable=True),
        FilePatch(before="old name", after="new name"),
        FilePatch(
            before=None, after="new.txt", hunks=(Hunk(0, (), (b"text",), 32),), executable=True
        ),
        FilePatch(before="gone", after=None),
    )


def test_a_patch_is_applied():
    patch = parse_patch(PATCH)[0]

    assert patched(patch, FILE) == (b"one\ntwo\nTHREE\nfour\nfive\nsix\nseven\neight\n9\nmore\n")


def test_lines_may_have_moved():
    patch = parse_patch(PATCH)[0]

    assert patched(patch, b"zero\n" * 7 + FILE) == b"zero\n" * 7 + patched(patch, FILE)
    assert patched(patch, FILE.removeprefix(b"one\n")) == patched(patch, FILE)[4:]


def test_the_hunk_that_does_not_fit_is_named():
    patch = parse_patch(PATCH)[0]

    with pytest.raises(PatchError) as caught:
        patched(patch, FILE.replace(b"nine", b"ten"))

    assert str(caught.value) == "hunk 2 of `src/a.c` (line 16) does not fit"
    assert caught.value.details == ("nine",)


def test_a_patch_fits_once():
    patch = parse_patch(PATCH)[0]

    with pytest.raises(PatchError, match="hunk 1"):
        patched(patch, patched(patch, FILE))


def test_a_missing_end_of_line_counts():
    patch = FilePatch(before="a", after="a", hunks=(Hunk(1, (b"x",), (b"x\n",), 1),))

    assert patched(patch, b"x") == b"x\n"
    with pytest.raises(PatchError):
        patched(patch, b"x\n")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it changes no file"),
        (b"just words\n", "it changes no file"),
        (b"--- a/x\n+++ b/x\n", "line 1 begins a file without hunks"),
        (b"--- a/x\n+++ b/x\n@@ -1,2 +1 @@\n one\n", "the hunk at line 3 ends too early"),
        (b"--- a/x\n+++ b/x\n@@ -1,2 +1 @@\n one\nxx\n", "the hunk at line 3 ends too early"),
        (
            b"--- a/../../etc/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n",
            "it changes `../../etc/x`, which is no path that is patched",
        ),
        (
            b"--- /etc/passwd\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n",
            None,
        ),
        (b"--- x\n+++ x\n@@ -1 +1 @@\n-a\n+b\n", "it changes ``, which is no path that is patched"),
        (
            b"diff --git a/x b/x\nindex 1..2 100644\nBinary files a/x and b/x differ\n",
            "line 3 changes a binary file",
        ),
    ],
)
def test_what_is_no_patch(content: bytes, message: str | None):
    if message is None:
        assert parse_patch(content)[0].before == "etc/passwd"
        return
    with pytest.raises(PatchError) as caught:
        parse_patch(content)

    assert str(caught.value) == message


lines = st.lists(st.sampled_from(["a", "b", "", "-- c", "@@ -1 +1 @@", "\\ d"]), max_size=12)


@given(lines, lines, st.integers(0, 3))
def test_what_differs_is_made_equal(before: list[str], after: list[str], context: int):
    old, new = ("".join(f"{line}\n" for line in text) for text in (before, after))
    found = difflib.unified_diff(
        old.splitlines(keepends=True),
        new.splitlines(keepends=True),
        "a/x" if old else "/dev/null",
        "b/x" if new else "/dev/null",
        n=context,
    )
    text = "".join(found).encode()
    if old != new:
        (patch,) = parse_patch(text)
        assert patched(patch, old.encode()) == new.encode()
