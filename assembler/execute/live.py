"""Live files: those that hold secrets, which are written outside generations."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import PurePath

import msgspec

from assembler.execute import live_record
from assembler.execute.described import Described, described
from assembler.execute.live_record import LiveEntry, LiveRecord
from assembler.model.layout import Prefix
from assembler.model.live import LiveState, LiveWritten
from assembler.model.manifest import Manifest
from assembler.model.secret import Values
from assembler.ports import Files, FileState


def states(
    prefix: PurePath, manifest: Manifest, values: Values, files: Files
) -> tuple[LiveState, ...]:
    """What is due of the live files of a generation, as far as these values of secrets tell.

    Raises `MachineError` for files that can't be read.
    """
    places = Prefix(prefix)
    live = _Live(places, files, live_record.load(places, files) or LiveRecord(key=b""))
    return tuple(live.state(each, values) for each in described(prefix, manifest))


def hashes(prefix: PurePath, manifest: Manifest, values: Values, files: Files) -> Mapping[str, str]:
    """For each part with live files, a keyed hash of all that they hold with these values."""
    record = live_record.load(Prefix(prefix), files) or LiveRecord(key=b"")
    found: dict[str, bytes] = {}
    for each in described(prefix, manifest):
        content = f"{each.name}\0{record.of_content(each.filled(values))}\0".encode()
        found[each.part] = found.get(each.part, b"") + content
    return {part: record.of_content(contents) for part, contents in found.items()}


def written(prefix: PurePath, files: Files) -> frozenset[str]:
    """The names of the live files that were written."""
    record = live_record.load(Prefix(prefix), files)
    return frozenset(record.files if record else ())


def write(
    prefix: PurePath,
    wanted: Iterable[Described],
    values: Values,
    files: Files,
    key: Callable[[], bytes],
) -> LiveWritten:
    """Write those of these live files that are not as they should be.

    The prefix's lock must be held. What was changed by hand is set aside. `key` makes the random
    key of the prefix's first record. Until all is written, old and new content both count as ours.
    """
    places = Prefix(prefix)
    before = live_record.load(places, files)
    record = before or LiveRecord(key=key())
    live = _Live(places, files, record)
    entries = [(each, record.entry(each, values)) for each in wanted]
    due = [(each, entry) for each, entry in entries if not live.stands(each, entry)]
    if due:
        live.save(record.having({each.name: live.begun(each, entry) for each, entry in due}))
    aside = [pair for each, _ in due for pair in live.make_way(each)]
    for each, _ in due:
        files.replace(live.path(each.name), each.filled(values), each.mode)
    done = record.having({each.name: entry for each, entry in entries})
    if due or (entries and done != before):
        live.save(done)
    return LiveWritten(paths=tuple(each.shown for each, _ in due), aside=tuple(aside))


def retire(prefix: PurePath, kept: Iterable[Manifest], files: Files) -> tuple[str, ...]:
    """Remove the live files that none of these generations describes, as they were written.

    Returns the paths of those that were changed by hand, which stay.
    """
    places = Prefix(prefix)
    record = live_record.load(places, files)
    if record is None:
        return ()
    live = _Live(places, files, record)
    names = {each.name for manifest in kept for each in described(prefix, manifest)}
    gone = [name for name in record.files if name not in names]
    left = [name for name in gone if not live.removed(name)]
    if gone:
        entries = {name: entry for name, entry in record.files.items() if name in names}
        live.save(msgspec.structs.replace(record, files=entries))
    return tuple(str(live.path(name)) for name in left)


class _Live:
    """The live files that stand in a prefix, and what is recorded of them."""

    def __init__(self, places: Prefix, files: Files, record: LiveRecord) -> None:
        self._places = places
        self._files = files
        self._record = record

    def path(self, name: str) -> PurePath:
        """Where a live file stands."""
        return self._places.live / name

    def save(self, record: LiveRecord) -> None:
        """Write down what is known now."""
        live_record.save(self._places, record, self._files)

    def state(self, wanted: Described, values: Values) -> LiveState:
        """Whether a live file is due, and why."""
        found = LiveState(path=wanted.shown, part=wanted.part)
        standing, entry = self._files.state(self.path(wanted.name)), self._entry(wanted.name)
        if standing is None:
            return msgspec.structs.replace(found, due=True, reason="new")
        if entry is None or not self._is_ours(wanted.name, standing):
            return msgspec.structs.replace(found, due=True, reason="edited")
        if entry.description != wanted.digest:
            return msgspec.structs.replace(found, due=True, reason="described")
        if standing.mode != wanted.mode:
            return msgspec.structs.replace(found, due=True, reason="mode")
        return self._compared(found, wanted.content.secrets, entry, values)

    def _compared(
        self, found: LiveState, names: tuple[str, ...], entry: LiveEntry, values: Values
    ) -> LiveState:
        """Whether a live file holds these values."""
        now = self._record.of_secrets(names, values)
        rotated = tuple(name for name in now if now[name] != entry.secrets.get(name))
        if rotated:
            return msgspec.structs.replace(found, due=True, reason="rotated", secrets=rotated)
        missing = tuple(name for name in names if name not in now)
        if missing:
            return msgspec.structs.replace(found, due=None, reason="missing", secrets=missing)
        return found

    def stands(self, wanted: Described, entry: LiveEntry) -> bool:
        """Whether a live file is just as it is to be."""
        standing = self._files.state(self.path(wanted.name))
        if standing is None or standing.kind != "file" or standing.mode != wanted.mode:
            return False
        return self._content(wanted.name) in entry.contents

    def begun(self, wanted: Described, entry: LiveEntry) -> LiveEntry:
        """What is known of a live file while it is being replaced."""
        before = self._entry(wanted.name)
        contents = (*entry.contents, *(before.contents if before else ()))
        return msgspec.structs.replace(entry, contents=tuple(dict.fromkeys(contents)))

    def make_way(self, wanted: Described) -> Iterator[tuple[str, str]]:
        """Set aside what is not ours where a live file, or a folder above it, is to stand."""
        above = wanted.name
        while "/" in above:
            above = above.rpartition("/")[0]
            standing = self._files.state(self.path(above))
            if standing is not None and standing.kind != "directory":
                yield self._set_aside(above)
        standing = self._files.state(self.path(wanted.name))
        if standing is not None and not self._is_ours(wanted.name, standing):
            yield self._set_aside(wanted.name)

    def removed(self, name: str) -> bool:
        """Remove a live file, and folders that are empty then; false where it is not ours."""
        standing = self._files.state(self.path(name))
        if standing is not None and not self._is_ours(name, standing):
            return False
        self._files.remove(self.path(name))
        while "/" in name:
            name = name.rpartition("/")[0]
            if self._files.names(self.path(name)):
                break
            self._files.remove(self.path(name))
        return True

    def _set_aside(self, name: str) -> tuple[str, str]:
        path, number = self.path(name), 1
        aside = path.with_name(f"{path.name}.edited")
        while self._files.state(aside) is not None:
            number += 1
            aside = path.with_name(f"{path.name}.edited-{number}")
        self._files.rename(path, aside)
        return str(path), str(aside)

    def _entry(self, name: str) -> LiveEntry | None:
        return self._record.files.get(name)

    def _is_ours(self, name: str, standing: FileState) -> bool:
        entry = self._entry(name)
        if entry is None or standing.kind != "file":
            return False
        return self._content(name) in entry.contents

    def _content(self, name: str) -> str:
        return self._record.of_content(self._files.read(self.path(name)))
