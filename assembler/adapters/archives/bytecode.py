"""Bytecode of a stored tree, compiled by the Python that will run it."""

import os
import shutil
from collections.abc import Sequence
from pathlib import PurePath

from assembler.adapters.archives.together import Together
from assembler.errors import MachineError
from assembler.model.limits import Limits
from assembler.model.target import Interpreter
from assembler.ports import CommandLine, Processes

_MOST = 4 * 2**20
"""How many bytes of modules one process compiles, which takes less than a second."""

_COMPILE = """\
import sys
sys.path[:] = [path for path in sys.path if path]
import errno, gc, os
from importlib.util import MAGIC_NUMBER, cache_from_source, source_hash
from marshal import dumps
gc.disable()
sys.setrecursionlimit(10000)
start = MAGIC_NUMBER + (1).to_bytes(4, "little")
for path in sys.argv[1:]:
    if not os.fork():
        os.chdir(path)
        break
    if os.wait()[1]:
        sys.exit(1)
else:
    if sys.argv[1:]:
        sys.exit()
for folder, folders, names in os.walk("."):
    folders[:] = sorted(name for name in folders if name != "__pycache__")
    for path in sorted(os.path.join(folder, name)[2:] for name in names if name.endswith(".py")):
        try:
            with open(path, "rb") as file:
                source = file.read()
            code = compile(source, path, "exec", dont_inherit=True)
            content = start + source_hash(source) + dumps(code)
        except Exception:
            continue
        cached = cache_from_source(path)
        try:
            os.makedirs(os.path.dirname(cached), exist_ok=True)
            with open(cached, "xb") as file:
                file.write(content)
        except OSError as error:
            if error.errno not in (errno.EEXIST, errno.ENOTDIR, errno.ENAMETOOLONG):
                sys.exit(f"{cached}: {error.strerror}")
"""
"""Does what `py_compile` does, with less around it, in the folder where it is started.

Of several folders each is compiled by a process that knows nothing of the others. Names that the
interpreter does not have already must not be added: what is written depends on them.
"""


class Compiler:
    """Compiles trees by one Python, in up to `jobs` processes; small ones together."""

    def __init__(
        self, python: Interpreter, processes: Processes, limits: Limits, jobs: int
    ) -> None:
        self._python = python
        self._processes = processes
        self._limits = limits
        self._together = Together(self._compile, turns=jobs, most=_MOST)

    @property
    def waiting(self) -> int:
        """How many trees are to be compiled by what did not start yet."""
        return self._together.waiting

    def compile(self, site: str, source: int) -> None:
        """Compile every module below a directory, whose modules have so many bytes.

        Raises `MachineError`, as `compile_tree` does.
        """
        self._together.do(site, source)

    def close(self) -> None:
        """Start no more of them; who waits for one is told with `StoppedError`."""
        self._together.close()

    def _compile(self, sites: Sequence[str]) -> None:
        if len(sites) == 1:
            compile_tree(sites[0], self._python, self._processes, self._limits)
            return
        command = _command(self._python, PurePath(sites[0]).anchor, self._limits, *sites)
        result = self._processes.run(command)
        if result.timed_out or result.status != 0:
            for site in sites:
                _remove_bytecode(site)
            raise _NotTogetherError


class _NotTogetherError(Exception):
    """Trees could not be compiled together."""


def _remove_bytecode(site: str) -> None:
    for folder, folders, _ in os.walk(site):
        if "__pycache__" in folders:
            shutil.rmtree(f"{folder}/__pycache__")
            folders.remove("__pycache__")


def compile_tree(site: str, python: Interpreter, processes: Processes, limits: Limits) -> None:
    """Compile every module below a directory into `__pycache__`, with unchecked hashes.

    What does not compile (templates, other versions' syntax) is left out. The path in the bytecode
    is relative to `site`; Python puts in the real one when it loads it.
    """
    result = processes.run(_command(python, site, limits))
    if result.timed_out:
        took = f"took more than {limits.compile_time:g} seconds to compile bytecode"
        raise MachineError(
            f"`{python.executable}` {took}",
            hints=(limits.way_out("compile_time"),),
        )
    if result.status != 0:
        raise MachineError(
            f"`{python.executable}` can't compile bytecode: it ended with status {result.status}",
            details=tuple(result.output.splitlines()[-5:]),
        )


def _command(python: Interpreter, directory: str, limits: Limits, *sites: str) -> CommandLine:
    return CommandLine(
        argv=(python.executable, "-s", "-S", "-B", "-W", "ignore", "-c", _COMPILE, *sites),
        environment={"PYTHONHASHSEED": "0", "PYTHONUTF8": "1"},
        directory=directory,
        timeout=limits.compile_time,
    )
