"""Commands on file systems that know no locks."""

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from tests.behaviours.programs import program, release_app
from tests.behaviours.world import PATIENCE, World
from tests.faults.preloading import compiled
from tests.servers import serve
from tests.wheels import make_tree

HOLD = """
import sys
from pathlib import Path
from assembler.adapters.turns import FilePrefixLock, FolderCacheLock

class Said:
    def note(self, message):
        raise AssertionError(message)

folder = Path(sys.argv[1])
one, other = FolderCacheLock(folder, Said(), grace=0.0), FolderCacheLock(folder, Said(), grace=0.0)
prefix = FilePrefixLock(Said(), grace=0.0)
with one.hold("key", "makes"), other.hold("key", "makes"), one.alone(), other.alone():
    with prefix.hold(folder / "lock"), prefix.hold(folder / "lock"):
        print("worked")
one.close()
other.close()
"""


@pytest.mark.parametrize(
    "error", [errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS], ids=errno.errorcode.__getitem__
)
def test_locks_that_do_not_work_hold_nobody_up(tmp_path: Path, error: int) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", HOLD, tmp_path / "locks"],
        env={"LD_PRELOAD": str(compiled("unlockable.c", tmp_path)), "UNLOCKABLE_ERROR": str(error)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (ended.stdout, ended.stderr) == ("worked\n", "")


def test_nothing_needs_locks(tmp_path: Path) -> None:
    with serve({}) as index:
        world = World(tmp_path, index)
        release_app(world, "tool", "1.0", "tool")
        make_tree(world.project / "own", "own", "1.0")
        sources = '[sources]\nown = { path = "own" }'
        world.assembly(program("web", ["tool", "own"]), before=sources)
        without = {
            "LD_PRELOAD": str(compiled("unlockable.c", tmp_path)),
            "UNLOCKABLE_ERROR": str(errno.ENOLCK),
        }
        for command in (("lock",), ("build",), ("cache", "clean"), ("build", "--prefix", "other")):
            world.done(*command, environment=without)
        assert world.launch("tool", prefix=world.project / "other") == "tool 1.0"
        world.done("verify")
        assert [path.name for path in (world.cache / "locks").iterdir()] == ["gate"]
