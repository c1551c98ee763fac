"""Runs one command for `processes.py`, as a script of its own, and ends it when assembler ends.

Standard input: the command as `marshal` writes it, then nothing; its end means that assembler is
gone. Standard output: the wait status of the command. Standard error: the command's output.
"""

import marshal
import os
import signal
import sys
from _thread import start_new_thread

NOT_FOUND = 127


def supervise() -> None:
    """Run the command in this process group and report how it ended."""
    argv, environment = marshal.load(sys.stdin.buffer)  # noqa: S302 - from our own parent
    child = os.fork()
    if child == 0:
        _become(argv, environment)
    start_new_thread(_end_with_parent, ())
    _, status = os.waitpid(child, 0)
    os.write(1, str(os.waitstatus_to_exitcode(status)).encode())


def _become(argv: list[str], environment: dict[str, str]) -> None:
    try:
        for number in (signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(number, signal.SIG_DFL)
        os.umask(0o022)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(2, 1)
        os.execvpe(argv[0], argv, environment)  # noqa: S606 - a command as it was given
    except OSError as error:
        os.write(2, f"{argv[0]}: {error.strerror}\n".encode())
    finally:
        os._exit(NOT_FOUND)


def _end_with_parent() -> None:
    while os.read(0, 1):
        pass
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    supervise()
