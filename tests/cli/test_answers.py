"""Answers that are kept: said again while nothing has changed, and only then."""

import os
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from assembler.cli.answers import answer, facts, file_of, folder, question, written
from assembler.cli.main import main

ASSEMBLY = """[assembly]
name = "demo"
python = "3.11"

[parts.ini]
recipe = "template"
from = "etc/app.ini.j2"
to = "etc/app.ini"

[parts.report]
recipe = "command"
shell = "echo made > report.txt"
inputs = ["data/**"]
outputs = ["report.txt"]
expose = ["report.txt"]
"""
ROUNDS = 120
SECOND = 10**9


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project that is built, all of it and of the cache some time ago, with its answer kept."""
    project = tmp_path / "project"
    for path, text in {
        "assembly.toml": ASSEMBLY,
        "etc/app.ini.j2": "port = 1\n",
        "data/one.csv": "1\n",
        "data/more/two.csv": "2\n",
    }.items():
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(text)
    monkeypatch.chdir(project)
    monkeypatch.setenv("ASSEMBLER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("ASSEMBLER_CONFIG", "")
    assert main(["lock", "-q"]) == 0
    assert main(["build", "-q"]) == 0
    _age(tmp_path)
    assert main(["build"]) == 0
    return project


def _age(folder: Path) -> None:
    """Let everything be ten seconds older."""
    for directory, folders, files in os.walk(folder, topdown=False):
        for name in (*folders, *files):
            _older(Path(directory, name))
    _older(folder)


def _older(path: Path) -> None:
    was = path.lstat().st_mtime_ns - 10 * 10**9
    os.utime(path, ns=(was, was), follow_symlinks=False)


def test_the_same_command_says_the_same(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(["build"]) == [(2, "nothing to do\n")]
    capsys.readouterr()
    assert main(["build", "--json"]) == 0
    heard = capsys.readouterr()
    assert f'"prefix": "{project / "build"}"' in heard.out
    assert answer(["build", "--json"]) == [(2, heard.err), (1, heard.out)]
    assert main(["lock", "--check"]) == 0
    assert answer(["lock", "--check"]) == [(2, "pylock.toml is fresh\n")]


@pytest.mark.usefixtures("project")
def test_other_words_are_another_question() -> None:
    assert answer(["build", "-v"]) is None
    assert answer(["plan"]) is None


def test_another_folder_is_another_question(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project / "data")
    assert answer(["build"]) is None


@pytest.mark.usefixtures("project")
def test_variables_that_were_asked_for_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOMETHING", "else")
    assert answer(["build"])
    monkeypatch.setenv("ASSEMBLER_PREFIX", "elsewhere")
    assert answer(["build"]) is None


@pytest.mark.parametrize(
    ("age", "kept"),
    [
        (-SECOND, False),
        (SECOND // 2, True),
        (10 * SECOND, True),
    ],
)
def test_what_was_changed_just_now_is_looked_at_again(
    project: Path, age: int, *, kept: bool
) -> None:
    changed = time.time_ns() - age | 1
    os.utime(project / "assembly.toml", ns=(changed, changed))
    assert answer(["build"]) is None
    assert main(["build"]) == 0
    assert (answer(["build"]) is not None) is kept


def test_whole_seconds_may_hide_a_change(project: Path) -> None:
    changed = time.time_ns() // SECOND * SECOND
    os.utime(project / "assembly.toml", ns=(changed, changed))
    assert main(["build"]) == 0
    assert answer(["build"]) is None


def test_a_part_that_verifying_finds_damaged(project: Path) -> None:
    report = next(project.glob("build/.assembly/parts/report-*/report.txt"))
    before = report.stat()
    report.write_text("edam\n")
    os.utime(report, ns=(before.st_mtime_ns, before.st_mtime_ns))
    assert main(["verify", "-q"]) == 4
    assert answer(["build"]) is None


def test_an_answer_that_others_may_write_does_not_count(project: Path) -> None:
    kept = Path(file_of(question(["build"]), folder(os.environ)))
    kept.chmod(0o666)
    assert answer(["build"]) is None
    kept.chmod(0o600)
    assert answer(["build"])
    kept.rename(project / "elsewhere")
    kept.symlink_to(project / "elsewhere")
    assert answer(["build"]) is None


@pytest.mark.usefixtures("project")
def test_no_damaged_answer_counts() -> None:
    kept = Path(file_of(question(["build"]), folder(os.environ)))
    whole = kept.read_bytes()
    for at in range(0, len(whole), 7):
        kept.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
        assert answer(["build"]) is None
        kept.write_bytes(whole[:at])
        assert answer(["build"]) is None


def test_what_is_written_is_what_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSEMBLER_CACHE", str(tmp_path))
    monkeypatch.setenv("SET", "+-\udcff")
    monkeypatch.delenv("UNSET", raising=False)
    (tmp_path / "odd\nname").touch()
    seen = {str(tmp_path / name): facts(str(tmp_path / name)) for name in ("odd\nname", "none")}
    assert list(seen.values())[1] == ""
    said = [(1, "a\n"), (2, "b\n")]
    asked = question(["odd\nword"])
    path = Path(file_of(asked, folder(os.environ)))
    path.parent.mkdir()
    path.write_bytes(written(asked, {"SET": "+-\udcff", "UNSET": None}, seen, said))
    assert answer(["odd\nword"]) == said
    monkeypatch.setenv("UNSET", "")
    assert answer(["odd\nword"]) is None


def test_whatever_makes_a_build_due_ends_the_answer(project: Path) -> None:
    """Random changes of the project and the prefix, judged by the whole program."""
    seed = random.SystemRandom().randrange(10**9)
    chance = random.Random(seed)
    pristine = project.parent / "pristine"
    shutil.copytree(project, pristine, symlinks=True)
    due = 0
    for _ in range(ROUNDS):
        shutil.rmtree(project)
        shutil.copytree(pristine, project, symlinks=True)
        os.chdir(project)
        assert answer(["build"]), f"seed {seed}: a copy is not what it was made of"
        change, path = _changed(project, chance)
        if main(["status", "--check", "-q"]) != 0:
            due += 1
            assert answer(["build"]) is None, f"seed {seed}: {change} {path}"
    assert due > ROUNDS / 5


def _changed(project: Path, chance: random.Random) -> tuple[str, Path]:
    """Change one thing, in a way that is possible with it."""
    paths = sorted(path for path in project.rglob("*") if path.name != "lock")
    path = chance.choice(paths)
    change = chance.choice(list(CHANGES))
    CHANGES[change](path)
    return change, path


def _append(path: Path) -> None:
    if path.is_file() and not path.is_symlink():
        with path.open("ab") as stream:
            stream.write(b" ")


def _flip(path: Path) -> None:
    if path.is_file() and not path.is_symlink() and (content := path.read_bytes()):
        path.write_bytes(bytes([content[0] ^ 1]) + content[1:])


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def _beside(path: Path) -> None:
    path.with_name("another.csv").touch()


def _lead_elsewhere(path: Path) -> None:
    _remove(path)
    path.symlink_to("nowhere")


def _mode(path: Path) -> None:
    if not path.is_symlink():
        path.chmod(0o700)


CHANGES: dict[str, Callable[[Path], None]] = {
    "append to": _append,
    "flip a bit of": _flip,
    "remove": _remove,
    "add beside": _beside,
    "make a link of": _lead_elsewhere,
    "change the mode of": _mode,
}
