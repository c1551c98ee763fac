"""Child processes: commands of parts and build back ends."""

import marshal
import os
import selectors
import signal
import subprocess
import sys
import time
from collections import deque
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import IO

from assembler.errors import MachineError, StoppedError
from assembler.model.limits import DEFAULTS
from assembler.ports import CommandLine, CommandResult

_SUPERVISOR = Path(__file__).with_name("supervisor.py")
_CHUNK = 1 << 16


class ChildProcesses:
    """The `Processes` port on this machine.

    Each command runs in a session of its own under a small supervisor. The whole process group is
    killed when the command has ended, when its time is up, when we are interrupted or closed, and,
    by the supervisor, when we are killed. Of its output the last `kept` bytes are told.
    """

    def __init__(self, kept: int = DEFAULTS.output_size) -> None:
        self._kept = kept
        self._running: set[subprocess.Popen[bytes]] = set()
        self._closed = False
        self._lock = Lock()

    def run(self, command: CommandLine) -> CommandResult:
        """Run a command to its end; one that can't be started has status 127.

        Raises `MachineError` where no process can be made, and `StoppedError` once we are closed.
        """
        try:
            supervisor = self._started(command)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise MachineError(f"can't run `{command.argv[0]}`: {reason}") from error
        with supervisor:
            try:
                result = _attend(supervisor, command, self._kept)
            finally:
                self._end(supervisor)
        if self._closed and result.status == -signal.SIGKILL and not result.timed_out:
            raise _stopped(command)
        return result

    def close(self) -> None:
        """Kill what other threads still run, and start nothing any more."""
        with self._lock:
            self._closed = True
            for supervisor in self._running:
                _kill(supervisor)

    def _started(self, command: CommandLine) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._closed:
                raise _stopped(command)
            supervisor = subprocess.Popen(
                [sys.executable, "-I", "-S", os.fspath(_SUPERVISOR)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=command.directory,
                start_new_session=True,
                bufsize=0,
            )
            self._running.add(supervisor)
        return supervisor

    def _end(self, supervisor: subprocess.Popen[bytes]) -> None:
        with self._lock:
            self._running.discard(supervisor)
            _kill(supervisor)


def _stopped(command: CommandLine) -> StoppedError:
    return StoppedError(f"`{command.argv[0]}` did not run to its end: assembler is ending")


def _kill(supervisor: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(supervisor.pid, signal.SIGKILL)


def _attend(supervisor: subprocess.Popen[bytes], command: CommandLine, kept: int) -> CommandResult:
    request, report, output = _pipes(supervisor)
    deadline = time.monotonic() + command.timeout
    with suppress(BrokenPipeError):
        request.write(marshal.dumps((list(command.argv), dict(command.environment))))
    tail = _Tail(kept)
    reported = _listen(report, output, tail, deadline)
    _kill(supervisor)
    _drain(output, tail)
    if reported is None:
        return CommandResult(-signal.SIGKILL, tail.text(), timed_out=True)
    status = int(reported) if reported else supervisor.wait()
    return CommandResult(status, tail.text())


def _pipes(supervisor: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes], IO[bytes]]:
    if supervisor.stdin is None or supervisor.stdout is None or supervisor.stderr is None:
        raise RuntimeError("a supervisor without pipes")
    return supervisor.stdin, supervisor.stdout, supervisor.stderr


class _Tail:
    """The last bytes of an output."""

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._chunks: deque[bytes] = deque()
        self._size = 0

    def add(self, chunk: bytes) -> None:
        self._chunks.append(chunk)
        self._size += len(chunk)
        while self._size - len(self._chunks[0]) >= self._kept:
            self._size -= len(self._chunks.popleft())

    def text(self) -> str:
        return b"".join(self._chunks)[-self._kept :].decode(errors="replace")


def _listen(report: IO[bytes], output: IO[bytes], tail: _Tail, deadline: float) -> bytes | None:
    """Collect the output until the supervisor reports; `None` where the time is up before."""
    with selectors.DefaultSelector() as selector:
        selector.register(report, selectors.EVENT_READ)
        selector.register(output, selectors.EVENT_READ)
        while (left := deadline - time.monotonic()) > 0:
            for key, _ in selector.select(left):
                if key.fileobj is report:
                    return os.read(report.fileno(), _CHUNK)
                chunk = os.read(output.fileno(), _CHUNK)
                if chunk:
                    tail.add(chunk)
                else:
                    selector.unregister(output)
    return None


def _drain(output: IO[bytes], tail: _Tail) -> None:
    """Take what was written before the end, without waiting for who still holds the pipe."""
    os.set_blocking(output.fileno(), False)
    with suppress(BlockingIOError):
        while chunk := os.read(output.fileno(), _CHUNK):
            tail.add(chunk)
