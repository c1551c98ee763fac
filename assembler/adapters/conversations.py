"""Processes that answer questions; implements `recipe.Conversations`."""

import marshal
import os
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from functools import partial
from pathlib import Path, PurePath
from typing import IO

import msgspec

import assembler
from assembler.model.limits import DEFAULTS, Limits
from assembler.recipe import SilencedError

_SUPERVISOR = Path(__file__).with_name("supervisor.py")
_ANSWERING = Path(__file__).with_name("answering.py")
_GIVEN = {module.__name__: str(module.__file__) for module in (assembler, msgspec)}
_CHUNK = 1 << 16
_OUTPUT_LIMIT = 1 << 16
_LAST_CHUNKS = 16
_FIXED = {
    "LANG": "C.UTF-8",
    "PATH": "/usr/bin:/bin",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONNOUSERSITE": "1",
    "TZ": "UTC",
}


class ChildConversations:
    """Processes of this machine, each in a folder of its own, ended with us and when closed.

    Their environment is fixed, and none of it is ours.
    """

    def __init__(self, limits: Limits = DEFAULTS) -> None:
        self._limits = limits
        self._open: list[ChildConversation] = []

    def start(self, python: PurePath, answers: str) -> "ChildConversation":
        """Let a Python answer by what `module:name` of assembler makes."""
        conversation = ChildConversation(python, answers, self._limits)
        self._open.append(conversation)
        return conversation

    def close(self) -> None:
        """End all of them."""
        while self._open:
            self._open.pop().close()


class ChildConversation:
    """One process under the supervisor that ends it with us, also when we are killed."""

    def __init__(self, python: PurePath, answers: str, limits: Limits) -> None:
        self._limits = limits
        self._silenced: SilencedError | None = None
        self._closed = False
        self._output = b""
        self._folder = Path(tempfile.mkdtemp(prefix="assemble-recipes-"))
        theirs, self._questions = os.pipe()
        self._answers, their_answers = os.pipe()
        given = (f"{name}={Path(file).parent.parent}" for name, file in _GIVEN.items())
        argv = [str(python), "-s", "-P", "-B", str(_ANSWERING), str(theirs), str(their_answers)]
        try:
            self._supervisor = self._started([*argv, answers, *given], (theirs, their_answers))
        finally:
            os.close(theirs)
            os.close(their_answers)
        os.set_blocking(self._questions, False)

    def ask(self, question: bytes) -> bytes:
        """The answer, a line without its end."""
        if self._silenced is None:
            try:
                return self._answer(question + b"\n")
            except SilencedError as error:
                self._silenced = error
                self.close()
        raise self._silenced

    def close(self) -> None:
        """End the process with its group, and remove its folder."""
        self._silenced = self._silenced or SilencedError("is closed")
        if not self._closed:
            self._closed = True
            self._kill()
            with self._supervisor:
                pass
            os.close(self._questions)
            os.close(self._answers)
            shutil.rmtree(self._folder, ignore_errors=True)

    def _started(self, argv: list[str], descriptors: tuple[int, int]) -> subprocess.Popen[bytes]:
        folders = {name: self._folder / name.lower() for name in ("HOME", "TMPDIR", "WORK")}
        for folder in folders.values():
            folder.mkdir()
        supervisor = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_SUPERVISOR)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folders.pop("WORK"),
            start_new_session=True,
            pass_fds=descriptors,
            bufsize=0,
        )
        environment = {
            **_FIXED,
            **{name: str(folder) for name, folder in folders.items()},
        }
        with suppress(BrokenPipeError):
            os.write(_descriptor(supervisor.stdin), marshal.dumps((argv, environment)))
        return supervisor

    def _answer(self, question: bytes) -> bytes:
        deadline = time.monotonic() + self._limits.recipe_time
        answer = bytearray()
        with selectors.DefaultSelector() as selector:
            asking = partial(self._write, bytearray(question))
            selector.register(self._questions, selectors.EVENT_WRITE, asking)
            selector.register(self._answers, selectors.EVENT_READ, partial(self._read, answer))
            reports, output = self._supervisor.stdout, self._supervisor.stderr
            selector.register(_descriptor(reports), selectors.EVENT_READ, self._told)
            selector.register(_descriptor(output), selectors.EVENT_READ, self._hear)
            while (left := deadline - time.monotonic()) > 0:
                for key, _ in selector.select(left):
                    if not key.data():
                        selector.unregister(key.fd)
                if answer.endswith(b"\n"):
                    return bytes(answer[:-1])
        reason = f"gave no answer within {self._limits.recipe_time:g} seconds"
        raise self._silent(reason, limit="recipe_time")

    def _write(self, due: bytearray) -> bool:
        """Write some of what is due; tell whether any is left that somebody reads."""
        try:
            del due[: os.write(self._questions, due[:_CHUNK])]
        except BrokenPipeError:
            return False
        return bool(due)

    def _read(self, answer: bytearray) -> bool:
        """Take what there is of an answer, which is one line; tell whether more may come."""
        chunk = os.read(self._answers, _CHUNK)
        answer += chunk
        if len(answer) > self._limits.recipe_size:
            reason = f"answered with more than {self._limits.recipe_size} bytes"
            raise self._silent(reason, limit="recipe_size")
        if b"\n" in chunk[:-1]:
            raise self._silent("answered with more than was asked")
        return bool(chunk)

    def _hear(self) -> bool:
        """Take what is written besides answers; tell whether more may come."""
        chunk = os.read(_descriptor(self._supervisor.stderr), _CHUNK)
        self._output = (self._output + chunk)[-_OUTPUT_LIMIT:]
        return bool(chunk)

    def _told(self) -> bool:
        """The supervisor tells of the end."""
        raise self._ended()

    def _ended(self) -> SilencedError:
        """The process has ended; what it wrote last is taken without waiting for more."""
        told = os.read(_descriptor(self._supervisor.stdout), _CHUNK)
        self._kill()
        os.set_blocking(_descriptor(self._supervisor.stderr), False)
        with suppress(BlockingIOError):
            for _ in range(_LAST_CHUNKS):
                self._hear()
        number = int(told) if told else self._supervisor.wait()
        how = f"signal {-number}" if number < 0 else f"status {number}"
        return self._silent(f"its process ended with {how}", ended=True)

    def _kill(self) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._supervisor.pid, signal.SIGKILL)

    def _silent(self, reason: str, *, ended: bool = False, limit: str = "") -> SilencedError:
        output = self._output.decode(errors="replace").strip()
        hints = (self._limits.way_out(limit),) if limit else ()
        return SilencedError(reason, output, ended=ended, hints=hints)


def _descriptor(pipe: IO[bytes] | None) -> int:
    if pipe is None:
        raise RuntimeError("a supervisor without pipes")
    return pipe.fileno()
