import shutil
import subprocess
from pathlib import Path

import pytest
from assembler_recipes.systemd import recipe
from assembler_recipes.systemd.options import (
    PathOptions,
    ServiceOptions,
    SocketOptions,
    SystemdOptions,
    TimerOptions,
)

from assembler.api import (
    Assembled,
    AtDeployment,
    ConfigurationError,
    InstallFile,
    ManageService,
    Place,
    Refresh,
    Secret,
    Step,
    Text,
    WriteFile,
    WriteLiveFile,
)
from tests.recipes.parts import TARGET, part, text

WEB = text(Place(root="part", part="app", path="bin/web"))
SYSTEMD_ANALYZE = shutil.which("systemd-analyze")


def steps(options: SystemdOptions) -> tuple[Step, ...]:
    made = part(options, "units")
    recipe.declare(made)
    return recipe.realise(made, Assembled(target=TARGET))


def units(options: SystemdOptions) -> dict[str, str]:
    """The unit files, with the prefix's stable paths below `/p`."""
    return {
        step.path.removeprefix("units/"): "".join(
            piece if isinstance(piece, str) else f"/p/{shown(piece)}"
            for piece in step.content.pieces
        )
        for step in steps(options)
        if isinstance(step, WriteFile)
    }


def shown(piece: object) -> str:
    assert isinstance(piece, Place)
    assert piece.root == "stable"
    return piece.path


def services(options: SystemdOptions) -> list[ManageService]:
    return [
        step.action
        for step in steps(options)
        if isinstance(step, AtDeployment) and isinstance(step.action, ManageService)
    ]


def argv(command: tuple[Text, ...]) -> str:
    return " ".join(word.literal or "?" for word in command)


def failure(options: SystemdOptions) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as caught:
        steps(options)
    return caught.value


def test_paths_that_systemd_reads_to_the_end_of_the_line_are_not_quoted():
    conf = text(Place(root="part", part="conf", path="etc/shop.env"))
    service = ServiceOptions(
        run=text("true"),
        env_files=(conf, text("/etc/100% mine")),
        directory=text("/srv/a b"),
        writable=(text("/srv/a b"),),
    )
    lines = units(SystemdOptions(services={"web": service}))["web.service"].splitlines()
    assert "EnvironmentFile=/p/etc/shop.env" in lines
    assert "EnvironmentFile=/etc/100%% mine" in lines
    assert "WorkingDirectory=/srv/a b" in lines
    assert 'ReadWritePaths="/srv/a b"' in lines

    broken = ServiceOptions(run=text("true"), directory=text("/srv\nUser=root"))
    error = failure(SystemdOptions(services={"web": broken}))
    assert error.message == "a path in a unit can't hold a line break"


def test_what_a_service_reloads_on_does_not_restart_it():
    rules = text(Place(root="part", part="rules", path="rules.ini"))
    run = Text.of(WEB, " --rules ", rules)
    reload = text("kill -HUP $MAINPID")
    both = [
        ServiceOptions(run=run, reloads_on=(rules,)),
        ServiceOptions(run=run, reload=reload, reloads_on=(rules,)),
    ]
    [restarted], [reloaded] = (services(SystemdOptions(services={"web": each})) for each in both)
    assert restarted.reloads == reloaded.reloads == rules
    assert {rules.pieces[0], WEB.pieces[0]} <= set(restarted.inputs.pieces)
    assert rules.pieces[0] not in reloaded.inputs.pieces
    assert WEB.pieces[0] in reloaded.inputs.pieces


def test_a_service_runs_a_launcher_by_its_stable_path():
    service = ServiceOptions(run=Text.of(WEB, " --port 8080"), env={"TZ": text("UTC")})
    options = SystemdOptions(services={"web": service}, user="shop", hardening="none")

    assert units(options) == {
        "web.service": """\
[Unit]
Description=web (units)

[Service]
Type=exec
ExecStart="/p/bin/web" --port 8080
User=shop
Environment=TZ=UTC
Restart=on-failure

[Install]
WantedBy=multi-user.target
"""
    }


def test_words_stay_words_whatever_is_in_them():
    run = (WEB, text("a b"), text('"'), text("100%"), text("$HOME"), text("a\nb"), text(""))
    written = units(SystemdOptions(services={"web": ServiceOptions(run=run)}))["web.service"]

    assert r'ExecStart="/p/bin/web" "a b" "\"" "100%%" "$$HOME" "a\nb" ""' in written


def test_units_of_a_part_know_each_other():
    options = SystemdOptions(
        services={
            "web": ServiceOptions(run=WEB, requires=("db",), after=("postgresql.service",)),
            "db": ServiceOptions(run=WEB),
        }
    )

    unit = units(options)["web.service"].split("[Service]")[0]
    assert "Requires=db.service\nAfter=postgresql.service\nAfter=db.service\n" in unit


def test_deployment_installs_refreshes_and_keeps_services_running():
    options = SystemdOptions(services={"web": ServiceOptions(run=WEB, reload=text("kill -HUP 1"))})
    actions = [step.action for step in steps(options) if isinstance(step, AtDeployment)]

    assert actions[:2] == [
        InstallFile(path="/etc/systemd/system/web.service", source="units/web.service"),
        Refresh(command=(text("systemctl"), text("daemon-reload"))),
    ]
    [service] = services(options)
    assert argv(service.start) == "systemctl enable --now web.service"
    assert argv(service.stop) == "systemctl disable --now web.service"
    assert argv(service.reload) == "systemctl reload web.service"
    assert argv(service.check) == "systemctl is-active --quiet web.service"
    assert Place(root="part", part="app", path="bin/web") in service.inputs.pieces


def test_a_service_that_a_timer_or_socket_starts_is_not_started_itself():
    options = SystemdOptions(
        services={
            "tidy": ServiceOptions(run=WEB, type="oneshot"),
            "web": ServiceOptions(run=WEB),
            "ui": ServiceOptions(run=WEB),
        },
        timers={"tidy": TimerOptions(calendar=("Sun 03:00",), every="15min")},
        sockets={"front": SocketOptions(listen="127.0.0.1:80", service="web")},
        paths={"ui": PathOptions(changed=("/srv/ui",))},
    )

    assert [(service.name, argv(service.restart)) for service in services(options)] == [
        ("front.socket", "systemctl restart front.socket web.service"),
        ("tidy.timer", "systemctl restart tidy.timer"),
        ("ui.path", "systemctl restart ui.path"),
    ]
    written = units(options)
    assert "WantedBy" not in written["web.service"]
    assert (
        "OnCalendar=Sun 03:00\nOnBootSec=15min\nOnUnitActiveSec=15min\nPersistent=yes\n"
        in (written["tidy.timer"])
    )
    assert "ListenStream=127.0.0.1:80\nUnit=web.service\n" in written["front.socket"]
    assert "PathChanged=/srv/ui\n" in written["ui.path"]


def test_credentials_are_live_files():
    service = ServiceOptions(run=WEB, credentials=("DB_PASSWORD",))
    options = SystemdOptions(services={"web": service})

    live = [step for step in steps(options) if isinstance(step, WriteLiveFile)]
    assert live == [
        WriteLiveFile(path="credentials/DB_PASSWORD", content=Text((Secret("DB_PASSWORD"),)))
    ]
    assert (
        "LoadCredential=DB_PASSWORD:/p/credentials/DB_PASSWORD\n" in units(options)["web.service"]
    )


def test_a_user_manager_has_a_directory_and_fewer_restrictions():
    assert failure(
        SystemdOptions(services={"web": ServiceOptions(run=WEB)}, manager="user")
    ).hints == ('write for example `directory = "${env.HOME}/.config/systemd/user"`',)
    options = SystemdOptions(
        services={"web": ServiceOptions(run=WEB)}, manager="user", directory="/home/me/units"
    )
    assert "WantedBy=default.target" in units(options)["web.service"]
    assert "ProtectSystem" not in units(options)["web.service"]
    assert argv(services(options)[0].restart) == "systemctl --user restart web.service"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (SystemdOptions(), "part `units` has no units"),
        (
            SystemdOptions(services={"a b": ServiceOptions(run=WEB)}),
            "`a b` can't be the name of a unit",
        ),
        (
            SystemdOptions(services={"web": ServiceOptions(run=text("a 'b"))}),
            "the command line can't be split: No closing quotation",
        ),
        (
            SystemdOptions(services={"web": ServiceOptions(run=())}),
            "the command line is empty",
        ),
        (
            SystemdOptions(services={"web": ServiceOptions(run=WEB, after=("wbe",))}),
            "there is no unit `wbe` in part `units`",
        ),
        (
            SystemdOptions(timers={"t": TimerOptions()}),
            "timer `t` must have `calendar` or `every`",
        ),
        (
            SystemdOptions(paths={"t": PathOptions()}),
            "path unit `t` must have `changed`, `exists` or `not-empty`",
        ),
        (
            SystemdOptions(
                services={"web": ServiceOptions(run=WEB, env={"P": Text((Secret("P"),))})}
            ),
            "a unit can't hold a secret, as everybody can read it: `P`",
        ),
    ],
)
def test_what_can_not_be_is_told(options: SystemdOptions, message: str):
    assert failure(options).message == message


def test_strict_services_are_as_closed_as_systemd_says(tmp_path: Path):
    assert SYSTEMD_ANALYZE, "systemd-analyze must be installed"
    options = SystemdOptions(
        services={"web": ServiceOptions(run=text("/bin/true"))}, hardening="strict", user="nobody"
    )
    unit = tmp_path / "web.service"
    unit.write_text(units(options)["web.service"])
    ended = subprocess.run(
        [SYSTEMD_ANALYZE, "security", "--offline=true", "--threshold=30", str(unit)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout
