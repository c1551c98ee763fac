"""Wheels unpacked by several processes at once.

Threads of one Python would wait for each other: most of what it takes to unpack a wheel is done by
Python. What a process can't do is done again here, which tells why it can't be done.
"""

import marshal
import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Lock

import msgspec

from assembler.adapters.archives.case import folds_case
from assembler.adapters.archives.settings import StoreSettings
from assembler.adapters.archives.trees import CONTENTS
from assembler.adapters.archives.unpacked import FinishRequest, Unpacked, UnpackRequest
from assembler.errors import StoppedError
from assembler.model.distribution import StoredWheel

_SCRIPT = Path(__file__).with_name("unpacking.py")


class _Source(msgspec.Struct, frozen=True):
    """How much there is to be compiled in an unpacked wheel."""

    source: int


# Made when this module is imported: two threads that first decode one type at once can crash.
_source = msgspec.msgpack.Decoder(_Source)
_unpacked = msgspec.msgpack.Decoder(Unpacked)
_stored = msgspec.msgpack.Decoder(StoredWheel)


class Unpackers:
    """Unpacks wheels, in up to `jobs` processes from when there is much to be unpacked."""

    def __init__(self, settings: StoreSettings) -> None:
        self._settings = settings
        self._asked = 0
        self._closed = False
        self._lock = Lock()
        self._started: list[subprocess.Popen[bytes]] = []
        self._free: SimpleQueue[subprocess.Popen[bytes] | None] = SimpleQueue()
        for _ in range(settings.jobs):
            self._free.put(None)

    def unpack(self, request: UnpackRequest) -> tuple[bytes, int]:
        """Unpack a wheel: what `finish` needs, and how many bytes its modules have.

        Raises `IntegrityError` and `OSError`.
        """
        size = Path(request.wheel).stat().st_size
        with self._lock:
            self._asked += size
        unpacked = self._answered(request)
        if not unpacked:
            shutil.rmtree(request.tree, ignore_errors=True)
            unpacked = self._done_here(request)
        return unpacked, _source.decode(unpacked).source

    def finish(self, unpacked: bytes, tree: str, *, compiled: bool) -> StoredWheel:
        """Write what completes the tree of an unpacked wheel. Raises `OSError`."""
        request = FinishRequest(unpacked=msgspec.Raw(unpacked), tree=tree, compiled=compiled)
        stored = self._answered(request)
        if not stored:
            for path in (f"site/{_unpacked.decode(unpacked).record}", CONTENTS):
                Path(tree, path).unlink(missing_ok=True)
            stored = self._done_here(request)
        return _stored.decode(stored)

    def close(self) -> None:
        """End the processes, and unpack nothing any more."""
        with self._lock:
            self._closed = True
            while self._started:
                _end(self._started.pop())

    def _done_here(self, request: UnpackRequest | FinishRequest) -> bytes:
        from assembler.adapters.archives.unpack import answer  # noqa: PLC0415 - loads packaging

        settings = self._settings
        return msgspec.msgpack.encode(answer(request, settings.limits, settings.folds_case))

    def _answered(self, request: UnpackRequest | FinishRequest) -> bytes:
        """What a process answers; empty where there is none, or it has no answer."""
        settings = self._settings
        told = b""
        if self._asked >= settings.worthwhile and settings.folds_case is folds_case:
            told = self._told(msgspec.msgpack.encode(request))
        if self._closed:
            raise _ending()
        return told

    def _told(self, request: bytes) -> bytes:
        unpacker = self._free.get()
        try:
            unpacker = unpacker or self._start()
            return _answer(unpacker, request)
        except (OSError, EOFError, ValueError):
            if unpacker is not None:
                _end(unpacker)
            unpacker = None
            return b""
        finally:
            self._free.put(unpacker)

    def _start(self) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._closed:
                raise _ending()
            unpacker = subprocess.Popen(
                [sys.executable, "-I", "-S", os.fspath(_SCRIPT)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            self._started.append(unpacker)
        modules = (sys.path, sys.dont_write_bytecode, sys.pycache_prefix)
        limits = msgspec.msgpack.encode(self._settings.limits)
        _write(unpacker, marshal.dumps((*modules, limits)))
        return unpacker


def _ending() -> StoppedError:
    return StoppedError("assembler is ending")


def _answer(unpacker: subprocess.Popen[bytes], request: bytes) -> bytes:
    _write(unpacker, marshal.dumps(request))
    if unpacker.stdout is None:
        raise RuntimeError("a process without pipes")
    told: bytes = marshal.load(unpacker.stdout)  # noqa: S302 - from our own child
    return told


def _write(unpacker: subprocess.Popen[bytes], content: bytes) -> None:
    if unpacker.stdin is None:
        raise RuntimeError("a process without pipes")
    unpacker.stdin.write(content)
    unpacker.stdin.flush()


def _end(unpacker: subprocess.Popen[bytes]) -> None:
    unpacker.kill()
    for pipe in (unpacker.stdin, unpacker.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
    unpacker.wait()
