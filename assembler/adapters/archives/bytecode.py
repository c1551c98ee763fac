"""Bytecode of a stored tree, compiled by the Python that will run it."""

from assembler.errors import MachineError
from assembler.model.limits import Limits
from assembler.model.target import Interpreter
from assembler.ports import CommandLine, Processes

_COMPILE = """\
import sys
sys.path[:] = [path for path in sys.path if path]
import errno, gc, os
from importlib.util import MAGIC_NUMBER, cache_from_source, source_hash
from marshal import dumps
gc.disable()
sys.setrecursionlimit(10000)
start = MAGIC_NUMBER + (1).to_bytes(4, "little")
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
"""Does what `py_compile` does, with less around it."""


def compile_tree(site: str, python: Interpreter, processes: Processes, limits: Limits) -> None:
    """Compile every module below a directory into `__pycache__`, with unchecked hashes.

    What does not compile (templates, other versions' syntax) is left out. The path in the bytecode
    is relative to `site`; Python puts in the real one when it loads it.
    """
    command = CommandLine(
        argv=(python.executable, "-s", "-S", "-B", "-W", "ignore", "-c", _COMPILE),
        environment={"PYTHONHASHSEED": "0", "PYTHONUTF8": "1"},
        directory=site,
        timeout=limits.compile_time,
    )
    result = processes.run(command)
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
