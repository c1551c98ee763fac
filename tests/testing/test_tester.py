"""Recipes asked and built as their authors' tests do it."""

from pathlib import Path

import pytest

from assembler.errors import ConfigurationError, RecipeBug, UnsatisfiableError
from assembler.model.step import Expose, RunCommand, WriteFile
from assembler.model.text import Place, Text
from assembler.testing import RecipeTester
from tests.testing.recipes import Doing, Note, Pair


@pytest.fixture
def tester(tmp_path: Path) -> RecipeTester:
    made = RecipeTester(tmp_path)
    made.recipes |= {"note": Note(), "pair": Pair()}
    return made


def test_a_part_is_asked_everything(tester: RecipeTester) -> None:
    tester.write("docs/a/one.txt", "one")
    tester.write("docs/two.txt", b"two")
    tester.write("three.txt", "three")
    tester.release("Web.App", "1.0")
    tester.release("web-app", "2.0", requires=["under>=1"], scripts={"web": "web_app:main"})
    tester.release("under", "1.5")
    tester.download("https://acme.example/x.tar.gz", b"archive")
    part = tester.ask("""
[parts.x]
recipe = "note"
text = "hello"
files = ["docs/**/*.txt", "[t]hree.tx?"]
requires = ["web-app"]
url = "https://acme.example/x.tar.gz"
""")["x"]
    assert part.needs.reads == ("docs/**/*.txt", "[t]hree.tx?")
    assert part.outputs == {"path": Text((Place("part", "note", "x"),))}
    lines = "one\ntwo\nthree\nunder 1.5\nweb-app 2.0\n0eb3e36b\n"
    assert part.steps == (
        WriteFile(path="note", content=Text((f"hello\n{lines}",))),
        Expose(path="share/x", target="note"),
    )
    assert part.shown == (
        "write-file note\n    content:\n        hello\n"
        + "".join(f"        {line}\n" for line in lines.splitlines())
        + "expose share/x\n    target: note"
    )


def test_standard_recipes_are_there_and_parts_refer_to_each_other(tester: RecipeTester) -> None:
    tester.release("app", "1.0", scripts={"app": "app:main"})
    tester.environment["PORT"] = "8080"
    found = tester.ask("""
[assembly]
name = "shop"
python = "3.13"
[parts.app]
recipe = "program"
requires = ["app"]
[parts.x]
recipe = "note"
text = "${parts.app.bin.app} ${env.PORT}"
[parts.y]
recipe = "command"
run = "${parts.app.bin.app} ${parts.x.path}"
outputs = ["o"]
env = { A = "1" }
""")
    place = Place("part", "bin/app", "app")
    assert found["x"].part.values["text"] == Text((place, " 8080"))
    (run,) = found["y"].steps
    assert isinstance(run, RunCommand)
    assert found["y"].shown == (
        "run-command\n    argv: <parts/app>/bin/app <parts/x>/note\n"
        "    environment:\n        A: 1\n    outputs: o"
    )
    assert "python: (/usr/bin/python3.13, 3.13.0, CPython)" in found["app"].shown


def test_expansion_and_undo(tester: RecipeTester) -> None:
    found = tester.ask('[parts.p]\nrecipe = "pair"\ntext = "hi"\n')
    assert list(found) == ["p-1", "p-2", "p"]
    assert found["p"].expansion == ("p-1", "p-2")
    assert [step.argv[-1].literal for step in found["p"].undo] == ["again"]
    assert found["p-2"].shown.splitlines()[:3] == [
        "write-file note",
        "    content:",
        "        see <parts/p-1>/note",
    ]


def test_faults_are_those_of_a_build(tester: RecipeTester) -> None:
    with pytest.raises(ConfigurationError, match="unknown key `txt`"):
        tester.ask('[parts.x]\nrecipe = "note"\ntxt = "x"\n')
    with pytest.raises(ConfigurationError, match="there is no such file"):
        tester.ask('[parts.x]\nrecipe = "note"\nfiles = ["nothing"]\n')
    with pytest.raises(ConfigurationError, match="the test has no download `https://x`"):
        tester.ask('[parts.x]\nrecipe = "note"\nurl = "https://x"\n')
    with pytest.raises(UnsatisfiableError, match="nothing"):
        tester.ask('[parts.x]\nrecipe = "note"\nrequires = ["nothing"]\n')
    tester.recipes["doing"] = Doing("realise", lambda: 1 / 0)
    with pytest.raises(RecipeBug, match="recipe `doing` crashed on part `x`"):
        tester.ask('[parts.x]\nrecipe = "doing"\n')
    with pytest.raises(ConfigurationError, match="share/x"):
        tester.ask(
            '[parts.x]\nrecipe = "note"\n'
            '[parts.y]\nrecipe = "template"\ntext = "x"\nto = "share/x"\n'
        )


def test_an_assembly_is_built(tester: RecipeTester) -> None:
    tester.write("one.txt", "one")
    tester.release("app", "1.0", scripts={"app": "app:main"})
    text = """
[parts.app]
recipe = "program"
requires = ["app"]
[parts.x]
recipe = "note"
text = "hello"
files = ["*.txt"]
"""
    first = tester.build(text)
    assert first.read("share/x") == "hello\none\n"
    assert first.run("app") == "app 1.0\n"
    assert (first.generation, sorted(first.made)) == (1, ["app", "x"])
    second = tester.build(text.replace("hello", "good day"))
    assert second.read("share/x") == "good day\none\n"
    assert (second.generation, second.made, second.removed) == (2, ("x",), ())
    last = tester.build('[parts.app]\nrecipe = "program"\nrequires = ["app"]\n')
    assert last.removed == ("x",)
