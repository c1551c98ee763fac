"""Trees of links to what an environment imports."""

from pathlib import PurePosixPath

import msgspec
import pytest

from assembler.model.step import LinkSources
from assembler.model.text import Text
from tests.execute.tools import OWN, build, fresh, part, tools
from tests.fakes.files import MemoryFiles
from tests.fakes.reporter import RecordedReporter

PACKAGES = OWN / "kept/app-1/lib/python3.12/site-packages"
STORE = "../../../../../wheels"


def linked(files: MemoryFiles) -> tuple[dict[str, str], list[str]]:
    """The tree that is made, links only, and what is said."""
    reporter = RecordedReporter()
    given = msgspec.structs.replace(tools(files), reporter=reporter)
    step = LinkSources(path="src", packages=Text.of(str(PACKAGES)))
    manifest = build(files, part("view", step), with_tools=given)
    tree = files.tree(OWN / "parts" / manifest.parts["view"].directory / "src")
    notes = [note for note in reporter.notes if "view" in note]
    return {path: shown[3:] for path, shown in tree.items() if shown != "/"}, notes


@pytest.fixture
def files() -> MemoryFiles:
    made = fresh()
    for path in ("shop-1/site/shop/__init__.py", "acme-1/site/acme/a.py", "six-1/site/six.py"):
        made.write(OWN / "wheels" / path, b"")
    made.symlink(PACKAGES / "shop", f"{STORE}/shop-1/site/shop")
    made.symlink(PACKAGES / "acme", f"{STORE}/acme-1/site/acme")
    made.symlink(PACKAGES / "six.py", f"{STORE}/six-1/site/six.py")
    made.write(PACKAGES / "shop-1.dist-info/METADATA", b"")
    made.write(PACKAGES / "__pycache__/six.pyc", b"")
    return made


def test_a_name_is_a_link_and_what_is_no_source_is_left_out(files: MemoryFiles) -> None:
    site = "../../../kept/app-1/lib/python3.12/site-packages"

    assert linked(files) == (
        {name: f"{site}/{name}" for name in ("acme", "shop", "six.py")},
        [],
    )


def test_folders_of_editable_distributions_are_merged_as_python_merges_them(
    files: MemoryFiles,
) -> None:
    files.write(PACKAGES / "_web.pth", b"# comment\nimport sys\n/project/web/src\n/nowhere\n")
    files.write(PACKAGES / "zzz.pth", b"../../../../../../../flat\n/project/web/src\n")
    for path in ("src/acme/web/__init__.py", "src/acme/__pycache__/x.py", "src/one.py"):
        files.write(PurePosixPath("/project/web", path), b"")
    for path in ("shop/__init__.py", "setup.py", "docs/a.md", "tool/x/y.py", "tool/a-b/z.py"):
        files.write(PurePosixPath("/project/flat", path), b"")
    files.write(PurePosixPath("/project/flat/built/.assembly/current"), b"")
    files.write(PurePosixPath("/project/flat/built/x.py"), b"")
    site = "../../../kept/app-1/lib/python3.12/site-packages"

    tree, notes = linked(files)

    assert tree == {
        "acme/a.py": f"../{site}/acme/a.py",
        "acme/web": "/project/web/src/acme/web",
        "one.py": "/project/web/src/one.py",
        "shop": f"{site}/shop",
        "six.py": f"{site}/six.py",
        "tool": "/project/flat/tool",
    }
    hidden = "something of the same name is imported instead"
    assert notes == [f"part `view` does not show `/project/flat/shop`: {hidden}"]


def test_finders_of_setuptools_lead_to_packages_and_modules(files: MemoryFiles) -> None:
    for path in ("web/__init__.py", "deep/__init__.py", "one.py"):
        files.write(PurePosixPath("/project/flat", path), b"")
    mapping = {
        "web": "/project/flat/web",
        "acme.deep": "/project/flat/deep",
        "one": "/project/flat/one",
        "lost": "/project/flat/lost",
    }
    finder = f"import sys\nMAPPING: dict[str, str] = {mapping!r}\nNAMESPACES = {{}}\n"
    files.write(PACKAGES / "__editable___flat_1_0_finder.py", finder.encode())
    files.write(PACKAGES / "__editable__.flat-1.0.pth", b"import __editable___flat_1_0_finder")

    tree, notes = linked(files)

    assert notes == []
    assert {name: target for name, target in tree.items() if target.startswith("/")} == {
        "acme/deep": "/project/flat/deep",
        "one.py": "/project/flat/one.py",
        "web": "/project/flat/web",
    }
    assert "acme/a.py" in tree


def test_many_hidden_files_are_counted(files: MemoryFiles) -> None:
    files.write(PACKAGES / "a.pth", b"/project/a\n")
    files.write(PACKAGES / "b.pth", b"/project/b\n")
    for name in "abcdefg":
        files.write(PurePosixPath(f"/project/a/{name}.py"), b"")
        files.write(PurePosixPath(f"/project/b/{name}.py"), b"")

    _, [note] = linked(files)

    assert note.startswith("part `view` does not show `/project/b/a.py`, `/project/b/b.py`, ")
    assert "`/project/b/e.py` and 2 more: " in note
