"""What parts did outside, and how it is undone."""

import msgspec
import pytest

from assembler.errors import IntegrityError, PartError
from assembler.execute import effects
from assembler.execute.executor import execute
from assembler.execute.recovery import recover
from assembler.execute.switch import switch
from assembler.model.manifest import Manifest
from assembler.model.plan import Plan, PlannedPart, Undone
from assembler.model.step import RunCommand, WriteFile
from assembler.model.text import PartKey, Place, Quoted, Text
from assembler.model.undo import Undo
from assembler.plan.request import RealisedPart
from assembler.ports import TEMPORARY, CommandLine, CommandResult, Tools
from tests.execute.faults import KilledError
from tests.execute.tools import OWN, PREFIX, fresh, part, planned, tools
from tests.fakes.files import MemoryFiles
from tests.fakes.processes import RecordedProcesses
from tests.fakes.reporter import RecordedReporter

EFFECTS = OWN / "undo"


def words(*texts: str | Place | PartKey | Quoted) -> tuple[Text, ...]:
    return tuple(Text((each,)) for each in texts)


def registered(name: str, value: str = "1", needs: tuple[str, ...] = ()) -> RealisedPart:
    """A part that is registered somewhere, and unregistered when it goes."""
    return part(
        name,
        RunCommand(argv=words("register", name, value), outputs=()),
        Undo(argv=words("unregister", name, value)),
        needs=needs,
    )


class Machine:
    """Commands that succeed but for those whose first words are told to fail."""

    def __init__(self) -> None:
        self.files = fresh()
        self.failing: set[str] = set()
        self.killing: set[str] = set()
        self.commands: list[CommandLine] = []
        self.reporter = RecordedReporter()

    def _end(self, command: CommandLine) -> CommandResult:
        if command.argv[0] in self.killing:
            raise KilledError
        return CommandResult(1, "no\n") if command.argv[0] in self.failing else CommandResult(0, "")

    @property
    def tools(self) -> Tools:
        processes = RecordedProcesses(self._end)
        processes.commands = self.commands
        made = tools(self.files, processes)
        return msgspec.structs.replace(made, reporter=self.reporter)

    @property
    def ran(self) -> list[str]:
        """The command lines since this was last asked."""
        lines = [" ".join(command.argv) for command in self.commands]
        self.commands.clear()
        return lines

    def plan(self, *parts: RealisedPart) -> Plan:
        return planned(self.files, *parts)

    def build(self, *parts: RealisedPart, forget: bool = False) -> Manifest:
        return execute(self.plan(*parts), self.tools, forget=forget)


def test_a_part_that_goes_is_undone() -> None:
    machine = Machine()
    machine.build(registered("a"))
    assert machine.ran == ["register a 1"]
    plan = machine.plan()
    assert [effect.part for effect in plan.undo] == ["a"]
    execute(plan, machine.tools)
    assert machine.ran == ["unregister a 1"]
    assert machine.files.names(EFFECTS) == ()
    machine.build()
    assert machine.ran == []


def test_a_part_that_changes_is_undone_with_its_old_values_before_it_is_made() -> None:
    machine = Machine()
    machine.build(registered("a"), registered("b", needs=("a",)), registered("other"))
    assert machine.ran == ["register a 1", "register b 1", "register other 1"]
    machine.build(registered("a", "2"), registered("b", needs=("a",)), registered("other"))
    assert machine.ran == ["unregister b 1", "unregister a 1", "register a 2", "register b 1"]


def test_what_is_as_it_was_is_neither_undone_nor_done() -> None:
    machine = Machine()
    first = machine.build(registered("a"))
    plan = machine.plan(registered("a"))
    assert not plan.changes
    assert not effects.effects_differ(PREFIX, first, machine.files)
    execute(plan, machine.tools)
    assert machine.ran == ["register a 1"]


def test_what_cannot_be_undone_stops_the_build_and_is_tried_again() -> None:
    machine = Machine()
    machine.build(registered("a"), registered("b"))
    machine.failing = {"unregister"}
    with pytest.raises(PartError) as raised:
        machine.build(registered("b", "2"))
    error = raised.value
    log = OWN / f"log/{machine.plan().undo[0].directory}-undo1.log"
    assert error.exit_code == 5
    assert error.message == "part `a`: `unregister`, which undoes it, ended with status 1"
    assert error.details == ("no",)
    assert error.hints == (
        f"its whole output is in `{log}`",
        "the next build tries it again; `assemble build --forget-undo` gives it up",
    )
    assert machine.files.state(OWN / "current/manifest.json")
    assert machine.ran == ["register a 1", "register b 1", "unregister a 1"]
    machine.failing = set()
    machine.build(registered("b", "2"))
    assert machine.ran == ["unregister a 1", "unregister b 1", "register b 2"]


def test_what_cannot_be_undone_can_be_forgotten() -> None:
    machine = Machine()
    machine.build(registered("a"))
    machine.failing = {"unregister"}
    machine.build(forget=True)
    assert machine.reporter.warnings == [
        "part `a`: `unregister`, which undoes it, ended with status 1: that is forgotten"
    ]
    assert machine.files.names(EFFECTS) == ()


def test_of_several_steps_the_last_is_undone_first_and_each_once() -> None:
    machine = Machine()
    steps = (Undo(argv=words("first")), Undo(argv=words("second")), Undo(argv=words("third")))
    machine.build(part("a", *steps))
    machine.failing = {"second"}
    with pytest.raises(PartError):
        machine.build()
    assert machine.ran == ["third", "second"]
    machine.failing = set()
    machine.build()
    assert machine.ran == ["second", "first"]


def test_it_runs_in_the_part_with_the_places_of_then() -> None:
    machine = Machine()
    under = part("under", WriteFile(path="f", content=Text(("x",))))
    steps = Undo(
        argv=words("un", Place("part", "f", "under"), Quoted(PartKey("under")), Place("project")),
        environment={
            "HERE": Text((Place("stable", part="a"),)),
            "THERE": Text((Quoted(Place("prefix")),)),
        },
        timeout=7,
    )
    before = machine.build(under, part("a", steps, needs=("under",))).parts
    changed = part("under", WriteFile(path="f", content=Text(("y",))))
    machine.build(changed)
    (command,) = machine.commands
    assert command.argv == (
        "un",
        str(OWN / "parts" / before["under"].directory / "f"),
        f"'{before['under'].key}'",
        str(PREFIX.parent),
    )
    assert command.directory == str(OWN / "parts" / before["a"].directory)
    assert command.timeout == 7
    assert command.environment["HERE"] == str(OWN / "current/parts/a")
    assert command.environment["THERE"] == f"'{PREFIX}'"
    assert command.environment["TZ"] == "UTC"
    assert machine.files.state(OWN / "scratch" / before["a"].directory) is None


def test_where_the_directory_is_gone_it_runs_in_the_prefix() -> None:
    machine = Machine()
    built = machine.build(registered("a")).parts["a"]
    machine.files.remove(OWN / "parts" / built.directory)
    machine.build()
    assert machine.commands[-1].directory == str(PREFIX)


def test_what_failed_at_once_is_not_undone_as_nothing_is_known_to_be_ours() -> None:
    machine = Machine()
    machine.failing = {"register"}
    with pytest.raises(PartError):
        machine.build(registered("a"))
    assert machine.files.names(EFFECTS) == ()
    machine.failing = set()
    machine.build(registered("a", "2"))
    assert machine.ran == ["register a 1", "register a 2"]


def test_what_failed_later_is_undone_if_it_can_be() -> None:
    machine = Machine()
    machine.failing = {"second"}
    with pytest.raises(PartError):
        machine.build(
            part(
                "a",
                RunCommand(argv=words("first"), outputs=()),
                RunCommand(argv=words("second"), outputs=()),
                Undo(argv=words("undo")),
            )
        )
    machine.failing = {"undo"}
    machine.build(registered("a"))
    assert machine.ran == ["first", "second", "undo", "register a 1"]
    assert machine.reporter.warnings == [
        "part `a`: `undo`, which undoes it, ended with status 1: that is forgotten"
    ]


def test_what_was_interrupted_is_undone_if_it_can_be() -> None:
    machine = Machine()
    machine.killing = {"register"}
    with pytest.raises(KilledError):
        machine.build(registered("a"))
    machine.killing, machine.failing = set(), {"unregister"}
    machine.build(registered("a", "2"))
    assert machine.ran == ["register a 1", "unregister a 1", "register a 2"]
    assert machine.reporter.warnings == [
        "part `a`: `unregister`, which undoes it, ended with status 1: that is forgotten"
    ]


def test_what_failed_is_only_done_again_where_nothing_else_is_wanted() -> None:
    machine = Machine()
    machine.failing = {"register"}
    with pytest.raises(PartError):
        machine.build(registered("a"))
    machine.failing = set()
    machine.build(registered("a"))
    assert machine.ran == ["register a 1", "register a 1"]


def test_a_failed_build_leaves_what_it_undid_to_be_done_again() -> None:
    machine = Machine()
    machine.build(registered("a"))
    machine.failing = {"break"}
    breaking = part("z", RunCommand(argv=words("break"), outputs=()))
    with pytest.raises(PartError):
        machine.build(registered("a", "2"), breaking)
    assert machine.ran == ["register a 1", "unregister a 1", "register a 2", "break"]
    plan = machine.plan(registered("a"))
    (due,) = plan.due
    assert isinstance(due, PlannedPart)
    assert due.reasons == (Undone(),)
    execute(plan, machine.tools)
    assert machine.ran == ["unregister a 2", "register a 1"]


def test_what_an_earlier_build_did_is_done_again_when_it_comes_back() -> None:
    machine = Machine()
    machine.build(registered("a"))
    machine.build(registered("a", "2"))
    machine.build(registered("a"))
    assert machine.ran == [
        *("register a 1", "unregister a 1", "register a 2", "unregister a 2", "register a 1"),
    ]


def test_a_rollback_undoes_nothing_and_the_next_build_does() -> None:
    machine = Machine()
    machine.build(registered("a"))
    second = machine.build(registered("a", "2"), registered("b"))
    assert machine.ran[-1] == "register b 1"
    first = switch(PREFIX, 1, machine.tools)
    assert machine.reporter.warnings == [
        "what part `a` of generation 1 did outside was undone: `assemble build` does it again"
    ]
    assert machine.ran == []
    assert effects.effects_differ(PREFIX, first, machine.files)
    assert not effects.effects_differ(PREFIX, second, machine.files)
    machine.build(registered("a"))
    assert machine.ran == ["unregister a 2", "unregister b 1", "register a 1"]
    third = machine.build(registered("a"))
    assert machine.ran == []
    assert not effects.effects_differ(PREFIX, third, machine.files)


def test_a_rollback_and_forth_leaves_what_stands() -> None:
    machine = Machine()
    machine.build(part("plain"))
    machine.build(part("plain"), registered("a"))
    switch(PREFIX, 1, machine.tools)
    switch(PREFIX, 2, machine.tools)
    machine.build(part("plain"), registered("a"))
    assert machine.ran == ["register a 1"]
    assert machine.reporter.warnings == []


def test_what_is_needed_to_undo_a_part_stays() -> None:
    machine = Machine()
    tool = part("tool", WriteFile(path="un", content=Text(("x",)), executable=True))
    using = part("a", Undo(argv=words(Place("part", "un", "tool"))), needs=("tool",))
    built = machine.build(tool, using).parts
    switch_to = machine.build(tool, using, part("b")).generation
    assert switch_to == 2
    machine.failing = {str(OWN / "parts" / built["tool"].directory / "un")}
    for content in "123456":
        with pytest.raises(PartError):
            machine.build(part("c", WriteFile(path="f", content=Text((content,)))))
    assert machine.files.state(OWN / "parts" / built["tool"].directory / "un")
    machine.failing = set()
    machine.build(part("c"))
    assert machine.files.names(EFFECTS) == ()


def test_a_build_of_some_parts_undoes_these_alone() -> None:
    machine = Machine()
    machine.build(registered("a"), registered("b"), registered("gone"))
    new = (registered("a", "2"), registered("b", "2"))
    execute(planned(machine.files, *new, selection=frozenset({"a"})), machine.tools)
    assert machine.ran[3:] == ["unregister a 1", "register a 2"]
    machine.build(*new)
    assert machine.ran == ["unregister b 1", "unregister gone 1", "register b 2"]


def test_a_damaged_part_is_undone_and_made_again() -> None:
    machine = Machine()
    with_file = part(
        "a",
        RunCommand(argv=words("register"), outputs=()),
        WriteFile(path="f", content=Text(("x",))),
        Undo(argv=words("unregister")),
    )
    built = machine.build(with_file).parts["a"]
    machine.files.remove(OWN / "parts" / built.directory / "f")
    machine.build(with_file)
    assert machine.ran == ["register", "unregister", "register"]


def test_a_damaged_record_says_so() -> None:
    machine = Machine()
    machine.build(registered("a"))
    (name,) = machine.files.names(EFFECTS)
    machine.files.replace(EFFECTS / name, b"{")
    with pytest.raises(IntegrityError) as raised:
        effects.effects(PREFIX, machine.files)
    assert raised.value.message == (
        f"`{EFFECTS / name}` is damaged, which says how to undo what a part did outside"
    )
    assert raised.value.hints == ("undo it by hand, and remove that file",)


def test_effects_of_parts_without_any_leave_no_folder() -> None:
    files = MemoryFiles()
    files.make_directory(PREFIX.parent)
    execute(planned(files, part("a")), tools(files))
    assert files.state(EFFECTS) is None


def test_what_a_crash_left_behind_is_no_effect() -> None:
    machine = Machine()
    machine.build(registered("a"))
    machine.files.write(EFFECTS / f"{TEMPORARY}a.json", b"{")
    assert [effect.part for effect in effects.effects(PREFIX, machine.files)] == ["a"]
    recover(PREFIX, machine.files)
    assert len(machine.files.names(EFFECTS)) == 1
