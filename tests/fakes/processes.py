"""Commands that are recorded instead of run."""

from collections.abc import Callable

from assembler.errors import StoppedError
from assembler.ports import CommandLine, CommandResult


def succeed(_: CommandLine) -> CommandResult:
    return CommandResult(0, "")


class RecordedProcesses:
    """The `Processes` port: keeps each command and lets `answer` say how it ended."""

    def __init__(self, answer: Callable[[CommandLine], CommandResult] = succeed) -> None:
        self.commands: list[CommandLine] = []
        self.closed = False
        self._answer = answer

    def run(self, command: CommandLine) -> CommandResult:
        if self.closed:
            raise StoppedError(command.argv[0])
        self.commands.append(command)
        return self._answer(command)

    def close(self) -> None:
        self.closed = True
