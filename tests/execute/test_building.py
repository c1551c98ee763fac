"""Sources built in memory, with recorded processes."""

import hashlib
from collections.abc import Callable
from pathlib import PurePosixPath

import pytest
from msgspec.structs import replace

from assembler.errors import MachineError, PartError
from assembler.model.deployment import FileDigest
from assembler.model.step import (
    BuildCommand,
    BuildSource,
    CheckoutCommit,
    MakeSymlink,
    SourcePatch,
    WriteFile,
)
from assembler.model.text import Place, Text
from assembler.plan.request import RealisedPart
from assembler.ports import CommandLine, CommandResult
from tests.execute.tools import OWN, PREFIX, build, fresh, part, tools
from tests.fakes.files import MemoryFiles
from tests.fakes.processes import RecordedProcesses

SOURCE = part("src", WriteFile(path="a.c", content=Text(("one\ntwo\n",)), executable=True))
PATCH = b"--- a/a.c\n+++ b/a.c\n@@ -1,2 +1,2 @@\n one\n-two\n+TWO\n"
MAKE = BuildCommand(argv=(Text(("make",)),), parallel=True)
STEP = BuildSource(
    source=Text((Place(root="part", part="src"),)),
    commands=(
        BuildCommand(argv=(Text(("autoreconf",)),), unless="configure"),
        BuildCommand(argv=(Text(("cmake",)), Text(("../source",))), directory="build"),
        replace(MAKE, argv=(*MAKE.argv, Text((Place(root="part", part="app", path="x"),)))),
    ),
    environment={"CFLAGS": Text(("-O2 ", Place(root="scratch", part="app", path="source")))},
    passed=("CFLAGS", "CC", "LD"),
    tools={"autoreconf": "autoconf automake", "make": "make"},
)


class Machine:
    """A machine whose commands install `bin/app` when `make` runs, and what else they do."""

    def __init__(self, also: Callable[[CommandLine], None] = lambda _: None) -> None:
        self.files = fresh()
        for tool in ("autoreconf", "make"):
            self.files.write(PurePosixPath("/bin", tool), b"", 0o755)
        self.also = also
        self.processes = RecordedProcesses(self._answer)
        self.status = 0

    def build(self, *parts: RealisedPart) -> None:
        machine = replace(
            tools(self.files, self.processes),
            environment={"PATH": "/bin", "CFLAGS": "-g", "CC": "clang", "OTHER": "x"},
        )
        build(self.files, *parts, with_tools=replace(machine, jobs=3))

    def _answer(self, command: CommandLine) -> CommandResult:
        self.also(command)
        if command.argv[0] == "make" and self.status == 0:
            (directory,) = (
                path
                for path in self.files.nodes
                if path.name.startswith("app-") and path.parent == OWN / "parts"
            )
            self.files.write(directory / "bin/app", b"program", 0o711)
        return CommandResult(
            self.status if command.argv[0] == "make" else 0, f"{command.argv[0]}!\n"
        )

    def read(self, command: CommandLine, path: str) -> bytes:
        return self.files.read(PurePosixPath(command.directory, path))


def app(step: BuildSource = STEP) -> RealisedPart:
    return part("app", step, needs=("src",))


def only(files: MemoryFiles, folder: str, prefix: str) -> PurePosixPath:
    (found,) = (
        path
        for path in files.nodes
        if path.parent == OWN / folder and path.name.startswith(prefix) and path.suffix != ".json"
    )
    return found


def test_commands_run_beside_the_prefixs_parts() -> None:
    machine = Machine()
    machine.build(SOURCE, app())
    made = only(machine.files, "parts", "app-")
    scratch = OWN / "scratch" / made.name
    commands = machine.processes.commands
    assert [command.argv for command in commands] == [
        ("autoreconf",),
        ("cmake", "../source"),
        ("make", f"{made}/x", "-j3"),
    ]
    assert [command.directory for command in commands] == [
        f"{scratch}/source",
        f"{scratch}/build",
        f"{scratch}/source",
    ]
    environment = commands[0].environment
    assert environment["CFLAGS"] == f"-O2 {scratch}/source -g"
    assert environment["CC"] == "clang"
    assert environment["SOURCE_DATE_EPOCH"] == "315532800"
    assert {"LD", "OTHER"}.isdisjoint(environment)
    assert machine.files.state(scratch) is None
    state = machine.files.state(made / "bin/app")
    assert state is not None
    assert state.mode == 0o755
    log = machine.files.read(OWN / "log" / f"{made.name}-build.log").decode()
    assert log == (
        f"$ autoreconf\nautoreconf!\n$ cmake ../source\ncmake!\n$ make {made}/x -j3\nmake!\n"
    )


def test_the_source_is_copied_and_every_file_equally_old() -> None:
    seen: list[tuple[bytes, int, int]] = []

    def look(command: CommandLine) -> None:
        path = PurePosixPath(command.directory, "a.c")
        state = machine.files.state(path)
        if state is not None:
            seen.append((machine.files.read(path), state.mode, state.mtime // 10**9))
            machine.files.replace(path, b"spoiled")

    machine = Machine(look)
    machine.build(SOURCE, app(replace(STEP, commands=(MAKE,), jobs=2)))
    assert seen == [(b"one\ntwo\n", 0o755, 315532800)]
    assert machine.files.read(only(machine.files, "parts", "src-") / "a.c") == b"one\ntwo\n"
    assert machine.processes.commands[0].argv == ("make", "-j2")


def test_patches_are_applied_in_order_and_patched_files_are_newer() -> None:
    seen: list[tuple[bytes, int, int]] = []

    def look(command: CommandLine) -> None:
        path = PurePosixPath(command.directory, "a.c")
        state = machine.files.state(path)
        assert state is not None
        seen.append((machine.files.read(path), state.mode, state.mtime // 10**9))

    machine = Machine(look)
    again = PATCH.replace(b"TWO", b"2").replace(b"-two", b"-TWO")
    patches = (SourcePatch("p/1", PATCH), SourcePatch("p/2", again))
    machine.build(SOURCE, app(replace(STEP, commands=(MAKE,), patches=patches)))
    assert seen == [(b"one\n2\n", 0o755, 315532801)]


@pytest.mark.parametrize(
    ("patch", "words"),
    [
        (PATCH.replace(b"two", b"three"), "hunk 1 of `a.c` (line 3) does not fit"),
        (PATCH.replace(b"a/a.c", b"a/b.c"), "there is no file `b.c`"),
        (PATCH.replace(b"--- a/a.c", b"--- /dev/null"), "`a.c` is there already"),
        (
            b"--- a/a.c\n+++ /dev/null\n@@ -1 +0,0 @@\n-one\n",
            "`a.c` has more lines than it takes away",
        ),
    ],
)
def test_a_patch_that_does_not_apply(patch: bytes, words: str) -> None:
    machine = Machine()
    with pytest.raises(PartError) as caught:
        machine.build(SOURCE, app(replace(STEP, patches=(SourcePatch("p/1", patch),))))
    assert caught.value.message == f"part `app`: `p/1` does not apply: {words}"
    assert machine.processes.commands == []


def test_a_patch_may_move_add_and_remove_files() -> None:
    patch = (
        b"diff --git a/a.c b/b.c\nrename from a.c\nrename to b.c\n"
        b"diff --git a/n b/n\nnew file mode 100755\n--- /dev/null\n+++ b/n\n@@ -0,0 +1 @@\n+new\n"
        b"--- a/gone\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n"
    )
    seen: dict[str, int] = {}

    def look(command: CommandLine) -> None:
        for path, state in machine.files.walk(PurePosixPath(command.directory)):
            seen[path] = state.mode

    machine = Machine(look)
    source = part("src", *SOURCE.steps, WriteFile(path="gone", content=Text(("x\n",))))
    machine.build(source, app(replace(STEP, commands=(MAKE,), patches=(SourcePatch("p", patch),))))
    assert seen == {"b.c": 0o755, "n": 0o755}


def test_nothing_is_written_through_links() -> None:
    files = fresh()
    one, two = (PurePosixPath("/commits", letter * 40) for letter in "ab")
    files.make_directory(PurePosixPath("/elsewhere"))
    files.symlink(one / "lib", "/elsewhere")
    files.write(two / "file", b"x")
    for path in ("lib", "lib/deep"):
        steps = (
            CheckoutCommit(path=".", url="file:///x", commit="a" * 40),
            CheckoutCommit(path=path, url="file:///x", commit="b" * 40),
        )
        with pytest.raises(PartError) as caught:
            build(files, part("src", *steps))
        assert caught.value.message == (
            f"part `src`: `{path}` can't be checked out below the link `lib`"
        )
    assert files.names(PurePosixPath("/elsewhere")) == ()

    machine = Machine()
    source = part("src", *SOURCE.steps, MakeSymlink(path="lib", target=Text(("/elsewhere",))))
    patch = b"--- /dev/null\n+++ b/lib/x\n@@ -0,0 +1 @@\n+new\n"
    with pytest.raises(PartError) as caught:
        machine.build(source, app(replace(STEP, patches=(SourcePatch("p", patch),))))
    assert caught.value.message == (
        "part `app`: `p` does not apply: `lib/x` is a link, or below one"
    )


def test_tools_that_are_missing_are_named_before_anything_runs() -> None:
    machine = Machine()
    machine.files.remove(PurePosixPath("/bin/make"))
    machine.files.remove(PurePosixPath("/bin/autoreconf"))
    with pytest.raises(MachineError) as caught:
        machine.build(SOURCE, app())
    assert caught.value.message == (
        "part `app` needs `autoreconf` and `make`, which are not installed"
    )
    assert caught.value.hints == ("on Debian and Ubuntu: `apt install autoconf automake make`",)
    assert machine.processes.commands == []


def test_what_is_there_need_not_be_made() -> None:
    machine = Machine()
    machine.files.remove(PurePosixPath("/bin/autoreconf"))
    configured = part("src", *SOURCE.steps, WriteFile(path="configure", content=Text(("x",))))
    machine.build(configured, app())
    assert [command.argv[0] for command in machine.processes.commands] == ["cmake", "make"]


def test_a_command_that_fails_shows_its_output() -> None:
    machine = Machine()
    machine.status = 2
    with pytest.raises(PartError) as caught:
        machine.build(SOURCE, app(replace(STEP, commands=(MAKE,))))
    assert caught.value.message == "part `app`: `make` ended with status 2"
    assert caught.value.details == ("make!",)
    (log,) = machine.files.names(OWN / "log")
    assert caught.value.hints == (f"the whole output is in `{OWN}/log/{log}`",)
    assert machine.files.names(OWN / "scratch") == ()


def test_the_log_of_a_command_that_fails_is_kept() -> None:
    def write(command: CommandLine) -> None:
        machine.files.write(PurePosixPath(command.directory, "logs/x"), b"no such header\n")

    machine = Machine(write)
    machine.status = 1
    with pytest.raises(PartError):
        machine.build(SOURCE, app(replace(STEP, commands=(replace(MAKE, log="logs/x"),))))
    (log,) = machine.files.names(OWN / "log")
    assert machine.files.read(OWN / "log" / log) == (
        b"$ make -j3\nmake!\n\n--- logs/x\nno such header\n"
    )


def test_what_must_be_installed_is() -> None:
    machine = Machine()
    with pytest.raises(PartError) as caught:
        machine.build(SOURCE, app(replace(STEP, outputs=("bin/app", "bin/other"))))
    assert caught.value.message == "part `app`: its build did not install `bin/other`"
    assert caught.value.details == ("it installed `bin`, `bin/app`",)
    with pytest.raises(PartError) as caught:
        Machine().build(SOURCE, app(replace(STEP, commands=STEP.commands[:2])))
    assert caught.value.message == "part `app`: its build did not install anything"


def test_files_of_the_project_are_copied_as_they_were_for_the_plan() -> None:
    seen: list[bytes] = []
    machine = Machine(lambda command: seen.append(machine.read(command, "sub/a.c")))
    path = PREFIX.parent / "native/sub/a.c"
    machine.files.write(path, b"mine")
    digest = FileDigest("native/sub/a.c", hashlib.sha256(b"mine").hexdigest())
    step = replace(STEP, source=Text(), folder="native", inputs=(digest,), commands=(MAKE,))
    machine.build(part("app", step))
    assert seen == [b"mine"]
    machine.files.replace(path, b"edited")
    with pytest.raises(PartError) as caught:
        machine.build(part("app", replace(step, jobs=2)))
    assert caught.value.message == ("part `app`: `native/sub/a.c` is not what it was for the plan")


def test_a_commit_is_copied_with_its_links_and_modes() -> None:
    files = fresh()
    commit = PurePosixPath("/commits", "a" * 40)
    files.write(commit / "lib/tool", b"tool", 0o755)
    files.write(commit / "read", b"me", 0o600)
    files.symlink(commit / "link", "lib/tool")
    files.make_directory(commit / "module")
    build(files, part("src", CheckoutCommit(path=".", url="file:///x", commit="a" * 40)))
    made = only(files, "parts", "src-")
    found = dict(files.walk(made))
    assert {path: (state.kind, state.target) for path, state in found.items()} == {
        "lib": ("directory", ""),
        "lib/tool": ("file", ""),
        "link": ("link", "lib/tool"),
        "module": ("directory", ""),
        "read": ("file", ""),
    }
    assert (found["lib/tool"].mode, found["read"].mode) == (0o755, 0o644)
    files.write(commit / "a\\b", b"")
    with pytest.raises(PartError) as caught:
        build(files, part("src", CheckoutCommit(path="x", url="file:///x", commit="a" * 40)))
    assert caught.value.message.startswith("part `src`: a path in commit aaaaaaaaaaaa `")
