"""The processes of this machine."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assembler.adapters.processes import ChildProcesses
from assembler.errors import MachineError, StoppedError
from assembler.model.limits import DEFAULTS
from assembler.ports import CommandLine, CommandResult


def run(folder: Path, *argv: str, timeout: float = 60, **environment: str) -> CommandResult:
    command = CommandLine(
        argv=argv, environment=environment, directory=str(folder), timeout=timeout
    )
    return ChildProcesses().run(command)


def python(folder: Path, script: str, *, timeout: float = 60, **environment: str) -> CommandResult:
    return run(folder, sys.executable, "-c", script, timeout=timeout, **environment)


def test_the_environment_is_exactly_as_given(tmp_path: Path) -> None:
    result = run(tmp_path, "env", PATH=os.environ["PATH"], A="1")
    assert sorted(result.output.splitlines()) == ["A=1", f"PATH={os.environ['PATH']}"]


def test_there_is_no_standard_input_and_the_directory_is_as_given(tmp_path: Path) -> None:
    script = "import os, sys; print(repr(sys.stdin.read()), os.getcwd())"
    assert python(tmp_path, script).output == f"'' {tmp_path.resolve()}\n"


def test_both_outputs_are_one(tmp_path: Path) -> None:
    script = "import os; os.write(1, b'one '); os.write(2, b'two')"
    assert python(tmp_path, script).output == "one two"


def test_only_the_last_part_of_a_long_output_is_kept(tmp_path: Path) -> None:
    script = f"print('x' * {3 * DEFAULTS.output_size}); print('end')"
    output = python(tmp_path, script).output
    assert len(output) == DEFAULTS.output_size
    assert output.endswith("x\nend\n")


def test_a_command_that_is_not_there(tmp_path: Path) -> None:
    result = run(tmp_path, "no-such-command", PATH="/nowhere")
    assert result == CommandResult(127, "no-such-command: No such file or directory\n")


def test_a_directory_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(MachineError) as caught:
        run(tmp_path / "nowhere", "true")
    assert caught.value.message == "can't run `true`: no such file or directory"


def test_a_command_ended_by_a_signal(tmp_path: Path) -> None:
    script = "import os, signal; os.kill(os.getpid(), signal.SIGTERM)"
    assert python(tmp_path, script) == CommandResult(-signal.SIGTERM, "")


def test_the_time_limit(tmp_path: Path) -> None:
    script = "import time; print('begun', flush=True); time.sleep(600)"
    result = python(tmp_path, script, timeout=1.5)
    assert (result.timed_out, result.status) == (True, -signal.SIGKILL)
    assert result.output in ("", "begun\n")


def test_what_a_command_leaves_behind_is_ended(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "alive")
    alive = os.open(tmp_path / "alive", os.O_RDONLY | os.O_NONBLOCK)
    left = "import time; f = open('alive', 'w'); print(flush=True); time.sleep(600)"
    script = (
        "import subprocess, sys\n"
        f"child = subprocess.Popen([sys.executable, '-c', {left!r}], stdout=subprocess.PIPE)\n"
        "child.stdout.readline()"
    )
    assert python(tmp_path, script).status == 0
    os.set_blocking(alive, True)
    with os.fdopen(alive) as stream:
        assert stream.read() == ""


def test_a_command_may_end_its_own_group(tmp_path: Path) -> None:
    assert python(tmp_path, "import os; os.killpg(0, 9)").status == -signal.SIGKILL


def test_a_broken_pipe_ends_a_command_quietly(tmp_path: Path) -> None:
    result = run(tmp_path, "sh", "-c", "yes | head -n 1", PATH=os.environ["PATH"])
    assert result == CommandResult(0, "y\n")


def test_closing_ends_what_other_threads_run(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "alive")
    command = CommandLine(
        argv=("sh", "-c", "exec > alive; echo begun; exec sleep 600"),
        environment={"PATH": os.environ["PATH"]},
        directory=str(tmp_path),
        timeout=600,
    )
    processes = ChildProcesses()
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(processes.run, command)
        with (tmp_path / "alive").open() as alive:
            assert alive.readline() == "begun\n"
            processes.close()
            assert alive.read() == ""
        with pytest.raises(StoppedError):
            running.result()
    with pytest.raises(StoppedError) as caught:
        processes.run(command)
    assert caught.value.message == "`sh` did not run to its end: assembler is ending"


ASSEMBLER = """
import signal
import sys
from assembler.adapters.processes import ChildProcesses
from assembler.ports import CommandLine

command = CommandLine(
    argv=(sys.executable, "-c", sys.argv[1]), environment={}, directory=sys.argv[2], timeout=600
)
signal.signal(signal.SIGINT, signal.default_int_handler)
ChildProcesses().run(command)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_command_is_ended_with_us(tmp_path: Path, number: signal.Signals) -> None:
    os.mkfifo(tmp_path / "alive")
    command = (
        "import time; f = open('alive', 'w'); print('begun', file=f, flush=True); time.sleep(600)"
    )
    us = subprocess.Popen(
        [sys.executable, "-c", ASSEMBLER, command, str(tmp_path)], stderr=subprocess.DEVNULL
    )
    with us, (tmp_path / "alive").open() as alive:
        assert alive.readline() == "begun\n"
        us.send_signal(number)
        assert alive.read() == ""
