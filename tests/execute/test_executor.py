"""Plans performed in memory: what a build leaves, replaces and removes."""

from pathlib import PurePosixPath

import msgspec
import pytest

from assembler.errors import IntegrityError, PartError
from assembler.execute import generations
from assembler.execute.executor import execute
from assembler.model.deployment import FileDigest
from assembler.model.distribution import Link, StoredWheel
from assembler.model.lock import LockedArtifact
from assembler.model.step import (
    CheckOutput,
    Expose,
    ExtractArchive,
    FetchFile,
    LinkWheels,
    MakeDirectory,
    MakeSymlink,
    RunCommand,
    WriteFile,
)
from assembler.model.target import Interpreter
from assembler.model.text import PartKey, Place, Text
from assembler.plan.request import RealisedPart
from assembler.ports import CommandLine, CommandResult
from tests.execute.tools import OWN, PREFIX, build, fresh, part, planned, tools
from tests.fakes.files import MemoryFiles
from tests.fakes.processes import RecordedProcesses
from tests.fakes.reporter import RecordedReporter

PYTHON = Interpreter(executable="/usr/bin/python3.12", version="3.12.4")


def text_part(name: str, content: str, path: str | None = None) -> RealisedPart:
    shown = path or f"etc/{name}"
    return part(name, WriteFile(path="f", content=Text((content,))), Expose(path=shown, target="f"))


def program(name: str, version: str = "1.0") -> RealisedPart:
    wheel = StoredWheel(key=f"dep-{version}-abc", name="dep", version=version)
    return part(
        name,
        LinkWheels(
            python=PYTHON,
            wheels=(wheel,),
            links=(Link("lib/python3.12/site-packages/dep.py", f"{wheel.key}/site/dep.py"),),
        ),
        WriteFile(path=f"bin/{name}", content=Text(("#!/bin/sh\n",)), executable=True),
        Expose(path=f"bin/{name}", target=f"bin/{name}"),
    )


def test_a_build_leaves_the_layout_of_the_design() -> None:
    files = fresh()
    manifest = build(files, program("web"), text_part("ini", "port = 1\n", "etc/app.ini"))
    web, ini = manifest.parts["web"].directory, manifest.parts["ini"].directory
    tree = {path: shown for path, shown in files.tree(PREFIX).items() if not path.endswith("json")}
    assert tree == {
        ".assembly": "/",
        ".assembly/current": "-> generations/1",
        ".assembly/generations": "/",
        ".assembly/generations/1": "/",
        ".assembly/generations/1/parts": "/",
        ".assembly/generations/1/parts/ini": f"-> ../../../parts/{ini}",
        ".assembly/generations/1/parts/web": f"-> ../../../parts/{web}",
        ".assembly/generations/1/pylock.toml": "lock",
        ".assembly/generations/1/root": "/",
        ".assembly/generations/1/root/bin": "/",
        ".assembly/generations/1/root/bin/web": f"-> ../../../../parts/{web}/bin/web",
        ".assembly/generations/1/root/etc": "/",
        ".assembly/generations/1/root/etc/app.ini": f"-> ../../../../parts/{ini}/f",
        ".assembly/parts": "/",
        f".assembly/parts/{ini}": "/",
        f".assembly/parts/{ini}/f": "port = 1\n",
        f".assembly/parts/{web}": "/",
        f".assembly/parts/{web}/bin": "/",
        f".assembly/parts/{web}/bin/python": "-> /usr/bin/python3.12",
        f".assembly/parts/{web}/bin/python3": "-> /usr/bin/python3.12",
        f".assembly/parts/{web}/bin/python3.12": "-> /usr/bin/python3.12",
        f".assembly/parts/{web}/bin/web": "#!/bin/sh\n",
        f".assembly/parts/{web}/lib": "/",
        f".assembly/parts/{web}/lib/python3.12": "/",
        f".assembly/parts/{web}/lib/python3.12/site-packages": "/",
        f".assembly/parts/{web}/lib/python3.12/site-packages/dep.py": (
            "-> ../../../../../store/dep-1.0-abc/site/dep.py"
        ),
        f".assembly/parts/{web}/pyvenv.cfg": (
            "home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.12.4\n"
        ),
        ".assembly/store": "/",
        ".assembly/store/dep-1.0-abc": "/",
        ".assembly/store/dep-1.0-abc/site": "/",
        ".assembly/store/dep-1.0-abc/site/dep.py": "key = 'dep-1.0-abc'\n",
        ".gitignore": "*\n",
        "bin": "-> .assembly/current/root/bin",
        "etc": "-> .assembly/current/root/etc",
    }
    assert generations.current(PREFIX, files) == manifest


def test_links_in_the_prefix_lead_to_what_was_made() -> None:
    files = fresh()
    build(files, program("web"))
    assert files.read(PREFIX / "bin/web") == b"#!/bin/sh\n"
    module = OWN / "generations/1/parts/web/lib/python3.12/site-packages/dep.py"
    assert files.read(module) == b"key = 'dep-1.0-abc'\n"


def test_building_again_changes_nothing() -> None:
    files = fresh()
    first = build(files, text_part("a", "1"))
    before = dict(files.nodes)
    plan = planned(files, text_part("a", "1"))
    assert not plan.changes
    assert execute(plan, tools(files)) == first
    assert {path for path, node in files.nodes.items() if before.get(path) != node} == {
        OWN / "generations/1/manifest.json",
        OWN / "generations/1/pylock.toml",
    }


def test_a_changed_part_is_made_anew_and_the_others_are_not() -> None:
    files = fresh()
    first = build(files, text_part("a", "1"), text_part("b", "1"))
    second = build(files, text_part("a", "1"), text_part("b", "2"))
    assert second.generation == 2
    assert first.parts["a"].directory == second.parts["a"].directory
    assert first.parts["b"].directory != second.parts["b"].directory
    assert files.read(PREFIX / "etc/b") == b"2"
    assert files.read(OWN / "generations/1/root/etc/b") == b"1"


def test_what_is_no_longer_declared_goes() -> None:
    files = fresh()
    build(files, program("web"), text_part("a", "1"))
    files.write(PREFIX / "mine.txt", b"")
    build(files, text_part("a", "1"))
    assert files.names(PREFIX) == (".assembly", ".gitignore", "etc", "mine.txt")


def test_the_last_part_leaves_an_empty_generation() -> None:
    files = fresh()
    build(files, text_part("a", "1"))
    manifest = build(files)
    assert (manifest.generation, dict(manifest.parts)) == (2, {})
    assert files.names(PREFIX) == (".assembly", ".gitignore")


def test_three_generations_are_kept_with_what_they_use() -> None:
    files = fresh()
    for number in range(1, 6):
        build(files, text_part("a", str(number)), program("web", f"{number}.0"))
    assert generations.numbers(PREFIX, files) == (3, 4, 5)
    assert files.names(OWN / "store") == ("dep-3.0-abc", "dep-4.0-abc", "dep-5.0-abc")
    assert len(files.names(OWN / "parts")) == 2 * (3 + 3)


def test_a_part_of_an_earlier_generation_is_used_again() -> None:
    files = fresh()
    first = build(files, text_part("a", "1"))
    build(files, text_part("a", "2"))
    made = files.state(OWN / "parts" / first.parts["a"].directory / "f")
    third = build(files, text_part("a", "1"))
    assert third.parts["a"].directory == first.parts["a"].directory
    assert files.state(OWN / "parts" / first.parts["a"].directory / "f") == made
    assert files.read(PREFIX / "etc/a") == b"1"


def test_every_kind_of_step() -> None:
    files = fresh()
    artifact = LockedArtifact(url="https://x.example/a", sha256="aaaa", size=1)
    files.write(PurePosixPath("/cache/aaaa"), b"top/x: 1\ntop/y/z: 2")
    manifest = build(
        files,
        part(
            "all",
            MakeDirectory(path="empty"),
            FetchFile(path="fetched", artifact=artifact, executable=True),
            ExtractArchive(path="tree", artifact=artifact, strip=1),
            MakeSymlink(path="links/tree", target=Text.of(Place("part", "tree", "all"))),
            MakeSymlink(path="links/out", target=Text.of("/etc")),
            MakeSymlink(path="links/stable", target=Text.of(Place("prefix"), "/bin/x")),
            WriteFile(
                path="where",
                content=Text.of(Place("project", "src"), " ", PartKey("all")),
            ),
        ),
    )
    built = manifest.parts["all"]
    assert files.tree(OWN / "parts" / built.directory) == {
        "empty": "/",
        "fetched": "top/x: 1\ntop/y/z: 2",
        "links": "/",
        "links/out": "-> /etc",
        "links/stable": "-> ../../../../bin/x",
        "links/tree": "-> ../tree",
        "tree": "/",
        "tree/x": "1",
        "tree/y": "/",
        "tree/y/z": "2",
        "where": f"/project/src {built.key}",
    }
    assert {file.path: file.mode for file in built.files if file.kind == "file"} == {
        "fetched": 0o755,
        "tree/x": 0o644,
        "tree/y/z": 0o644,
        "where": 0o644,
    }


def test_extra_paths_come_last_and_stay_relocatable() -> None:
    files = fresh()
    step = LinkWheels(
        python=PYTHON,
        wheels=(),
        links=(),
        extra_paths=(Text.of(Place("part", "lib", "other")), Text.of(Place("project", "src"))),
    )
    manifest = build(
        files, part("other", MakeDirectory(path="lib")), part("web", step, needs=("other",))
    )
    site = OWN / "generations/1/parts/web/lib/python3.12/site-packages"
    other = manifest.parts["other"].directory
    assert files.read(site / "zzz-assembler-extra-paths.pth").decode() == (
        f"../../../../{other}/lib\n/project/src\n"
    )


def test_an_interpreter_in_the_project_moves_with_it() -> None:
    files = fresh()
    python = Interpreter(executable="/project/py/bin/python3.12", version="3.12.4")
    build(files, part("web", LinkWheels(python=python, wheels=(), links=())))
    web = OWN / "generations/1/parts/web"
    state = files.state(web / "bin/python")
    assert state is not None
    assert state.target == "../../../../../py/bin/python3.12"
    assert b"home" not in files.read(web / "pyvenv.cfg")


class Maker:
    """A command that makes files in its directory and says how it ends."""

    def __init__(self, files: MemoryFiles, *paths: str, status: int = 0) -> None:
        self.files = files
        self.paths = paths
        self.status = status

    def __call__(self, command: CommandLine) -> CommandResult:
        for path in self.paths:
            self.files.replace(PurePosixPath(command.directory, path), b"made")
        return CommandResult(self.status, "one\ntwo\n")


def command(*outputs: str) -> RealisedPart:
    return part(
        "static",
        WriteFile(path="given", content=Text(("x",))),
        RunCommand(
            argv=(Text.of(Place("part", "bin/web", "web")), Text(("collect",))),
            environment={"ROOT": Text.of(Place("part", "out", "static"))},
            inputs=(FileDigest("src/a", "aa"),),
            outputs=outputs,
            timeout=10,
        ),
        needs=("web",),
    )


def test_a_command_gets_its_places_and_a_small_environment() -> None:
    files = fresh()
    processes = RecordedProcesses(Maker(files, "out/x", "deep/er/y"))
    manifest = build(
        files,
        program("web"),
        command("out", "deep/er/y"),
        with_tools=tools(files, processes, path="/usr/bin"),
    )
    directory = str(OWN / "parts" / manifest.parts["static"].directory)
    web = manifest.parts["web"].directory
    (ran,) = processes.commands
    assert ran.argv == (f"{OWN}/parts/{web}/bin/web", "collect")
    assert (ran.directory, ran.timeout) == (directory, 10)
    assert ran.environment == {
        "HOME": f"{OWN}/scratch/{manifest.parts['static'].directory}/home",
        "LANG": "C.UTF-8",
        "PATH": "/usr/bin",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "ROOT": f"{directory}/out",
        "SOURCE_DATE_EPOCH": "315532800",
        "TMPDIR": f"{OWN}/scratch/{manifest.parts['static'].directory}/tmp",
        "TZ": "UTC",
    }
    assert files.names(OWN / "scratch") == ()
    log = OWN / "log" / f"{manifest.parts['static'].directory}-2.log"
    assert files.read(log) == b"one\ntwo\n"


def test_a_staged_command_sees_its_inputs_and_variables_of_the_machine() -> None:
    files = fresh()
    files.write(PurePosixPath("/project/src/a.sh"), b"text", 0o755)
    files.write(PurePosixPath("/project/b"), b"other")
    seen: dict[str, str] = {}

    def answer(ran: CommandLine) -> CommandResult:
        seen.update(files.tree(PurePosixPath(ran.directory)))
        state = files.state(PurePosixPath(ran.directory, "src/a.sh"))
        assert state is not None
        assert state.mode == 0o755
        files.write(PurePosixPath(ran.argv[0], "out"), b"")
        return CommandResult(0, "")

    processes = RecordedProcesses(answer)
    staged = RunCommand(
        argv=(Text.of(Place("part", "", "ui")),),
        environment={"B": Text.of("own"), "HERE": Text.of("x")},
        passed=("A", "B", "NONE"),
        inputs=(FileDigest("src/a.sh", files.sha256(PurePosixPath("/project/src/a.sh"))),),
        staged=True,
        outputs=("out",),
    )
    machine = {"PATH": "/bin", "A": "1", "B": "2", "C": "3"}
    given = msgspec.structs.replace(tools(files, processes), environment=machine)
    build(files, part("ui", staged), with_tools=given)

    (ran,) = processes.commands
    assert seen == {"src": "/", "src/a.sh": "text"}
    assert {name: ran.environment.get(name) for name in ("A", "B", "C", "HERE", "NONE")} == {
        "A": "1",
        "B": "own",
        "C": None,
        "HERE": "x",
        "NONE": None,
    }
    assert files.names(OWN / "scratch") == ()

    files.replace(PurePosixPath("/project/src/a.sh"), b"changed meanwhile")
    again = msgspec.structs.replace(staged, timeout=5.0)
    with pytest.raises(PartError) as caught:
        build(files, part("ui", again), with_tools=given)
    assert caught.value.message == "part `ui`: `src/a.sh` is not what it was for the plan"


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (("out/x", "stray"), "made what is not among its `outputs`: `stray`"),
        (("out/x", "given"), "made what is not among its `outputs`: `given`"),
        (("out/x", "outer/x"), "made what is not among its `outputs`: `outer`, `outer/x`"),
        ((), "did not make its output `out`"),
    ],
)
def test_a_command_makes_its_outputs_and_nothing_else(made: tuple[str, ...], message: str) -> None:
    files = fresh()
    processes = RecordedProcesses(Maker(files, *made))
    with pytest.raises(PartError) as caught:
        build(files, program("web"), command("out"), with_tools=tools(files, processes))
    assert caught.value.message == f"part `static`: its command {message}"


def test_a_failing_part_leaves_the_last_build_and_the_parts_before_it() -> None:
    files = fresh()
    build(files, program("web"))
    failing = tools(files, RecordedProcesses(Maker(files, "out/x", status=3)))
    with pytest.raises(PartError) as caught:
        build(files, text_part("new", "1"), program("web"), command("out"), with_tools=failing)
    web = next(name for name in files.names(OWN / "parts") if name.startswith("web"))
    static = next(name for name in files.names(OWN / "log"))
    assert caught.value.message == (
        f"part `static`: `{OWN}/parts/{web}/bin/web` ended with status 3"
    )
    assert caught.value.details == ("one", "two")
    assert caught.value.hints == (f"its whole output is in `{OWN}/log/{static}`",)
    assert generations.current_number(PREFIX, files) == 1
    names = [name.rsplit("-", 1)[0] for name in files.names(OWN / "parts")]
    assert names == ["new", "new", "web", "web"]
    assert files.names(PREFIX) == (".assembly", ".gitignore", "bin")
    reused = planned(files, text_part("new", "1"), program("web"))
    directory = OWN / "parts" / reused.due[0].directory / "f"
    before = files.state(directory)
    execute(reused, tools(files))
    assert files.state(directory) == before


def test_what_is_shown_must_have_been_made() -> None:
    files = fresh()
    shown = part("a", MakeDirectory(path="d"), Expose(path="etc/x", target="d/x"))
    with pytest.raises(PartError) as caught:
        build(files, shown)
    assert caught.value.message == "part `a`: there is no `d/x` to show as `etc/x`"


def test_a_download_that_differs_is_an_error_of_its_own() -> None:
    files = fresh()
    artifact = LockedArtifact(url="https://x.example/a", sha256="none", size=1)
    with pytest.raises(IntegrityError):
        build(files, part("a", FetchFile(path="f", artifact=artifact)))
    assert files.names(OWN / "parts") == ()


def test_selected_parts_are_replaced_within_the_generation() -> None:
    files = fresh()
    base = text_part("base", "1")
    parts = [base, text_part("other", "1")]
    dependent = part("dependent", MakeDirectory(path="d"), needs=("base",))
    first = build(files, *parts, dependent)
    changed = [text_part("base", "2"), text_part("other", "2")]
    plan = planned(files, *changed, dependent, selection=frozenset({"base"}))
    second = execute(plan, tools(files))
    assert sorted(second.parts) == ["base", "dependent", "other"]
    assert second.parts["other"] == first.parts["other"]
    assert second.parts["dependent"] == first.parts["dependent"]
    for content in ("3", "4", "5", "6"):
        chosen = planned(files, text_part("base", content), selection=frozenset({"base"}))
        execute(chosen, tools(files))
    assert first.parts["base"].directory in files.names(OWN / "parts")
    due = planned(files, text_part("base", "6"), text_part("other", "1"), dependent).due
    assert [each.name for each in due] == ["dependent"]


def checked_part() -> RealisedPart:
    ini = WriteFile(path="app.ini", content=Text(("port = 1\n",)))
    place = Place(root="part", part="ini", path="app.ini")
    check = CheckOutput(tool="inicheck", arguments=(Text(("--strict",)), Text((place,))))
    return part("ini", ini, check)


def test_a_tool_checks_what_a_part_made() -> None:
    files, processes = fresh(), RecordedProcesses()
    files.write(PurePosixPath("/usr/sbin/inicheck"), b"", 0o755)
    manifest = build(files, checked_part(), with_tools=tools(files, processes))
    directory = OWN / "parts" / manifest.parts["ini"].directory
    [command] = processes.commands
    assert command.argv == ("/usr/sbin/inicheck", "--strict", f"{directory}/app.ini")
    assert command.directory == str(directory)
    assert files.read(OWN / "log" / f"{directory.name}-2-inicheck.log") == b""


def test_a_tool_may_check_a_copy_that_is_written_for_it() -> None:
    files = fresh()
    files.write(PurePosixPath("/bin/inicheck"), b"", 0o755)
    seen: list[bytes] = []

    def check(command: CommandLine) -> CommandResult:
        seen.append(files.read(PurePosixPath(command.directory, command.argv[-1])))
        return CommandResult(0, "")

    content = Text((Place(root="part", part="ini", path="x"),))
    step = CheckOutput(tool="inicheck", arguments=(Text(("a.ini",)),), files={"a.ini": content})
    with_tools = tools(files, RecordedProcesses(check))
    manifest = build(files, part("ini", step), with_tools=with_tools)
    assert seen == [f"{OWN}/parts/{manifest.parts['ini'].directory}/x".encode()]


def test_stable_paths_outlast_a_generation() -> None:
    files = fresh()
    launcher = Text((Place(root="part", part="web", path="bin/web"),)).stable()
    inner = Text((Place(root="part", part="web", path="lib"),)).stable()
    unit = WriteFile(path="unit", content=Text.of(launcher, " ", inner))
    manifest = build(files, program("web"), part("unit", unit, needs=("web",)))
    directory = manifest.parts["unit"].directory
    content = files.read(OWN / "parts" / directory / "unit").decode()
    assert content == f"{PREFIX}/bin/web {OWN}/current/parts/web/lib"


def test_what_a_tool_refuses_fails_the_part_with_its_words() -> None:
    files = fresh()
    files.write(PurePosixPath("/bin/inicheck"), b"", 0o755)
    refuse = RecordedProcesses(lambda _: CommandResult(1, "app.ini:1: unknown key `port`\n"))
    with pytest.raises(PartError) as caught:
        build(files, checked_part(), with_tools=tools(files, refuse))
    assert caught.value.message == "part `ini`: its check with `inicheck` ended with status 1"
    assert caught.value.details == ("app.ini:1: unknown key `port`",)
    assert generations.numbers(PREFIX, files) == ()


def test_a_tool_that_is_not_installed_is_named() -> None:
    files, reporter = fresh(), RecordedReporter()
    with_tools = msgspec.structs.replace(tools(files), reporter=reporter)
    build(files, checked_part(), with_tools=with_tools)
    assert reporter.notes == ["part `ini` is not checked: `inicheck` is not installed"]
    [log] = files.names(OWN / "log")
    assert files.read(OWN / "log" / log) == b"not checked: `inicheck` is not installed\n"


def test_a_tool_may_use_others() -> None:
    files, reporter = fresh(), RecordedReporter()
    files.write(PurePosixPath("/bin/sh"), b"", 0o755)
    with_tools = msgspec.structs.replace(tools(files), reporter=reporter)
    step = CheckOutput(tool="sh", uses=("inicheck",), arguments=(Text.of("-c"),))
    build(files, part("ini", step), with_tools=with_tools)
    assert reporter.notes == ["part `ini` is not checked: `inicheck` is not installed"]

    files.write(PurePosixPath("/bin/inicheck"), b"", 0o755)
    again = msgspec.structs.replace(step, timeout=5.0)
    manifest = build(files, part("ini", again), with_tools=with_tools)
    log = f"{manifest.parts['ini'].directory}-1-inicheck.log"
    assert files.read(OWN / "log" / log) == b""
    assert len(reporter.notes) == 1


def test_a_check_must_leave_everything_as_it_is() -> None:
    files = fresh()
    files.write(PurePosixPath("/bin/inicheck"), b"", 0o755)

    def scribble(command: CommandLine) -> CommandResult:
        files.write(PurePosixPath(command.directory, "report.txt"), b"fine")
        return CommandResult(0, "")

    with pytest.raises(PartError, match=r"made what is not among its `outputs`: `report\.txt`"):
        build(files, checked_part(), with_tools=tools(files, RecordedProcesses(scribble)))
