"""Files that are read whole."""

from pathlib import PurePath

from assembler.app.sizes import holds
from tests.fakes.files import MemoryFiles

LARGE = PurePath("/srv/large")


class NotRead(MemoryFiles):
    """Files of which one is too large to be read."""

    def read(self, path: PurePath) -> bytes:
        assert path != LARGE
        return super().read(path)


def test_what_a_file_holds_is_told_by_its_size_first() -> None:
    files = NotRead()
    files.write(LARGE, b"larger")
    files.write(PurePath("/srv/file"), b"lock")
    files.symlink(PurePath("/srv/link"), "file")
    assert not holds(LARGE, b"lock", files)
    assert not holds(PurePath("/srv/none"), b"", files)
    assert not holds(PurePath("/srv/file"), b"LOCK", files)
    assert holds(PurePath("/srv/file"), b"lock", files)
    assert holds(PurePath("/srv/link"), b"lock", files)
