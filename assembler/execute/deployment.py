"""Performs what a deployment plan says; the record says at any time what was done."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePath

import msgspec

from assembler.errors import PartError
from assembler.execute.crontab import Crontab
from assembler.execute.deployed import Record
from assembler.execute.outside import Outside
from assembler.model.deployed import DeployCommand, Deployed, DeploymentPlan, ManagedService
from assembler.model.layout import Prefix
from assembler.ports import CommandLine, CommandResult, Tools

_PASSED = ("PATH", "HOME", "USER", "LOGNAME", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS")
_LAST_LINES = 20
_TIMEOUT = 120.0
_INTERVAL = 0.25

Pause = Callable[[float], None]
"""Waits for some seconds."""


class Deployer:
    """Brings the machine from what a plan found to what it wants, in three steps."""

    def __init__(
        self, plan: DeploymentPlan, assembly: str, prefix: PurePath, tools: Tools, pause: Pause
    ) -> None:
        self._plan = plan
        self._prefix = Prefix(prefix)
        self._tools = tools
        self._pause = pause
        nothing = msgspec.structs.replace(
            plan.after, files=(), crontabs=(), refreshes=(), commands=(), services=()
        )
        start = plan.before or Deployed(deployment=nothing, root=plan.root)
        self._record = Record(prefix, start, tools.files)
        self._outside = Outside(plan.root, tools.files)
        self._crontab = Crontab(prefix, assembly, tools.files, self._result)

    def place(self) -> None:
        """Put files and crontabs in place, and let the machine see them."""
        plan, was = self._plan, self._record.now
        made = (*was.made, *self._outside.missing_directories(plan.install))
        self._record.intend(plan, made)
        for file in plan.remove:
            self._outside.remove(file)
        self._outside.clear(was.pending)
        self._outside.install(plan.install)
        left = self._outside.remove_empty(made)
        self._record.placed(Deployed(deployment=plan.after, root=plan.root, made=left))
        self._place_crontabs()
        for refresh in plan.refresh:
            self._must(refresh.part, refresh.argv)
            self._record.refreshed(refresh)

    def run(self) -> None:
        """Run the commands that are due. Raises `PartError`; what was running goes on running."""
        for command in self._plan.commands:
            self._tools.reporter.advance(command.part, 0)
            self._run(command)
            self._record.ran(command.key)
            self._tools.reporter.advance(command.part)

    def switch(self) -> None:
        """Stop, start, restart and reload what changed, and see that it is well.

        Raises `PartError` where a service is not.
        """
        plan = self._plan
        for service in reversed(plan.stop):
            self._must(service.part, service.stop)
            self._record.stopped(service)
        for service in plan.start:
            self._must(service.part, service.start)
            self._record.unknown(service)
        for service in (*plan.restart, *plan.reload):
            self._record.unknown(service)
            argv = service.restart if service in plan.restart else service.reload
            self._must(service.part, argv)
        for service in (*plan.start, *plan.restart, *plan.reload):
            self._check(service)
            self._record.running(service)

    def finish(self) -> None:
        """Where nothing is deployed any more, nothing is recorded either."""
        after = self._plan.after
        if not (after.generation or self._plan.left):
            self._record.remove()

    def _place_crontabs(self) -> None:
        blocks = list(self._record.now.deployment.crontabs)
        for block in self._plan.crontabs_removed:
            self._crontab.remove(block)
            blocks.remove(block)
            self._record.crontabs(blocks)
        for block in self._plan.crontabs:
            self._crontab.install(block)
            blocks = [b for b in blocks if (b.user, b.part) != (block.user, block.part)]
            blocks.append(block)
            self._record.crontabs(blocks)

    def _run(self, command: DeployCommand) -> None:
        result = self._result(command.argv, command.timeout, command.environment)
        log = self._prefix.log / f"deploy-{command.part}.log"
        self._tools.files.replace(log, result.output.encode(), 0o600)
        if result.status != 0:
            raise _failure(command.part, command.argv, result)

    def _must(self, part: str, argv: tuple[str, ...]) -> None:
        result = self._result(argv)
        if result.status != 0:
            raise _failure(part, argv, result)

    def _check(self, service: ManagedService) -> None:
        if not service.check:
            return
        result = self._result(service.check, service.patience)
        for _ in range(int(service.patience / _INTERVAL)):
            if result.status == 0:
                return
            self._pause(_INTERVAL)
            result = self._result(service.check, service.patience)
        if result.status == 0:
            return
        raise PartError(
            f"part `{service.part}`: service `{service.name}` is not well after "
            f"{service.patience:g} seconds",
            details=(f"its check: {_shown(service.check)}", *_tail(result)),
        )

    def _result(
        self,
        argv: tuple[str, ...],
        timeout: float = _TIMEOUT,
        environment: Mapping[str, str] = {},
    ) -> CommandResult:
        given = self._tools.environment
        passed = {name: given[name] for name in _PASSED if name in given}
        usual = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
        return self._tools.processes.run(
            CommandLine(
                argv=argv,
                environment={**usual, **passed, **environment},
                directory=str(self._prefix.path),
                timeout=timeout,
            )
        )


def _tail(result: CommandResult) -> tuple[str, ...]:
    return tuple(result.output.splitlines()[-_LAST_LINES:])


def _shown(argv: Sequence[str]) -> str:
    """A command line in one line, without the scripts in it."""
    return " ".join("…" if "\n" in word else word for word in argv)


def _failure(part: str, argv: tuple[str, ...], result: CommandResult) -> PartError:
    how = "took too long" if result.timed_out else f"ended with status {result.status}"
    return PartError(
        f"part `{part}`: `{_shown(argv)}` {how}",
        details=_tail(result),
        hints=("`assemble deploy` goes on from here when this is mended",),
    )
