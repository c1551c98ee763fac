"""The tree's digest tells what differs, and nothing of where and when."""

from pathlib import PurePosixPath

from assembler.execute.digest import tree_digest
from assembler.execute.executor import execute
from assembler.model.step import MakeSymlink, RunCommand, WriteFile
from assembler.model.text import Place, Text
from assembler.plan.request import RealisedPart
from assembler.ports import CommandLine, CommandResult
from tests.execute.test_executor import program, text_part
from tests.execute.tools import build, part, planned, tools
from tests.fakes.files import MemoryFiles
from tests.fakes.processes import RecordedProcesses


def digest(parts: tuple[RealisedPart, ...], folder: str) -> str:
    files = MemoryFiles()
    prefix = PurePosixPath(folder, "build")
    files.make_directory(prefix.parent)

    def run(command: CommandLine) -> CommandResult:
        content = f"made in {command.directory}".encode()
        files.write(PurePosixPath(command.directory, "out"), content)
        return CommandResult(0, "")

    manifest = execute(planned(files, *parts, prefix=prefix), tools(files, RecordedProcesses(run)))
    return tree_digest(prefix, manifest, files)


def places() -> RealisedPart:
    return part(
        "places",
        WriteFile(
            path="f",
            content=Text.of(
                Place("prefix", "bin/web"), "\n", Place("project", "src"), "\n",
                Place("part", "bin/web", "web"),
            ),
        ),
        RunCommand(argv=(Text(("x",)),), outputs=("out",)),
        MakeSymlink(path="link", target=Text.of(Place("part", "lib", "web"))),
        needs=("web",),
    )  # fmt: skip


def test_it_does_not_depend_on_the_folder() -> None:
    parts = (program("web"), places(), text_part("a", "1"))
    assert digest(parts, "/home/one/shop") == digest(parts, "/srv/somewhere/else/shop")


def test_it_depends_on_content() -> None:
    one = digest((program("web"), text_part("a", "1")), "/p")
    assert one != digest((program("web"), text_part("a", "2")), "/p")
    assert one != digest((program("web", "2.0"), text_part("a", "1")), "/p")
    assert one != digest((program("web"), text_part("a", "1", "etc/b")), "/p")


def test_it_does_not_depend_on_what_was_built_before() -> None:
    files = MemoryFiles()
    prefix = PurePosixPath("/project/build")
    files.make_directory(prefix)
    build(files, text_part("a", "0"), program("old"))
    manifest = build(files, text_part("a", "1"))
    assert tree_digest(prefix, manifest, files) == digest((text_part("a", "1"),), "/project")
