"""Supervisor: a program of its own that runs and watches other programs."""

import re
from collections.abc import Iterator

from assembler.api import (
    Assembled,
    AtDeployment,
    CallFunction,
    CheckOutput,
    ConfigurationError,
    Expose,
    KeepDirectory,
    Launcher,
    LinkWheels,
    ManageService,
    Needs,
    Outputs,
    Part,
    Place,
    ProgramRequest,
    Root,
    Step,
    Text,
    WheelSet,
    WriteFile,
    command_words,
    launcher_script,
    relative_path,
)
from assembler_recipes.supervisor.configuration import configuration
from assembler_recipes.supervisor.options import SupervisedOptions, SupervisorOptions

_NAME = re.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")
_LAUNCHERS = {
    "supervisord": CallFunction(module="supervisor.supervisord", attribute="main"),
    "supervisorctl": CallFunction(module="supervisor.supervisorctl", attribute="main"),
}
_PARSE = """\
import sys
from supervisor.options import ServerOptions
ServerOptions().realize(["-c", sys.argv[1]])
"""
_START = """\
"$2" || exit
tries=0
until "$1" pid >/dev/null 2>&1 || [ $tries -ge 300 ]; do
  tries=$((tries + 1))
  sleep 0.2
done
"""
_STOP = """\
pid=$("$1" pid 2>/dev/null) || exit 0
"$1" shutdown || exit
tries=0
while kill -0 "$pid" 2>/dev/null && [ $tries -lt 300 ]; do
  grep -q '^State:.Z' "/proc/$pid/status" 2>/dev/null && break
  tries=$((tries + 1))
  sleep 0.2
done
"""
_RESTART = f"({_STOP})\n{_START}"
_TELL = f"""\
control=$1
if "$1" pid >/dev/null 2>&1; then
  shift 2
  exec "$control" "$@"
fi
{_START}"""
_STOP_PROGRAM = """\
"$1" pid >/dev/null 2>&1 || exit 0
exec "$1" stop "$3"
"""

_RUNNING = """\
found=$("$1" status "$3") || exit
echo "$found"
! echo "$found" | grep -qv ' RUNNING '
"""


class Supervisor:
    """Makes `supervisord` and `supervisorctl`, and the configuration that they share.

    Deployment starts it, and restarts the programs whose parts changed. `${parts.X.path}` is its
    configuration file.
    """

    options: type[SupervisorOptions] = SupervisorOptions

    def declare(self, part: Part) -> Needs:
        """A program with supervisor in it. Raises `ConfigurationError` for wrong names."""
        options = part.typed(SupervisorOptions)
        for name in options.programs:
            if not _NAME.fullmatch(name):
                raise ConfigurationError(
                    f"`{name}` can't be the name of a program",
                    origin=part.origin_of("programs", name),
                )
        for name, members in options.groups.items():
            for position, member in enumerate(members):
                if member not in options.programs:
                    raise ConfigurationError(
                        f"there is no program `{member}` for group `{name}`",
                        origin=part.origin_of("groups", name, position),
                        hints=(f"there are {', '.join(options.programs)}",),
                    )
        if options.http != "unix" and not options.http.startswith(("127.0.0.1:", "localhost:")):
            raise ConfigurationError(
                "`http` is `unix` or an address on this machine, such as `127.0.0.1:9001`",
                origin=part.origin_of("http"),
                hints=("whoever reaches supervisor can stop what it runs",),
            )
        root = Root(f"supervisor{options.version}", part.origin_of("version"))
        name = re.sub(r"[-_.]+", "-", part.name).lower()
        request = ProgramRequest(name=name, roots=(root,), python=options.python)
        return Needs(programs=(request,))

    def outputs(self, part: Part) -> Outputs:
        """`path`: the configuration file."""
        return {"path": Text((Place(root="part", part=part.name, path="supervisor.conf"),))}

    def realise(self, part: Part, assembled: Assembled) -> tuple[Step, ...]:
        """The environment, launchers and configuration, and what runs when it is deployed."""
        options = part.typed(SupervisorOptions)
        [program] = assembled.programs.values()
        written = configuration(part)
        shown = f"etc/supervisor/{part.name}.conf"
        replaced = {f"bin/{name}" for name in _LAUNCHERS}
        links = tuple(link for link in program.links if link.path not in replaced)
        return (
            LinkWheels(python=program.python, wheels=program.wheels, links=links),
            WriteFile(path="supervisor.conf", content=written.stable()),
            *(_launcher(name, shown, program) for name in _LAUNCHERS),
            _check(part, written),
            KeepDirectory(path=relative_path(options.logs, part.origin_of("logs"))),
            KeepDirectory(path=relative_path(options.run, part.origin_of("run")), mode=0o700),
            Expose(path=shown, target="supervisor.conf"),
            *(Expose(path=f"bin/{name}", target=f"bin/{name}") for name in _LAUNCHERS),
            *_deployed(part, written, program),
        )


def _launcher(name: str, configuration: str, program: WheelSet) -> Step:
    arguments = (Text.of("-c"), Text((Place(root="prefix", path=configuration),)))
    launcher = Launcher(start=_LAUNCHERS[name], arguments=arguments)
    text = launcher_script(launcher, program.python.minor)
    return WriteFile(path=f"bin/{name}", content=text, executable=True)


def _check(part: Part, written: Text) -> Step:
    """Let supervisor's own parser read the file, with logs where it may look for their folder."""
    python = Text((Place(root="part", part=part.name, path="bin/python"),))
    local = tuple(
        Text.of(".") if isinstance(piece, Place) and piece.root == "prefix" else Text.of(piece)
        for piece in written.pieces
    )
    return CheckOutput(
        tool="env",
        arguments=(python, *(Text.of(word) for word in ("-c", _PARSE, "supervisor.conf"))),
        files={"supervisor.conf": Text.of(*local)},
    )


def _deployed(part: Part, written: Text, program: WheelSet) -> Iterator[Step]:
    options = part.typed(SupervisorOptions)
    wheels = ",".join(sorted(wheel.key for wheel in program.wheels))
    yield AtDeployment(
        action=ManageService(
            name=f"{part.name}:supervisord",
            start=_scripted(part, _START),
            stop=_scripted(part, _STOP),
            restart=_scripted(part, _RESTART),
            reload=_told(part, "update"),
            inputs=Text.of(f"{wheels} {program.python.version}"),
            reloads=written.stable(),
            check=_control(part, "pid"),
            outside=False,
        )
    )
    ordered = sorted(options.programs.items(), key=_priority)
    for name, supervised in ordered:
        yield AtDeployment(action=_managed(part, name, supervised))


def _managed(part: Part, name: str, supervised: SupervisedOptions) -> ManageService:
    """A program: what it runs decides about restarts; supervisor itself sees to its settings."""
    group = _group(part.typed(SupervisorOptions), name)
    every = f"{group}:*" if group != name or supervised.processes > 1 else name
    command = command_words(supervised.run, part.origin_of("programs", name, "run"))
    used = (*command, *supervised.env.values(), *supervised.env_files)
    places = (piece for word in used for piece in word.pieces if not isinstance(piece, str))
    reloads = Text.of(*supervised.reloads_on)
    check = (
        (*_scripted(part, _RUNNING), Text.of(every))
        if supervised.check is None
        else command_words(supervised.check, part.origin_of("programs", name, "check"))
    )
    return ManageService(
        name=f"{part.name}:{name}",
        start=_told(part, "update", group),
        stop=(*_scripted(part, _STOP_PROGRAM), Text.of(every)),
        restart=_told(part, "restart", every),
        reload=_told(part, "signal", supervised.reload_signal, every),
        inputs=Text.of(*places).without(reloads),
        reloads=reloads,
        check=check,
        patience=supervised.patience,
        outside=False,
    )


def _group(options: SupervisorOptions, program: str) -> str:
    """The group that a program is in: one of its own, if none is named."""
    return next((name for name, members in options.groups.items() if program in members), program)


def _priority(program: tuple[str, SupervisedOptions]) -> int:
    return program[1].priority


def _scripted(part: Part, script: str) -> tuple[Text, ...]:
    """A script of `sh` that is given `supervisorctl` and `supervisord`."""
    shell = (Text.of(word) for word in ("/bin/sh", "-c", script, "supervisor"))
    return (*shell, *_launched(part, "supervisorctl"), *_launched(part, "supervisord"))


def _told(part: Part, *command: str) -> tuple[Text, ...]:
    """What tells supervisor to do something, or starts it where it does not run."""
    return (*_scripted(part, _TELL), *(Text.of(word) for word in command))


def _control(part: Part, *command: str) -> tuple[Text, ...]:
    return (*_launched(part, "supervisorctl"), *(Text.of(word) for word in command))


def _launched(part: Part, name: str) -> tuple[Text, ...]:
    return (Text((Place(root="part", part=part.name, path=f"bin/{name}"),)).stable(),)


recipe = Supervisor()
