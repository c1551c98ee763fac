"""The tree's digest tells what differs, and nothing of where and when."""

from collections.abc import Collection
from pathlib import PurePath, PurePosixPath

import msgspec

from assembler.execute.digest import tree_digest
from assembler.execute.executor import execute
from assembler.model.distribution import Link, StoredWheel
from assembler.model.step import LinkWheels, MakeSymlink, RunCommand, WriteFile
from assembler.model.text import Place, Text
from assembler.plan.request import RealisedPart
from assembler.ports import CommandLine, CommandResult, Tools
from tests.execute.test_executor import PYTHON, program, text_part
from tests.execute.tools import MemoryStore, build, part, planned, tools
from tests.fakes.files import MemoryFiles
from tests.fakes.processes import RecordedProcesses


def written(files: MemoryFiles) -> Tools:
    """Tools whose commands write where they ran into `out`."""

    def run(command: CommandLine) -> CommandResult:
        content = f"made in {command.directory}".encode()
        files.write(PurePosixPath(command.directory, "out"), content)
        return CommandResult(0, "")

    return tools(files, RecordedProcesses(run))


def digest(parts: tuple[RealisedPart, ...], folder: str) -> str:
    files = MemoryFiles()
    prefix = PurePosixPath(folder, "build")
    files.make_directory(prefix.parent)
    manifest = execute(planned(files, *parts, prefix=prefix), written(files))
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


class EditableStore(MemoryStore):
    """A store whose wheels lead to the checkout, as editable ones do."""

    def materialise(self, keys: Collection[str], store: PurePath) -> None:
        checkout = str(store.parent.parent.parent)
        for key in keys:
            self._files.remove(store / key)
            self._files.write(store / key / "site/_shop.pth", f"{checkout}/src\n".encode())
            self._files.write(store / key / "site/shop.dist-info/RECORD", checkout.encode())


def test_it_does_not_depend_on_where_editable_sources_are() -> None:
    def built_in(folder: str, key: str) -> str:
        files = MemoryFiles()
        prefix = PurePosixPath(folder, "build")
        files.make_directory(prefix)
        wheel = StoredWheel(key=key, name="shop", version="1.0")
        links = (Link("lib/python3.12/site-packages/_shop.pth", f"{key}/site/_shop.pth"),)
        web = part("web", LinkWheels(python=PYTHON, wheels=(wheel,), links=links))
        with_store = msgspec.structs.replace(tools(files), store=EditableStore(files))
        manifest = execute(planned(files, web, prefix=prefix), with_store)
        return tree_digest(prefix, manifest, files)

    assert built_in("/one", "shop-1.0-abc") == built_in("/an/other", "shop-1.0-def")


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


def test_a_file_that_is_gone_is_no_obstacle() -> None:
    files = MemoryFiles()
    prefix = PurePosixPath("/srv/shop/build")
    files.make_directory(prefix)
    manifest = execute(planned(files, program("web"), places(), prefix=prefix), written(files))
    before = tree_digest(prefix, manifest, files)
    files.remove(prefix / ".assembly/parts" / manifest.parts["places"].directory / "f")
    assert tree_digest(prefix, manifest, files) != before
