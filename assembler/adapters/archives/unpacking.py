"""Unpacks wheels for `unpackers.py`; run as a script of its own.

Standard input: first, as `marshal` writes them, where modules are found, whether and where their
bytecode is written, and limits; then one request after the other, a wheel each; its end means that
assembler is gone, or needs no more. Standard output: for each the answer, or nothing where it could
not be given.
"""

import marshal
import os
import select
import sys
from _thread import start_new_thread


def answer_requests() -> None:
    """Unpack and finish wheels until no more is asked for."""
    os.umask(0o022)
    start_new_thread(_end_with_parent, ())
    found = marshal.load(sys.stdin.buffer)  # noqa: S302 - from our own parent
    sys.path[:], sys.dont_write_bytecode, sys.pycache_prefix, given = found
    import msgspec  # noqa: PLC0415 - found only now

    from assembler.adapters.archives.case import folds_case  # noqa: PLC0415 - found only now
    from assembler.adapters.archives.unpack import answer  # noqa: PLC0415 - found only now
    from assembler.adapters.archives.unpacked import (  # noqa: PLC0415 - found only now
        FinishRequest,
        UnpackRequest,
    )
    from assembler.model.limits import Limits  # noqa: PLC0415 - found only now

    requests = msgspec.msgpack.Decoder(UnpackRequest | FinishRequest)
    limits = msgspec.msgpack.decode(given, type=Limits)
    while True:
        try:
            request = marshal.load(sys.stdin.buffer)  # noqa: S302 - from our own parent
        except EOFError:
            return
        try:
            told = msgspec.msgpack.encode(answer(requests.decode(request), limits, folds_case))
        except Exception:  # noqa: BLE001 - our parent will do it, and tell what is wrong
            told = b""
        sys.stdout.buffer.write(marshal.dumps(told))
        sys.stdout.buffer.flush()


def _end_with_parent() -> None:
    """Leave what is half done, for nobody waits for it any more."""
    parent = select.poll()
    parent.register(sys.stdin, 0)
    parent.poll()
    os._exit(0)


if __name__ == "__main__":
    answer_requests()
