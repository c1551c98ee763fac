"""What is known about live files without their secrets: keyed hashes, never values."""

import hashlib
import hmac
from collections.abc import Mapping

import msgspec

from assembler.errors import MachineError
from assembler.execute.described import Described
from assembler.model.layout import Prefix
from assembler.model.secret import Values
from assembler.ports import Files

_MODE = 0o600
_SCHEMA = 1


class LiveEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A live file that was written.

    `description` is the hash of what it was written from; `contents` are the keyed hashes of
    contents that are ours, several while it is being replaced; `secrets` those of the values in it.
    """

    description: str
    contents: tuple[str, ...]
    secrets: Mapping[str, str] = {}


class LiveRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The live files of a prefix, by their path below `live`, and the random key of the hashes."""

    key: bytes
    files: Mapping[str, LiveEntry] = {}
    schema: int = _SCHEMA

    def of_content(self, content: bytes) -> str:
        """The keyed hash of a file's content."""
        return self._hash(b"content\0" + content)

    def of_secrets(self, names: tuple[str, ...], values: Values) -> Mapping[str, str]:
        """The keyed hashes of these secrets, as far as they have values."""
        return {
            name: self._hash(f"secret\0{name}\0{values[name].reveal()}".encode())
            for name in names
            if name in values
        }

    def entry(self, wanted: Described, values: Values) -> LiveEntry:
        """What will be known of a live file once it is written."""
        return LiveEntry(
            description=wanted.digest,
            contents=(self.of_content(wanted.filled(values)),),
            secrets=self.of_secrets(wanted.content.secrets, values),
        )

    def having(self, entries: Mapping[str, LiveEntry]) -> "LiveRecord":
        """The record with these entries, too."""
        return msgspec.structs.replace(self, files={**self.files, **entries})

    def _hash(self, message: bytes) -> str:
        return hmac.new(self.key, message, hashlib.sha256).hexdigest()


def load(places: Prefix, files: Files) -> LiveRecord | None:
    """The record of a prefix; `None` where there is none, or a damaged one.

    Raises `MachineError` for one that can't be read or that a newer assembler wrote.
    """
    try:
        record = msgspec.json.decode(files.read(places.live_record), type=LiveRecord)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
    if record.schema > _SCHEMA:
        raise MachineError(
            f"the live files in `{places.path}` were written by a newer assembler",
            hints=["use that version or a later one"],
        )
    return record


def save(places: Prefix, record: LiveRecord, files: Files) -> None:
    """Write the record, which its owner alone may read."""
    files.replace(places.live_record, msgspec.json.encode(record), _MODE)
