"""What a deployment must do, from what a generation wants and what is there."""

from functools import partial

import pytest

from assembler.errors import ConfigurationError
from assembler.model.deployed import (
    CrontabBlock,
    DeployCommand,
    Deployed,
    Deployment,
    ManagedService,
    OutsideFile,
    RefreshCommand,
)
from assembler.plan.deployment import NOTHING, plan

UNIT = "/etc/systemd/system/web.service"
RELOAD = RefreshCommand(part="units", argv=("systemctl", "daemon-reload"))


def unit(sha256: str = "new", mode: int = 0o644) -> OutsideFile:
    return OutsideFile(path=UNIT, part="units", source="/p/web", sha256=sha256, mode=mode)


def service(inputs: str = "1", reloads: str = "1", *, reload: bool = True) -> ManagedService:
    return ManagedService(
        name="web.service",
        part="units",
        start=("start",),
        stop=("stop",),
        restart=("restart",),
        reload=("reload",) if reload else (),
        inputs=inputs,
        reloads=reloads,
        check=(),
        patience=1.0,
        outside=True,
    )


wanted = partial(Deployment, generation=1)


def deployed(deployment: Deployment, *ran: str) -> Deployed:
    return Deployed(deployment=deployment, ran=ran)


def test_the_first_deployment_puts_everything_in_place() -> None:
    command = DeployCommand(part="db", key="k1", argv=("migrate",), timeout=1.0)
    block = CrontabBlock(user="", part="jobs", source="/p/jobs", sha256="1")
    after = wanted(
        files=(unit(),),
        refreshes=(RELOAD,),
        commands=(command,),
        services=(service(),),
        crontabs=(block,),
    )
    found = plan(after, None, {UNIT: None})
    assert (found.install, found.refresh) == ((unit(),), (RELOAD,))
    assert (found.commands, found.start) == ((command,), (service(),))
    assert found.crontabs == (block,)
    assert found.changes


def test_nothing_is_due_where_all_is_as_it_was_deployed() -> None:
    same = wanted(files=(unit(),), refreshes=(RELOAD,), services=(service(),))
    found = plan(same, deployed(same), {UNIT: "new"})
    assert not found.changes
    assert found.refresh == ()


def test_a_file_that_changed_is_replaced_and_the_machine_refreshed() -> None:
    found = plan(
        wanted(files=(unit(),), refreshes=(RELOAD,)),
        deployed(wanted(files=(unit("old"),), refreshes=(RELOAD,))),
        {UNIT: "old"},
    )
    assert (found.install, found.refresh) == ((unit(),), (RELOAD,))


def test_a_file_with_other_permissions_is_replaced() -> None:
    found = plan(
        wanted(files=(unit(mode=0o640),)), deployed(wanted(files=(unit(),))), {UNIT: "new"}
    )
    assert found.install == (unit(mode=0o640),)


def test_a_file_that_went_missing_is_put_back() -> None:
    found = plan(wanted(files=(unit(),)), deployed(wanted(files=(unit(),))), {UNIT: None})
    assert found.install == (unit(),)


def test_a_file_of_someone_else_is_in_the_way() -> None:
    with pytest.raises(ConfigurationError) as caught:
        plan(wanted(files=(unit(),)), None, {UNIT: "theirs"})
    assert caught.value.message == f"`{UNIT}` is in the way: part `units` puts a file there"
    assert caught.value.hints == ("move it away, and deploy again",)


def test_a_file_of_someone_else_is_in_the_way_even_with_the_same_content() -> None:
    with pytest.raises(ConfigurationError, match="is in the way"):
        plan(wanted(files=(unit(),)), None, {UNIT: "new"})


def test_a_file_that_was_changed_by_hand_is_not_replaced() -> None:
    with pytest.raises(ConfigurationError) as caught:
        plan(wanted(files=(unit(),)), deployed(wanted(files=(unit("old"),))), {UNIT: "edited"})
    assert caught.value.message == f"`{UNIT}` was changed since part `units` put it there"


def test_a_file_that_an_interrupted_deployment_wrote_is_ours() -> None:
    before = Deployed(deployment=NOTHING, pending=(unit(),))
    assert plan(wanted(files=(unit(),)), before, {UNIT: "new"}).install == (unit(),)


def test_what_is_no_longer_wanted_goes_while_it_is_as_it_was_put_there() -> None:
    before = deployed(wanted(files=(unit("old"),), refreshes=(RELOAD,), services=(service(),)))
    gone = plan(wanted(), before, {UNIT: "old"})
    assert (gone.remove, gone.left, gone.stop) == ((unit("old"),), (), (service(),))
    assert gone.refresh == (RELOAD,)
    edited = plan(wanted(), before, {UNIT: "edited"})
    assert (edited.remove, edited.left) == ((), (UNIT,))
    missing = plan(wanted(), before, {UNIT: None})
    assert (missing.remove, missing.left) == ((), ())


def test_a_command_runs_once_for_a_key() -> None:
    command = DeployCommand(part="db", key="k2", argv=("migrate",), timeout=1.0)
    after = wanted(commands=(command,))
    assert plan(after, deployed(wanted(), "k1"), {}).commands == (command,)
    assert plan(after, deployed(wanted(), "k1", "k2"), {}).commands == ()


def test_a_service_is_restarted_for_its_inputs_and_reloaded_for_less() -> None:
    before = deployed(wanted(services=(service(),)))
    both = plan(wanted(services=(service("2", "2"),)), before, {})
    assert (both.restart, both.reload) == ((service("2", "2"),), ())
    less = plan(wanted(services=(service("1", "2"),)), before, {})
    assert (less.restart, less.reload) == ((), (service("1", "2"),))
    can_not = plan(wanted(services=(service("1", "2", reload=False),)), before, {})
    assert can_not.restart == (service("1", "2", reload=False),)


def test_services_of_the_machine_are_left_alone_under_another_root() -> None:
    after = wanted(files=(unit(),), refreshes=(RELOAD,), services=(service(),))
    found = plan(after, None, {UNIT: None}, root="/image")
    assert (found.install, found.refresh, found.start) == ((unit(),), (), ())
    assert found.untouched == ("web.service",)


def test_crontabs_are_left_alone_under_another_root() -> None:
    block = CrontabBlock(user="", part="jobs", source="/p/crontab", sha256="new")
    found = plan(Deployment(generation=1, crontabs=(block,)), None, {}, root="/image")
    assert (found.crontabs, found.after.crontabs) == ((), ())
    assert found.crontabs_untouched == ("jobs",)


def test_a_prefix_is_deployed_under_one_root_at_a_time() -> None:
    with pytest.raises(ConfigurationError) as caught:
        plan(wanted(), deployed(wanted()), {}, root="/image")
    assert caught.value.message == "this prefix is deployed under `/`, not `/image`"
    assert caught.value.hints == ("`assemble undeploy --root /` first",)
