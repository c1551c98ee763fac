"""Live files in memory: written, compared, set aside, removed."""

from collections.abc import Mapping
from pathlib import PurePath, PurePosixPath

import msgspec
import pytest

from assembler.errors import MachineError
from assembler.execute import live, live_record
from assembler.execute.described import described
from assembler.execute.generations import current
from assembler.execute.live_record import LiveEntry
from assembler.execute.recovery import recover
from assembler.execute.switch import switch
from assembler.model.layout import Prefix
from assembler.model.live import LiveWritten
from assembler.model.manifest import Manifest
from assembler.model.secret import SecretValue
from assembler.model.step import Expose, Step, WriteFile, WriteLiveFile, text_file
from assembler.model.text import PartKey, Place, Secret, Text
from assembler.model.words import quoted
from assembler.plan.request import RealisedPart
from assembler.ports import TEMPORARY
from tests.execute.tools import OWN, PREFIX, build, fresh, part, planned, tools
from tests.fakes.files import MemoryFiles
from tests.fakes.reporter import RecordedReporter

FILE = PREFIX / "etc/app.ini"
LIVE = OWN / "live/conf/etc/app.ini"
DSN = Text.of("dsn = u:", Secret("DB"), "@h\n")


def conf(content: Text = DSN, path: str = "etc/app.ini", *others: Step) -> RealisedPart:
    return part("conf", text_file(path, content), Expose(path="etc/app.ini", target=path), *others)


def built(files: MemoryFiles, *parts: RealisedPart) -> Manifest:
    return build(files, *(parts or (conf(),)))


def write(files: MemoryFiles, prefix: PurePosixPath = PREFIX, **secrets: str) -> LiveWritten:
    manifest = current(prefix, files)
    assert manifest is not None
    wanted = described(prefix, manifest)
    return live.write(prefix, wanted, values(secrets), files, lambda: b"k" * 32)


def values(secrets: Mapping[str, str]) -> Mapping[str, SecretValue]:
    return {name: SecretValue(value) for name, value in secrets.items()}


def due(files: MemoryFiles, prefix: PurePosixPath = PREFIX, **secrets: str) -> list[object]:
    """Of each live file whether it is due and why, and which secrets are to blame."""
    manifest = current(prefix, files)
    assert manifest is not None
    states = live.states(prefix, manifest, values(secrets), files)
    return [(state.due, state.reason, *state.secrets) for state in states]


def recorded(files: MemoryFiles) -> str:
    return files.read(OWN / "live.json").decode()


def test_a_text_without_secrets_is_an_ordinary_file() -> None:
    assert text_file("a", Text.of("x"), executable=True) == WriteFile(
        path="a", content=Text.of("x"), executable=True
    )
    assert text_file("a", DSN) == WriteLiveFile(path="a", content=DSN)


def test_a_build_leaves_a_link_and_no_file() -> None:
    files = fresh()
    directory = built(files).parts["conf"].directory

    assert files.state(FILE) is not None
    assert files.state(LIVE) is None
    assert files.state(OWN / "live.json") is None
    assert files.tree(OWN / "parts" / directory) == {
        "etc": "/",
        "etc/app.ini": "-> ../../../live/conf/etc/app.ini",
    }
    assert due(files, DB="pw") == [(True, "new")]


def test_a_live_file_is_written_where_its_paths_lead() -> None:
    files = fresh()
    built(files)

    assert write(files, DB="pw") == LiveWritten(paths=("etc/app.ini",))
    assert files.read(FILE) == files.read(LIVE) == b"dsn = u:pw@h\n"
    assert [files.nodes[path].mode for path in (LIVE, OWN / "live.json")] == [0o600, 0o600]
    assert due(files, DB="pw") == [(False, "")]


def test_writing_again_writes_nothing() -> None:
    files = fresh()
    built(files)
    write(files, DB="pw")
    before = dict(files.nodes)

    assert write(files, DB="pw") == LiveWritten()
    assert files.nodes == before


def test_a_rotated_value_is_noticed_and_only_its_files_are_written() -> None:
    files = fresh()
    other = part("other", text_file("token", Text((Secret("TOKEN"),)), executable=True))
    built(files, conf(), other)
    write(files, DB="pw", TOKEN="t")

    assert due(files, DB="new", TOKEN="t") == [(True, "rotated", "DB"), (False, "")]
    assert write(files, DB="new", TOKEN="t").paths == ("etc/app.ini",)
    assert write(files, DB="new", TOKEN="u").paths == (".assembly/live/other/token",)
    assert files.read(OWN / "live/other/token") == b"u"
    assert files.nodes[OWN / "live/other/token"].mode == 0o700


def test_what_is_missing_to_compare_is_told() -> None:
    files = fresh()
    built(files, conf(Text.of(Secret("DB"), Secret("TOKEN"))))
    write(files, DB="pw", TOKEN="t")

    assert due(files) == [(None, "missing", "DB", "TOKEN")]
    assert due(files, TOKEN="t") == [(None, "missing", "DB")]
    assert due(files, TOKEN="u") == [(True, "rotated", "TOKEN")]


def test_nothing_that_is_kept_shows_a_value() -> None:
    files = fresh()
    built(files)
    write(files, DB="hunter2")
    write(files, DB="hunter3")

    held = {path for path, node in files.nodes.items() if b"hunter" in node.content}
    assert held == {LIVE}


def test_equal_values_in_two_prefixes_have_other_hashes() -> None:
    def entry(key: bytes) -> LiveEntry:
        files = fresh()
        wanted = described(PREFIX, built(files))
        live.write(PREFIX, wanted, values({"DB": "pw"}), files, lambda: key)
        record = live_record.load(Prefix(PREFIX), files)
        assert record is not None
        return record.files["conf/etc/app.ini"]

    one, other = entry(b"a" * 32), entry(b"b" * 32)
    assert one.description == other.description
    assert one.contents != other.contents
    assert one.secrets != other.secrets


def test_another_description_is_due_without_its_secrets() -> None:
    files = fresh()
    built(files)
    write(files, DB="pw")
    built(files, conf(Text.of("url = ", Secret("DB"), "\n")))

    assert files.read(FILE) == b"dsn = u:pw@h\n"
    assert due(files) == [(True, "described")]
    assert write(files, DB="pw").paths == ("etc/app.ini",)
    assert files.read(FILE) == b"url = pw\n"


def test_places_are_those_of_the_prefix_wherever_it_is() -> None:
    files = fresh()
    content = Text.of(Place("part", "x", "conf"), " ", Place("prefix"), " ", PartKey("conf"), " ")
    manifest = built(files, conf(Text.of(content, Secret("DB"))))
    built_part = manifest.parts["conf"]
    write(files, DB="pw")
    assert not built_part.baked
    assert files.read(FILE).decode() == (
        f"{OWN}/parts/{built_part.directory}/x {PREFIX} {built_part.key} pw"
    )

    moved = PurePosixPath("/srv/shop")
    files.rename(PREFIX, moved)

    assert due(files, moved, DB="pw") == [(True, "described")]
    write(files, moved, DB="pw")
    assert files.read(moved / "etc/app.ini").decode().startswith("/srv/shop/.assembly/parts/")


def test_what_others_may_read_is_due() -> None:
    files = fresh()
    built(files)
    write(files, DB="pw")
    files.set_mode(LIVE, 0o644)

    assert due(files, DB="pw") == [(True, "mode")]
    assert write(files, DB="pw").paths == ("etc/app.ini",)
    assert files.nodes[LIVE].mode == 0o600


def test_what_was_changed_by_hand_is_set_aside() -> None:
    files = fresh()
    built(files)
    write(files, DB="pw")
    for number in ("", "-2"):
        files.replace(LIVE, b"mine", 0o600)
        assert due(files, DB="pw") == [(True, "edited")]
        aside = f"{LIVE}.edited{number}"
        assert write(files, DB="pw") == LiveWritten(
            paths=("etc/app.ini",), aside=((str(LIVE), aside),)
        )
        assert files.read(PurePosixPath(aside)) == b"mine"
        assert files.read(LIVE) == b"dsn = u:pw@h\n"


def test_what_stands_in_the_way_is_set_aside() -> None:
    files = fresh()
    built(files)
    files.write(OWN / "live/conf/etc", b"a file")
    assert write(files, DB="pw").aside == ((f"{OWN}/live/conf/etc", f"{OWN}/live/conf/etc.edited"),)

    files.remove(LIVE)
    files.write(LIVE / "inner", b"a folder")
    assert write(files, DB="pw").aside == ((str(LIVE), f"{LIVE}.edited"),)


def test_a_record_that_is_lost_or_damaged_is_made_anew() -> None:
    files = fresh()
    built(files)
    write(files, DB="pw")
    files.replace(OWN / "live.json", b"{")

    assert due(files, DB="pw") == [(True, "edited")]
    assert write(files, DB="pw") == LiveWritten()
    assert due(files, DB="pw") == [(False, "")]


def test_the_record_of_a_newer_assembler_is_refused() -> None:
    files = fresh()
    built(files)
    files.replace(OWN / "live.json", b'{"key":"","files":{},"schema":2}')
    with pytest.raises(MachineError) as caught:
        due(files)

    assert caught.value.message == (
        f"the live files in `{PREFIX}` were written by a newer assembler"
    )


class Interrupted(Exception):  # noqa: N818
    """The power goes."""


class DyingFiles(MemoryFiles):
    """Files that stop after some replacements."""

    left = 10_000

    def replace(self, path: PurePath, content: bytes, mode: int = 0o644) -> None:
        if not self.left:
            raise Interrupted
        self.left -= 1
        super().replace(path, content, mode)


@pytest.mark.parametrize("done", [0, 1, 2, 3])
def test_an_interrupted_writer_leaves_nothing_that_is_taken_for_an_edit(done: int) -> None:
    files = DyingFiles()
    files.make_directory(PREFIX.parent)
    built(files, conf(), part("two", text_file("t", Text((Secret("DB"),)))))
    write(files, DB="pw")
    files.left = done
    with pytest.raises(Interrupted):
        write(files, DB="new")
    files.left = 10_000

    assert files.read(LIVE) in (b"dsn = u:pw@h\n", b"dsn = u:new@h\n")
    assert write(files, DB="new").aside == ()
    assert files.read(LIVE) == b"dsn = u:new@h\n"
    assert due(files, DB="new") == [(False, ""), (False, "")]


def test_temporaries_with_secrets_are_removed() -> None:
    files = fresh()
    built(files)
    write(files, DB="pw")
    files.write(LIVE.parent / f"{TEMPORARY}1", b"pw", 0o600)
    recover(PREFIX, files)

    assert files.names(LIVE.parent) == ("app.ini",)


def test_a_live_file_goes_with_the_last_generation_that_describes_it() -> None:
    files = fresh()
    built(files)
    write(files, DB="pw")
    gone = []
    for number in range(4):
        built(files, part("other", WriteFile(path="f", content=Text.of(str(number)))))
        gone.append(files.state(LIVE) is None)

    assert gone == [False, False, True, True]
    assert files.names(OWN / "live") == ()
    assert "app.ini" not in recorded(files)


def test_a_live_file_that_was_changed_by_hand_stays() -> None:
    files = fresh()
    reporter = RecordedReporter()
    with_tools = msgspec.structs.replace(tools(files), reporter=reporter)
    built(files)
    write(files, DB="pw")
    files.replace(LIVE, b"mine", 0o600)
    for number in range(4):
        other = part("other", WriteFile(path="f", content=Text.of(str(number))))
        build(files, other, with_tools=with_tools)

    assert files.read(LIVE) == b"mine"
    assert reporter.warnings == [
        f"`{LIVE}` is no longer described, and was changed by hand: it stays"
    ]


def test_an_earlier_generation_describes_its_own_files() -> None:
    files = fresh()
    built(files)
    write(files, DB="pw")
    built(files, conf(Text.of("url = ", Secret("DB"), "\n")))
    write(files, DB="pw")
    switch(PREFIX, 1, tools(files))

    assert due(files, DB="pw") == [(True, "described")]
    write(files, DB="pw")
    assert files.read(FILE) == b"dsn = u:pw@h\n"


def test_the_key_depends_on_references_and_neither_on_values_nor_on_the_prefix() -> None:
    def key(content: Text, prefix: PurePosixPath = PREFIX) -> str:
        files = fresh()
        (only,) = planned(files, conf(content), prefix=prefix).due
        return only.key

    content = Text.of(Place("prefix", "x"), Secret("DB"))
    assert key(content) == key(content, PurePosixPath("/elsewhere"))
    assert key(content) != key(Text.of(Place("prefix", "x"), Secret("TOKEN")))


def test_a_path_below_a_folder_that_shows_is_told_by_it() -> None:
    files = fresh()
    shown = (
        part("a", text_file("d/x", DSN), Expose(path="etc/a", target="d")),
        part("b", text_file("x", DSN), Expose(path="etc/b", target=".")),
        part("c", text_file("x", DSN)),
    )
    built(files, *shown)

    assert write(files, DB="pw").paths == ("etc/a/x", "etc/b/x", ".assembly/live/c/x")
    assert files.read(PREFIX / "etc/a/x") == files.read(PREFIX / "etc/b/x") == b"dsn = u:pw@h\n"


def test_a_quoted_secret_is_quoted_when_it_is_known() -> None:
    files = fresh()
    built(files, conf(quoted(Text.of("a b", Secret("DB")))))
    write(files, DB="it's")
    assert files.read(FILE) == b"""'a b''it'"'"'s'"""

    with pytest.raises(MachineError) as caught:
        write(files, DB="a\ufdd0b")
    assert caught.value.message == "the secret `DB` holds a character that Unicode reserves"
    assert files.read(FILE) == b"""'a b''it'"'"'s'"""
