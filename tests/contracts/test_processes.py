"""What every `Processes` must do."""

import sys
from pathlib import Path

import pytest

from assembler.adapters.processes import ChildProcesses
from assembler.ports import CommandLine, CommandResult, Processes
from tests.fakes.processes import RecordedProcesses


@pytest.fixture(params=["recorded", "real"])
def processes(request: pytest.FixtureRequest) -> Processes:
    return ChildProcesses() if request.param == "real" else RecordedProcesses(_answer)


def _answer(command: CommandLine) -> CommandResult:
    return CommandResult(int(command.argv[-1]), "said\n")


@pytest.mark.parametrize("status", [0, 3])
def test_a_command_ends_with_its_status_and_output(
    processes: Processes, tmp_path: Path, status: int
) -> None:
    script = "import sys; print('said'); sys.exit(int(sys.argv[1]))"
    command = CommandLine(
        argv=(sys.executable, "-c", script, str(status)),
        environment={},
        directory=str(tmp_path),
        timeout=60,
    )
    assert processes.run(command) == CommandResult(status, "said\n")
