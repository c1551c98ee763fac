"""Bytecode of a stored tree, compiled by the Python that will run it."""

from assembler.errors import MachineError
from assembler.model.limits import Limits
from assembler.model.target import Interpreter
from assembler.ports import CommandLine, Processes

_COMPILE = """\
import sys
sys.path[:] = [path for path in sys.path if path]
import gc, os, py_compile, warnings
gc.disable()
warnings.simplefilter("ignore")
sys.setrecursionlimit(10000)
mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
for folder, folders, names in os.walk("."):
    folders[:] = sorted(name for name in folders if name != "__pycache__")
    for name in sorted(names):
        if name.endswith(".py"):
            path = os.path.join(folder, name)[2:]
            try:
                py_compile.compile(path, dfile=path, doraise=True, invalidation_mode=mode)
            except (py_compile.PyCompileError, OSError, ValueError, RecursionError, MemoryError):
                pass
"""


def compile_tree(site: str, python: Interpreter, processes: Processes, limits: Limits) -> None:
    """Compile every module below a directory into `__pycache__`, with unchecked hashes.

    What does not compile (templates, other versions' syntax) is left out. The path in the bytecode
    is relative to `site`; Python puts in the real one when it loads it.
    """
    command = CommandLine(
        argv=(python.executable, "-s", "-S", "-B", "-c", _COMPILE),
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
