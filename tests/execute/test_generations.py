"""Generations found, loaded, switched."""

import msgspec
import pytest

from assembler.errors import ConfigurationError, IntegrityError, MachineError, UsageError
from assembler.execute import generations
from assembler.execute.executor import execute
from assembler.execute.recovery import recover
from assembler.execute.switch import switch
from assembler.model.step import WriteFile
from assembler.model.text import Place, Text
from tests.execute.test_executor import program, text_part
from tests.execute.tools import OWN, PREFIX, build, fresh, part, planned, tools
from tests.fakes.files import MemoryFiles
from tests.fakes.reporter import RecordedReporter


def test_nothing_is_live_at_first() -> None:
    files = fresh()
    recover(PREFIX, files)
    assert generations.numbers(PREFIX, files) == ()
    assert generations.current(PREFIX, files) is None
    assert generations.readable(PREFIX, files) is None


@pytest.mark.parametrize("text", [b"", b"{", b'{"schema": 1}', b'{"schema": 1, "assembler": ""}'])
def test_a_damaged_manifest_is_said_and_replaced_by_the_next_build(text: bytes) -> None:
    files = fresh()
    first = build(files, text_part("a", "1"))
    path = OWN / "generations/1/manifest.json"
    files.replace(path, text)
    with pytest.raises(IntegrityError) as caught:
        generations.current(PREFIX, files)
    assert caught.value.message == f"`{path}` is damaged"
    recover(PREFIX, files)
    second = execute(planned(files, text_part("a", "1")), tools(files))
    assert second.generation == 2
    assert second.parts["a"].directory == first.parts["a"].directory
    assert generations.numbers(PREFIX, files) == (2,)


def test_a_missing_manifest() -> None:
    files = fresh()
    build(files, text_part("a", "1"))
    files.remove(OWN / "generations/1/manifest.json")
    with pytest.raises(IntegrityError) as caught:
        generations.current(PREFIX, files)
    assert caught.value.message == f"`{OWN}/generations/1/manifest.json` is missing"
    assert build(files, text_part("a", "1")).generation == 2
    assert files.read(PREFIX / "etc/a") == b"1"


def test_a_newer_assembler_built_it() -> None:
    files = fresh()
    build(files, text_part("a", "1"))
    files.replace(OWN / "generations/1/manifest.json", b'{"schema": 3, "assembler": "3.0"}')
    with pytest.raises(MachineError) as caught:
        generations.readable(PREFIX, files)
    assert caught.value.message == f"`{PREFIX}` was built by a newer assembler, 3.0"
    assert caught.value.hints == ("use that version or a later one",)


def two_builds() -> MemoryFiles:
    files = fresh()
    build(files, text_part("a", "1"), program("web"))
    build(files, text_part("a", "2", "share/a"))
    return files


def test_rolling_back_brings_back_files_and_stable_paths() -> None:
    files = two_builds()
    assert files.names(PREFIX) == (".assembly", ".gitignore", "share")
    assert switch(PREFIX, 1, tools(files)).generation == 1
    assert files.names(PREFIX) == (".assembly", ".gitignore", "bin", "etc")
    assert files.read(PREFIX / "etc/a") == b"1"
    assert files.read(PREFIX / "bin/web") == b"#!/bin/sh\n"
    third = build(files, text_part("a", "2", "share/a"))
    assert third.generation == 3
    assert files.read(PREFIX / "share/a") == b"2"


def test_there_is_no_such_generation() -> None:
    files = two_builds()
    with pytest.raises(UsageError) as caught:
        switch(PREFIX, 7, tools(files))
    assert caught.value.message == "there is no generation 7"
    assert caught.value.hints == ("there are: 1, 2",)


def test_a_generation_that_lost_a_part_is_not_switched_to() -> None:
    files = two_builds()
    name = next(name for name in files.names(OWN / "parts") if name.startswith("web"))
    files.remove(OWN / "parts" / f"{name}.json")
    with pytest.raises(IntegrityError) as caught:
        switch(PREFIX, 1, tools(files))
    assert caught.value.message == "part `web` of generation 1 is gone"
    assert generations.current_number(PREFIX, files) == 2


def test_a_file_of_the_users_stops_a_switch() -> None:
    files = two_builds()
    files.write(PREFIX / "etc/mine", b"")
    with pytest.raises(ConfigurationError) as caught:
        switch(PREFIX, 1, tools(files))
    assert caught.value.message == f"`{PREFIX}/etc` is in the way of a link"
    assert generations.current_number(PREFIX, files) == 2
    assert files.names(PREFIX / "etc") == ("mine",)


def test_a_generation_built_elsewhere_is_said_to_name_that_place() -> None:
    files = fresh()
    naming = WriteFile(path="f", content=Text.of(Place("prefix", "etc")))
    build(files, part("a", naming), text_part("b", "1"))
    build(files, text_part("b", "2"))
    moved = PREFIX.parent / "moved"
    files.rename(PREFIX, moved)
    reporter = RecordedReporter()
    switch(moved, 1, msgspec.structs.replace(tools(files), reporter=reporter))
    assert reporter.warnings == [
        f"generation 1 was built at `{PREFIX}`, which some files in it name"
    ]
    assert files.read(moved / "etc/b") == b"1"


def test_every_bit_of_a_manifest_counts() -> None:
    files = fresh()
    build(files, text_part("a", "1"))
    path = OWN / "generations/1/manifest.json"
    content = files.read(path)
    for at in range(len(content) * 8):
        flipped = bytearray(content)
        flipped[at // 8] ^= 1 << at % 8
        files.replace(path, bytes(flipped))
        with pytest.raises(IntegrityError, match="is damaged"):
            generations.load(PREFIX, 1, files)


def test_a_manifest_of_the_form_without_a_checksum_is_read() -> None:
    files = fresh()
    manifest = build(files, text_part("a", "1"))
    older = msgspec.structs.replace(manifest, schema=1)
    files.replace(OWN / "generations/1/manifest.json", msgspec.json.encode(older))
    assert generations.current(PREFIX, files) == older
