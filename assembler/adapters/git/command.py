"""The command git, run so that nothing but what it is asked decides what it does."""

from collections.abc import Mapping
from pathlib import Path

from assembler.errors import MachineError, NetworkError
from assembler.model.limits import DEFAULTS, Limits
from assembler.ports import CommandLine, CommandResult, Processes

_NOT_FOUND = 127
_SAFE = (
    "core.hooksPath=/dev/null",
    "protocol.ext.allow=never",
    "gc.auto=0",
    "advice.detachedHead=0",
)
_ALONE = {
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_ATTR_NOSYSTEM": "1",
}


class Git:
    """Runs git in a folder. Its own credential helpers and ssh are used; nothing is asked."""

    def __init__(
        self,
        processes: Processes,
        folder: Path,
        environment: Mapping[str, str],
        limits: Limits = DEFAULTS,
    ) -> None:
        self._processes = processes
        self._limits = limits
        self._folder = folder
        self._environment = _environment(environment)

    def run(self, *words: str) -> CommandResult:
        """Run it with the user's configuration. Raises `MachineError` where there is no git."""
        return self._run(words, {})

    def must(self, *words: str, variables: Mapping[str, str] = {}) -> CommandResult:
        """Run it without anybody's configuration. Raises `NetworkError` where it fails."""
        result = self._run(words, {**_ALONE, **variables})
        if result.status:
            raise NetworkError("git failed", details=said(result))
        return result

    def _run(self, words: tuple[str, ...], variables: Mapping[str, str]) -> CommandResult:
        settings = [word for setting in _SAFE for word in ("-c", setting)]
        self._folder.mkdir(parents=True, exist_ok=True)
        result = self._processes.run(
            CommandLine(
                argv=("git", *settings, *words),
                environment={**self._environment, **variables},
                directory=str(self._folder),
                timeout=self._limits.git_time,
            )
        )
        if result.timed_out:
            raise NetworkError(
                f"git took more than {self._limits.git_time:g} seconds",
                hints=(self._limits.way_out("git_time"),),
            )
        if result.status == _NOT_FOUND:
            raise MachineError("git is not installed", hints=("install git",))
        return result


def said(result: CommandResult) -> tuple[str, ...]:
    """The end of what git said."""
    return tuple(result.output.strip().splitlines()[-5:])


def _environment(variables: Mapping[str, str]) -> dict[str, str]:
    """The environment of git: the user's, but no repository of theirs, and no questions."""
    kept = {name: text for name, text in variables.items() if not name.startswith("GIT_")}
    allowed = ("GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSL_CAINFO", "GIT_CONFIG_GLOBAL")
    kept |= {name: variables[name] for name in allowed if name in variables}
    if "GIT_SSH" not in kept:
        kept.setdefault("GIT_SSH_COMMAND", "ssh -o BatchMode=yes")
    return {**kept, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
