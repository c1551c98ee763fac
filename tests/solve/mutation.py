"""Takes each rule out of a copy of the product, and runs its scenario there, which must fail.

`python -m tests.solve.mutation [RULE…]`. The product is imported in forked processes only, so that
each of them sees its own copy.
"""

import io
import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory

import pytest

from tests.solve.mutants import ROOT, Mutant, mutants, rules

_LONGEST = 60
_FAILED = pytest.ExitCode.TESTS_FAILED


class _Witness:
    """Collects what failing tests raise."""

    def __init__(self) -> None:
        self.raised: list[BaseException] = []

    def pytest_exception_interact(self, call: "pytest.CallInfo[None]") -> None:
        if call.excinfo is not None:
            self.raised.append(call.excinfo.value)


@contextmanager
def _bounded() -> Iterator[None]:
    """Raise `TimeoutError` in what takes too long."""

    def stop(_number: int, _frame: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(_LONGEST)
    yield
    signal.alarm(0)


def _pytest(*tests: str) -> tuple[int, list[BaseException], str]:
    witness, out = _Witness(), io.StringIO()
    options = ["-q", "--noconftest", "-p", "no:cacheprovider"]
    with redirect_stdout(out), redirect_stderr(out), _bounded():
        code = pytest.main([*options, *tests], plugins=[witness])
    return int(code), witness.raised, out.getvalue()


def _copy(mutant: Mutant, folder: Path) -> None:
    """A product without the rule: links to everything but the file that differs."""
    file = PurePath(mutant.file)
    for parent in reversed(file.parents[:-1]):
        (folder / parent).mkdir()
        for path in (ROOT / parent).iterdir():
            if path.relative_to(ROOT) not in (file, *file.parents):
                (folder / parent / path.name).symlink_to(path)
    content = mutant.applied((ROOT / file).read_text("utf-8"))
    (folder / file).write_text(content, "utf-8")


def _fault(mutant: Mutant, test: str) -> str:
    """What is wrong with a mutant, in a process of its own; empty if the test fails as it must."""
    with TemporaryDirectory() as folder:
        _copy(mutant, Path(folder))
        sys.path.insert(0, folder)
        module = import_module(mutant.file.removesuffix(".py").replace("/", "."))
        assert Path(str(module.__file__)).is_relative_to(folder)
        errors = import_module("assembler.errors")
        code, raised, out = _pytest(test)
    if code == 0:
        return "the scenario passes without the rule"
    told = (AssertionError, pytest.fail.Exception, errors.AssemblerError)
    if code != _FAILED or not all(isinstance(error, told) for error in raised):
        return f"the product breaks instead of doing without the rule:\n{out[-2000:]}"
    return ""


def _tried(task: tuple[str, Mutant, str]) -> tuple[str, str]:
    name, mutant, test = task
    try:
        return name, _fault(mutant, test)
    except (Exception, TimeoutError) as error:  # noqa: BLE001 - told with the rule's name
        return name, f"can't be tried: {error!r}"


def _sound(tests: Sequence[str]) -> bool:
    """Whether the tests pass as long as no rule is taken out."""
    code, _, out = _pytest(*tests)
    if code:
        sys.stdout.write(out)
    return code == 0


def main(known: Mapping[str, Mutant]) -> int:
    """Try these rules' mutants; 1 if a rule can be taken out unnoticed."""
    tests = rules()
    tasks = [(name, mutant, tests[name]) for name, mutant in sorted(known.items())]
    faults = 0
    sys.dont_write_bytecode = True
    os.chdir(ROOT)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    for outside in ("packaging.requirements", "resolvelib.resolvers"):
        import_module(outside)
    _pytest("--version")
    with get_context("fork").Pool(os.cpu_count(), maxtasksperchild=1) as pool:
        if not pool.apply(_sound, [sorted({test for _, _, test in tasks})]):
            return 1
        for name, fault in pool.imap_unordered(_tried, tasks, chunksize=1):
            faults += bool(fault)
            if fault:
                sys.stdout.write(f"{name}: {fault}\n")
    sys.stdout.write(f"{len(tasks)} rules taken out one by one, {faults} not noticed\n")
    return min(faults, 1)


if __name__ == "__main__":
    every = mutants()
    sys.exit(main({name: every[name] for name in sys.argv[1:]} or every))
