"""What is asked of those who unpack wheels, and what they answer."""

import msgspec

from assembler.model.distribution import StoredFile, StoredWheel


class UnpackRequest(msgspec.Struct, frozen=True, kw_only=True, tag="unpack"):
    """A wheel file and its sha256, the tree that it becomes, and the key of that.

    `minor` is the minor version of the Python that will run it. The answer is `Unpacked`.
    """

    wheel: str
    sha256: str
    tree: str
    key: str
    minor: str


class RecordRow(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A line of a RECORD that is to be written; without a digest it has no size either.

    The path is below a place of an environment; rows are sorted without that.
    """

    path: str
    place: str = ""
    digest: bytes = b""
    size: int = 0


class Unpacked(msgspec.Struct, frozen=True, kw_only=True):
    """An unpacked wheel: its files but for bytecode and RECORD, and what RECORD will say.

    `source` is how many bytes its modules have.
    """

    wheel: StoredWheel
    files: tuple[StoredFile, ...]
    record: str
    rows: tuple[RecordRow, ...]
    source: int


class FinishRequest(msgspec.Struct, frozen=True, kw_only=True, tag="finish"):
    """An unpacked wheel in its tree, and whether that was compiled. The answer is `StoredWheel`."""

    unpacked: msgspec.Raw
    tree: str
    compiled: bool
