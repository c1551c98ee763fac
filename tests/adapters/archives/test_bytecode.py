"""Compiling what wheels hold."""

import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assembler.adapters.archives.bytecode import Compiler, compile_tree
from assembler.adapters.processes import ChildProcesses
from assembler.errors import MachineError
from assembler.model.limits import Limits
from assembler.model.target import Interpreter
from assembler.ports import CommandLine, CommandResult, Processes

PATIENCE = 20.0
PYTHON = Interpreter(executable=sys.executable, version="3.11.0")
OPTIONS = 8
"""How many words of the command that compiles are none of its folders."""


def test_bytecode_that_the_disk_refuses_is_told_in_one_line(tmp_path: Path) -> None:
    small = tmp_path / "python"
    small.write_text(f'#!/bin/sh\nulimit -f 1\nexec {sys.executable} "$@"\n')
    small.chmod(0o755)
    site = tmp_path / "site"
    site.mkdir()
    (site / "large.py").write_text("\n".join(f"name_{number} = {number}" for number in range(999)))
    python = Interpreter(executable=str(small), version="3.11.0")
    with pytest.raises(MachineError) as caught:
        compile_tree(str(site), python, ChildProcesses(), Limits())
    assert caught.value.message == f"`{small}` can't compile bytecode: it ended with status 1"
    (line,) = caught.value.details
    assert line.startswith("__pycache__/large.")
    assert line.endswith(".pyc: File too large")


class HeldProcesses:
    """Runs commands; the first goes on until it is let go."""

    def __init__(self, processes: Processes) -> None:
        self.begun = Event()
        self.go = Event()
        self.commands: list[Sequence[str]] = []
        self._processes = processes

    def run(self, command: CommandLine) -> CommandResult:
        self.commands.append(command.argv[OPTIONS:])
        self.begun.set()
        assert self.go.wait(PATIENCE)
        return self._processes.run(command)

    def close(self) -> None:
        self._processes.close()


def compiled_together(sites: Sequence[Path], python: Interpreter = PYTHON) -> list[str]:
    """Compile folders, all but the first of them in one turn; what became of each."""
    processes = HeldProcesses(ChildProcesses())
    compiler = Compiler(python, processes, Limits(), jobs=1)
    with ThreadPoolExecutor(len(sites)) as threads:
        futures = [threads.submit(compiler.compile, str(sites[0]), 1)]
        assert processes.begun.wait(PATIENCE)
        futures += [threads.submit(compiler.compile, str(site), 1) for site in sites[1:]]
        while compiler.waiting < len(sites) - 1:
            processes.go.wait(0.001)
        processes.go.set()
        found = [str(each.exception(PATIENCE) or "") for each in futures]
    together = processes.commands[1]
    assert sorted(together) == sorted(map(str, sites[1:]))
    return found


def written(folder: Path, files: Mapping[str, str]) -> Path:
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return folder


def bytecode(site: Path) -> dict[str, bytes]:
    return {str(path.relative_to(site)): path.read_bytes() for path in site.rglob("*.pyc")}


NAMES = st.sampled_from(("a", "path", "folder", "code", "fork", "other_name", "sys"))
MODULES = st.builds("{} = '{}'\ndef {}({}): return {}.{}\n".format, *[NAMES] * 6)
SITES = st.lists(
    st.dictionaries(st.sampled_from(("a.py", "b.py", "sub/c.py")), MODULES), min_size=3, max_size=5
)


@settings(
    max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(sites=SITES)
def test_bytecode_is_the_same_whatever_is_compiled_with_it(
    sites: Sequence[Mapping[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("sites")
    together = [written(folder / f"{number}/site", files) for number, files in enumerate(sites)]
    assert compiled_together(together) == [""] * len(sites)
    for number, files in enumerate(sites):
        alone = written(folder / f"{number}/alone", files)
        compile_tree(str(alone), PYTHON, ChildProcesses(), Limits())
        assert bytecode(together[number]) == bytecode(alone)
        assert len(bytecode(alone)) == len(files)


def test_what_can_not_be_compiled_is_named_though_it_was_compiled_with_others(
    tmp_path: Path,
) -> None:
    sites = [written(tmp_path / name, {"x.py": f"{name} = 1\n"}) for name in ("a", "b", "bad", "c")]
    (sites[2] / "large.py").write_text("\n".join(f"name_{number} = 1" for number in range(999)))
    small = tmp_path / "python"
    small.write_text(f'#!/bin/sh\nulimit -f 1\nexec {sys.executable} "$@"\n')
    small.chmod(0o755)
    python = Interpreter(executable=str(small), version="3.11.0")
    failed = f"`{small}` can't compile bytecode: it ended with status 1"
    assert compiled_together(sites, python) == ["", "", failed, ""]
    assert [len(bytecode(site)) for site in sites if site.name != "bad"] == [1, 1, 1]


def test_a_python_that_crashes_is_told_of_the_tree_that_crashes_it(tmp_path: Path) -> None:
    sites = [written(tmp_path / name, {"x.py": f"{name} = 1\n"}) for name in ("a", "b", "bad", "c")]
    crashing = tmp_path / "python"
    crashing.write_text(
        f'#!/bin/sh\ncase "$PWD $*" in *bad*) kill -SEGV $$;; esac\nexec {sys.executable} "$@"\n'
    )
    crashing.chmod(0o755)
    python = Interpreter(executable=str(crashing), version="3.11.0")
    failed = f"`{crashing}` can't compile bytecode: it ended with status -11"
    assert compiled_together(sites, python) == ["", "", failed, ""]
    assert [len(bytecode(site)) for site in sites] == [1, 1, 0, 1]
