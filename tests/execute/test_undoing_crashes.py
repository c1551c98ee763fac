"""A build that undoes and does things outside, ended at any moment: the next one puts it right."""

from functools import cache

import msgspec
import pytest

from assembler.errors import MachineError
from assembler.execute.effects import effects_differ
from assembler.execute.executor import execute
from assembler.execute.recovery import recover
from assembler.model.manifest import Manifest
from assembler.plan.request import RealisedPart
from assembler.ports import CommandLine, CommandResult
from tests.execute.faults import FaultyFiles, KilledError
from tests.execute.test_undoing import registered
from tests.execute.tools import PREFIX, fresh, planned, tools
from tests.fakes.processes import RecordedProcesses

OLD = (registered("a"), registered("b", needs=("a",)))
NEW = (registered("a", "2"), registered("added"))


class Registry:
    """What is registered outside: only what is there can be unregistered."""

    def __init__(self) -> None:
        self.entries: dict[str, str] = {}
        self.dies_after = 0
        self._changes = 0

    def end(self, command: CommandLine) -> CommandResult:
        """Do what a command says; the machine may die right after that."""
        verb, name, value = command.argv
        if verb == "unregister":
            if self.entries.get(name) != value:
                return CommandResult(1, f"{name} {value} is not there")
            del self.entries[name]
        else:
            self.entries[name] = value
        self._changes += 1
        if self._changes == self.dies_after:
            raise KilledError
        return CommandResult(0, "")


def build(files: FaultyFiles, registry: Registry, parts: tuple[RealisedPart, ...]) -> Manifest:
    recover(PREFIX, files)
    plan = msgspec.structs.replace(planned(files, *parts), keep=1)
    return execute(plan, tools(files, RecordedProcesses(registry.end)))


@cache
def standing() -> FaultyFiles:
    files = FaultyFiles(fresh().nodes)
    build(files, Registry(), OLD)
    return files


def built() -> tuple[FaultyFiles, Registry]:
    registry = Registry()
    registry.entries = {"a": "1", "b": "1"}
    return FaultyFiles(standing().nodes), registry


EXPECTED = {"a": "2", "added": "1"}


@pytest.mark.parametrize(("killed", "afterwards"), [(True, OLD), (True, NEW), (False, NEW)])
def test_ended_at_any_change(afterwards: tuple[RealisedPart, ...], *, killed: bool) -> None:
    files, registry = built()
    build(files, registry, NEW)
    assert registry.entries == EXPECTED
    for moment in range(1, files.changes + 1):
        faulty, registry = built()
        faulty.fail(moment, killed=killed)
        with pytest.raises((KilledError, MachineError)):
            build(faulty, registry, NEW)
        faulty.heal()
        _assert_put_right(faulty, registry, afterwards)


@pytest.mark.parametrize("afterwards", [OLD, NEW])
@pytest.mark.parametrize("command", range(1, 5))
def test_ended_after_any_command(afterwards: tuple[RealisedPart, ...], command: int) -> None:
    files, registry = built()
    registry.dies_after = command
    with pytest.raises(KilledError):
        build(files, registry, NEW)
    _assert_put_right(files, registry, afterwards)


def _assert_put_right(
    files: FaultyFiles, registry: Registry, parts: tuple[RealisedPart, ...]
) -> None:
    manifest = build(files, registry, parts)
    expected = EXPECTED if parts is NEW else {"a": "1", "b": "1"}
    assert registry.entries == expected
    assert not effects_differ(PREFIX, manifest, files)
