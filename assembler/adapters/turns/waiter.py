"""Waiting for lock files, and saying for whom."""

from pathlib import Path
from time import monotonic, sleep

from assembler.adapters.turns.lock_file import LockFile, holder_of, tried
from assembler.errors import StoppedError
from assembler.ports import Reporter

GRACE = 0.5
"""How long a command waits before it says so, in seconds."""

_SHORTEST, _LONGEST = 0.001, 0.05
"""From one look at a lock file to the next, in seconds."""


class Waiter:
    """Takes lock files for one command.

    Who has waited for a while says for which process, its command, and what that does; once for
    each process and kind of work.
    """

    def __init__(self, reporter: Reporter, grace: float = GRACE) -> None:
        self._reporter = reporter
        self._grace = grace
        self._said: set[tuple[int, str]] = set()
        self._stopped = False

    def take(self, path: Path, doing: str) -> LockFile:
        """Hold a lock file once nobody else does; `doing` is what others read of us.

        Raises `OSError` where there are no locks, and `StoppedError` once nobody is to wait.
        """
        began, pause = monotonic(), _SHORTEST
        while (taken := tried(path)) is None:
            if self._stopped:
                raise StoppedError(f"`{path}` is held by another process, and assembler is ending")
            if monotonic() - began >= self._grace:
                self._announce(path)
            sleep(pause)
            pause = min(2 * pause, _LONGEST)
        taken.sign(doing)
        return taken

    def stop(self) -> None:
        """Let nobody wait any more."""
        self._stopped = True

    def _announce(self, path: Path) -> None:
        holder = holder_of(path)
        if holder is None:
            kind, who, doing = (0, str(path)), "another process", ""
        else:
            kind = holder.pid, holder.doing.partition(" ")[0]
            who, doing = f"process {holder.pid} (`{holder.command}`)", holder.doing
        if kind not in self._said:
            self._said.add(kind)
            self._reporter.note(f"waiting for {who}, which {doing or f'holds `{path}`'}")
