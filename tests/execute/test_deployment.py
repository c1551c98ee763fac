"""Deployments performed in memory: what is put outside the prefix, and what is recorded of it."""

from collections.abc import Callable
from functools import partial
from pathlib import PurePosixPath

import pytest

from assembler.errors import PartError
from assembler.execute.crontab import with_block
from assembler.execute.deployed import deployed
from assembler.execute.deployment import Deployer
from assembler.execute.outside import Outside
from assembler.model.deployed import (
    CrontabBlock,
    DeployCommand,
    Deployment,
    DeploymentPlan,
    ManagedService,
    OutsideFile,
    RefreshCommand,
)
from assembler.plan.deployment import NOTHING, plan
from assembler.ports import CommandLine, CommandResult
from tests.execute.tools import PREFIX, tools
from tests.fakes.files import MemoryFiles
from tests.fakes.processes import RecordedProcesses, succeed

wanted = partial(Deployment, generation=1)


def unit(content: str = "[Service]\n") -> OutsideFile:
    return OutsideFile(
        path="/etc/units/web.service", part="units", source="/p/web", sha256=content, mode=0o644
    )


def service(inputs: str = "1", *check: str) -> ManagedService:
    return ManagedService(
        name="web",
        part="units",
        start=("ctl", "start"),
        stop=("ctl", "stop"),
        restart=("ctl", "restart"),
        reload=("ctl", "reload"),
        inputs=inputs,
        reloads="1",
        check=check,
        patience=1.0,
        outside=True,
    )


class Machine:
    """A machine in memory that is deployed to."""

    def __init__(self, answer: Callable[[CommandLine], CommandResult] = succeed) -> None:
        self.files = MemoryFiles()
        self.files.make_directory(PREFIX)
        self.files.make_directory(PurePosixPath("/etc"))
        self.files.write(PurePosixPath("/p/web"), b"[Service]\n")
        self.processes = RecordedProcesses(answer)
        self.pauses: list[float] = []

    def plan(self, after: Deployment) -> DeploymentPlan:
        before = deployed(PREFIX, self.files)
        known = before.deployment.files if before else ()
        standing = Outside("/", self.files).standing((*after.files, *known))
        shas = {path: self._content(path) for path, sha in standing.items() if sha is not None}
        return plan(after, before, {**standing, **shas})

    def deploy(self, after: Deployment) -> DeploymentPlan:
        planned = self.plan(after)
        deployer = Deployer(
            planned, "shop", PREFIX, tools(self.files, self.processes), self.pauses.append
        )
        deployer.place()
        deployer.run()
        deployer.switch()
        deployer.finish()
        return planned

    def ran(self) -> list[str]:
        return [" ".join(command.argv) for command in self.processes.commands]

    def _content(self, path: str) -> str:
        """Files in these tests have their content as their hash."""
        return self.files.read(PurePosixPath(path)).decode()


def test_a_deployment_is_done_in_order_and_again_finds_nothing_to_do() -> None:
    machine = Machine()
    after = wanted(
        files=(unit(),),
        refreshes=(RefreshCommand(part="units", argv=("ctl", "daemon-reload")),),
        commands=(DeployCommand(part="db", key="k", argv=("migrate",), timeout=5.0),),
        services=(service("1", "curl"),),
    )
    machine.deploy(after)
    assert machine.ran() == ["ctl daemon-reload", "migrate", "ctl start", "curl"]
    assert machine.files.read(PurePosixPath("/etc/units/web.service")) == b"[Service]\n"
    assert not machine.deploy(after).changes
    assert len(machine.processes.commands) == 4


def test_undeploying_leaves_nothing() -> None:
    machine = Machine()
    before = machine.files.tree(PurePosixPath("/"))
    machine.deploy(wanted(files=(unit(),), services=(service(),)))
    machine.deploy(NOTHING)
    assert machine.ran() == ["ctl start", "ctl stop"]
    after = machine.files.tree(PurePosixPath("/"))
    assert {path for path in after if not path.startswith(str(PREFIX)[1:])} == {
        path for path in before if not path.startswith(str(PREFIX)[1:])
    }
    assert deployed(PREFIX, machine.files) is None


def test_a_command_that_fails_leaves_services_as_they_were() -> None:
    def fail(command: CommandLine) -> CommandResult:
        return (
            CommandResult(3, "no database\n") if command.argv[0] == "migrate" else succeed(command)
        )

    machine = Machine(fail)
    command = DeployCommand(part="db", key="k", argv=("migrate",), timeout=5.0)
    with pytest.raises(PartError) as caught:
        machine.deploy(wanted(commands=(command,), services=(service(),)))
    assert caught.value.message == "part `db`: `migrate` ended with status 3"
    assert caught.value.details == ("no database",)
    assert machine.ran() == ["migrate"]
    assert machine.plan(wanted(commands=(command,))).commands == (command,)


def test_a_machine_that_could_not_be_refreshed_is_refreshed_the_next_time() -> None:
    answers = iter([1, 0])

    def reload(command: CommandLine) -> CommandResult:
        return CommandResult(next(answers), f"{command.argv[0]}: no certificate\n")

    machine = Machine(reload)
    command = RefreshCommand(part="units", argv=("nginx", "-t"))
    after = wanted(files=(unit(),), refreshes=(command,))
    with pytest.raises(PartError) as caught:
        machine.deploy(after)
    assert caught.value.message == "part `units`: `nginx -t` ended with status 1"
    again = machine.deploy(after)
    assert (again.install, again.refresh, again.changes) == ((), (command,), True)
    assert not machine.deploy(after).changes


def test_a_check_is_repeated_until_it_succeeds() -> None:
    answers = iter([1, 1, 0])

    def check(command: CommandLine) -> CommandResult:
        return CommandResult(next(answers), "") if command.argv[0] == "curl" else succeed(command)

    machine = Machine(check)
    machine.deploy(wanted(services=(service("1", "curl"),)))
    assert machine.pauses == [0.25, 0.25]


def test_a_service_that_is_not_well_is_an_error_and_restarted_the_next_time() -> None:
    def check(command: CommandLine) -> CommandResult:
        refused = CommandResult(7, "connection refused\n")
        return refused if command.argv[0] == "curl" else succeed(command)

    machine = Machine(check)
    after = wanted(services=(service("1", "curl"),))
    with pytest.raises(PartError) as caught:
        machine.deploy(after)
    assert caught.value.message == "part `units`: service `web` is not well after 1 seconds"
    assert caught.value.details == ("its check: curl", "connection refused")
    assert machine.plan(after).restart == after.services


def test_a_crontab_keeps_what_others_wrote() -> None:
    theirs = "MAILTO=me\n0 1 * * * backup\n"
    once = with_block(theirs, "shop: part jobs", "0 3 * * 0 pack\n")
    assert once == f"{theirs}# begin shop: part jobs\n0 3 * * 0 pack\n# end shop: part jobs\n"
    later = once + "5 5 * * * theirs\n"
    assert with_block(later, "shop: part jobs", "1 1 * * * pack\n") == (
        f"{theirs}# begin shop: part jobs\n1 1 * * * pack\n# end shop: part jobs\n"
        "5 5 * * * theirs\n"
    )
    assert with_block(once, "shop: part jobs", "") == theirs


def test_crontabs_are_changed_with_the_tool_for_them() -> None:
    table = {"root": "0 1 * * * backup\n"}
    machine = Machine()

    def crontab(command: CommandLine) -> CommandResult:
        *_, last = command.argv
        if last == "-l":
            return CommandResult(0, table["root"])
        table["root"] = machine.files.read(PurePosixPath(last)).decode()
        return succeed(command)

    machine.processes = RecordedProcesses(crontab)
    machine.files.write(PurePosixPath("/p/jobs"), b"0 3 * * 0 pack\n")
    block = CrontabBlock(user="app", part="jobs", source="/p/jobs", sha256="1")
    machine.deploy(wanted(crontabs=(block,)))
    assert machine.ran()[0] == "crontab -u app -l"
    assert "0 3 * * 0 pack\n# end shop: part jobs of /project/build" in table["root"]
    machine.deploy(NOTHING)
    assert table["root"] == "0 1 * * * backup\n"
