import pytest
from assembler_recipes.logrotate import recipe
from assembler_recipes.logrotate.options import LogrotateOptions, SignalOptions

from assembler.api import (
    Assembled,
    AtDeployment,
    CheckOutput,
    ConfigurationError,
    InstallFile,
    KeepDirectory,
    Place,
    Secret,
    Step,
    Text,
    WriteFile,
)
from assembler.model.text import unquoted
from tests.recipes.parts import TARGET, part, text

LOGS = (text("var/log/*.log"),)
MANAGE = text(Place(root="part", part="app", path="bin/manage"))


def steps(options: LogrotateOptions) -> tuple[Step, ...]:
    made = part(options, "logs")
    recipe.declare(made)
    return recipe.realise(made, Assembled(target=TARGET))


def files(options: LogrotateOptions) -> dict[str, str]:
    """The files, with places as `<root:path>`, and as `<'root:path'>` where they are quoted."""
    return {
        step.path: "".join(shown(piece) for piece in step.content.pieces)
        for step in steps(options)
        if isinstance(step, WriteFile)
    }


def shown(piece: object) -> str:
    if isinstance(piece, str):
        return piece
    place = unquoted(piece)  # type: ignore[arg-type] # one of a text
    assert isinstance(place, Place)
    return f"<{place.root}:{place.path}>" if place is piece else f"<'{place.root}:{place.path}'>"


def failure(options: LogrotateOptions) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as caught:
        steps(options)
    return caught.value


def test_logs_of_the_prefix_are_rotated_every_week():
    assert files(LogrotateOptions(files=LOGS)) == {
        "logrotate.conf": """\
"<prefix:var/log/*.log>"
{
    weekly
    rotate 4
    missingok
    notifempty
    compress
    delaycompress
}
"""
    }


def test_all_options_have_their_lines():
    options = LogrotateOptions(
        files=(text("/var/log/my shop/*.log"), text(Place(root="prefix", path="var/x"), "/a.log")),
        every="hour",
        rotate=10,
        max_size="100M",
        compress=False,
        copy=True,
        user="shop",
        group="adm",
        mode="0640",
        run=(MANAGE, text("100%")),
    )

    assert files(options) == {
        "rotated": "#!/bin/sh\nexec <'stable:bin/manage'> '100%'\n",
        "logrotate.conf": """\
"/var/log/my shop/*.log"
"<prefix:var/x>/a.log"
{
    hourly
    rotate 10
    maxsize 100M
    missingok
    notifempty
    copytruncate
    sharedscripts
    postrotate
        <'stable:rotated'>
    endscript
    create 0640 shop adm
    su shop adm
}
""",
    }


def test_a_file_for_a_job_of_ones_own_is_not_deployed():
    options = LogrotateOptions(files=(text("var/log/*.log"),), directory="none")
    assert not any(isinstance(step, AtDeployment) for step in steps(options))


def test_folders_of_the_prefix_are_kept_and_the_file_is_deployed():
    options = LogrotateOptions(
        files=(*LOGS, text("var/log/web.log"), text("/srv/x.log"), text("var/*/x.log"))
    )

    made = steps(options)
    assert [step for step in made if isinstance(step, KeepDirectory)] == [
        KeepDirectory(path="var/log")
    ]
    assert [step.action for step in made if isinstance(step, AtDeployment)] == [
        InstallFile(path="/etc/logrotate.d/logs", source="logrotate.conf")
    ]
    checks = [(step.tool, step.uses) for step in made if isinstance(step, CheckOutput)]
    assert checks == [("sh", ("logrotate",))]
    assert recipe.outputs(part(options, "logs")) == {
        "path": text(Place(root="part", part="logs", path="logrotate.conf"))
    }


@pytest.mark.parametrize(
    ("signal", "script"),
    [
        (
            SignalOptions(service="web.service", name="HUP"),
            """\
#!/bin/sh
if systemctl is-active --quiet 'web.service'; then
  systemctl kill --signal=HUP --kill-who=main 'web.service'
fi
""",
        ),
        (
            SignalOptions(pid_file=text("/run/my web.pid")),
            """\
#!/bin/sh
if pid=$(cat '/run/my web.pid' 2>/dev/null); then
  kill -USR1 "$pid"
fi
""",
        ),
        (
            SignalOptions(program="app"),
            """\
#!/bin/sh
own=$(readlink -f <'stable:'>)
for each in /proc/[0-9]*; do
  first=$(tr '\\0' '\\n' 2>/dev/null <"$each/cmdline" | head -n 1)
  below=${first#"${own%-*}-"}
  case ${below%%/*} in "" | "${first%%/*}" | *-*) continue ;; esac
  caught=$(sed -n 's/^SigCgt:[^0-9a-f]*//p' "$each/status" 2>/dev/null)
  if [ $((0x${caught:-0} >> 9 & 1)) -eq 1 ]; then
    kill -USR1 "${each#/proc/}"
  fi
done
""",
        ),
    ],
)
def test_signals_go_to_services_processes_and_programs(signal: SignalOptions, script: str):
    assert files(LogrotateOptions(files=LOGS, signal=signal))["rotated"] == script


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (LogrotateOptions(files=()), "part `logs` has no files"),
        (LogrotateOptions(files=LOGS, user="a b"), "`a b` can't be a user"),
        (LogrotateOptions(files=LOGS, max_size="1T"), "`1T` can't be a max size"),
        (LogrotateOptions(files=LOGS, mode="rw", user="me"), "`rw` can't be a mode"),
        (LogrotateOptions(files=LOGS, group="adm"), "`group` needs `user`"),
        (LogrotateOptions(files=LOGS, mode="0640"), "`mode` needs `user`"),
        (
            LogrotateOptions(files=(text("log/x.log"),)),
            "`log/x.log` is not in `var`, where what outlasts builds is",
        ),
        (
            LogrotateOptions(files=(text('/a"b'),)),
            "a path for logrotate can't hold quotation marks, backslashes or line breaks",
        ),
        (
            LogrotateOptions(files=LOGS, signal=SignalOptions()),
            "a signal needs one of `program`, `service` and `pid-file`",
        ),
        (
            LogrotateOptions(files=LOGS, signal=SignalOptions(program="a", service="b")),
            "a signal needs one of `program`, `service` and `pid-file`",
        ),
        (
            LogrotateOptions(files=LOGS, run=text("a 'b")),
            "the command line can't be split: No closing quotation",
        ),
        (LogrotateOptions(files=LOGS, run=()), "the command line is empty"),
        (
            LogrotateOptions(files=LOGS, run=Text((Secret("P"),))),
            "`run` can't hold a secret, as everybody can read it",
        ),
        (
            LogrotateOptions(files=LOGS, run=(text("a\0"),)),
            "`run` holds a character that no script can hold",
        ),
    ],
)
def test_what_can_not_be_is_told(options: LogrotateOptions, message: str):
    assert failure(options).message == message
