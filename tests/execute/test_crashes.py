"""A build, first build or rollback that ends at any moment: nothing is lost, the next run heals."""

from collections.abc import Callable
from pathlib import PurePath

import msgspec
import pytest

from assembler.errors import MachineError
from assembler.execute import generations
from assembler.execute.executor import execute
from assembler.execute.inspection import verify
from assembler.execute.recovery import interrupted, recover
from assembler.execute.switch import switch
from assembler.model.manifest import Manifest
from tests.execute.faults import FaultyFiles, KilledError
from tests.execute.test_executor import program, text_part
from tests.execute.tools import OWN, PREFIX, MemoryStore, fresh, planned, tools

OLD = (program("web"), text_part("a", "1"), text_part("gone", "x", "share/gone"))
NEW = (program("web", "2.0"), text_part("a", "2"), text_part("added", "y", "share/added"))


def seen(files: FaultyFiles) -> dict[str, bytes]:
    """What a user finds at the stable paths."""
    manifest = generations.current(PREFIX, files)
    parts = manifest.parts.values() if manifest else ()
    return {path: files.read(PREFIX / path) for part in parts for path in part.exposed}


OLD_SEEN = {"bin/web": b"#!/bin/sh\n", "etc/a": b"1", "share/gone": b"x"}
NEW_SEEN = {"bin/web": b"#!/bin/sh\n", "etc/a": b"2", "share/added": b"y"}


def build_new(files: FaultyFiles) -> Manifest:
    recover(PREFIX, files)
    plan = msgspec.structs.replace(planned(files, *NEW), keep=1)
    return execute(plan, tools(files))


def roll_back(files: FaultyFiles) -> Manifest:
    return switch(PREFIX, 1, tools(files))


def empty() -> FaultyFiles:
    return FaultyFiles(fresh().nodes)


def built() -> FaultyFiles:
    files = fresh()
    execute(planned(files, *OLD), tools(files))
    return FaultyFiles(files.nodes)


def built_twice() -> FaultyFiles:
    files = built()
    execute(planned(files, *NEW), tools(files))
    return FaultyFiles(files.nodes)


@pytest.mark.parametrize("killed", [True, False])
@pytest.mark.parametrize(
    ("start", "act", "before", "after"),
    [
        (empty, build_new, {}, NEW_SEEN),
        (built, build_new, OLD_SEEN, NEW_SEEN),
        (built_twice, roll_back, NEW_SEEN, OLD_SEEN),
    ],
)
def test_ended_at_any_change(
    start: Callable[[], FaultyFiles],
    act: Callable[[FaultyFiles], Manifest],
    before: dict[str, bytes],
    after: dict[str, bytes],
    *,
    killed: bool,
) -> None:
    whole = start()
    act(whole)
    expected = whole.tree(PREFIX)
    for moment in range(1, whole.changes + 1):
        files = start()
        files.fail(moment, killed=killed)
        ended = False
        try:
            act(files)
        except (KilledError, MachineError):
            ended = True
        files.heal()
        assert ended, moment
        assert seen(files) in (before, after), moment
        manifest = act(files)
        assert seen(files) == after, moment
        assert_healthy(files, manifest)
        assert same(files.tree(PREFIX), expected), moment


def assert_healthy(files: FaultyFiles, manifest: Manifest) -> None:
    assert verify(PREFIX, manifest, files, MemoryStore(files)) == ()
    assert not interrupted(PREFIX, files)
    temporary = [path for path, _ in files.walk(OWN) if PurePath(path).name.startswith(".")]
    assert temporary == []


def same(one: dict[str, str], other: dict[str, str]) -> bool:
    """Whether two prefixes hold the same, whatever the numbers and times in their manifests."""
    return reduced(one) == reduced(other)


def reduced(tree: dict[str, str]) -> dict[str, str]:
    skipped = (".assembly/generations", ".assembly/current")
    return {
        path: "" if path.endswith(".json") else shown
        for path, shown in tree.items()
        if not path.startswith(skipped)
    }
