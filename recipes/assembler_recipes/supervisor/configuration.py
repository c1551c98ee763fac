"""The configuration file of supervisor, as its own parser reads it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from assembler.api import ConfigurationError, Part, Place, Text, command_words
from assembler_recipes.supervisor.options import SupervisedOptions, SupervisorOptions

_COMMENT = re.compile(r"(\s)([;#])")
_READ = '. "$1"; shift; '

Section: TypeAlias = tuple[str, Mapping[str, Text]]
"""A section's name and its lines."""


def configuration(part: Part) -> Text:
    """The whole file, with paths in parts as they are while it is built."""
    pieces: list[str | Text] = []
    for name, lines in _sections(part):
        pieces.append(f"\n[{name}]\n" if pieces else f"[{name}]\n")
        for key, value in lines.items():
            pieces += [f"{key} = ", value, "\n"]
    return Text.of(*pieces)


def socket(part: Part) -> Text:
    """What `supervisorctl` connects to."""
    options = part.typed(SupervisorOptions)
    if options.http == "unix":
        return Text.of("unix://", _in(options.run, f"{part.name}.sock"))
    return Text.of(f"http://{options.http}")


def log(options: SupervisorOptions, name: str, program: SupervisedOptions) -> Text:
    """The log file of a program."""
    return _in(options.logs, f"{name}.log") if program.log is None else program.log


def _sections(part: Part) -> Iterator[Section]:
    options = part.typed(SupervisorOptions)
    yield (
        "supervisord",
        _set(
            {
                "logfile": _in(options.logs, f"{part.name}.log"),
                "pidfile": _in(options.run, f"{part.name}.pid"),
                "childlogdir": _in(options.logs, ""),
                "identifier": Text.of(part.name),
                "umask": Text.of("027"),
            },
            options.settings,
        ),
    )
    if options.http == "unix":
        path = _in(options.run, f"{part.name}.sock")
        yield "unix_http_server", {"file": path, "chmod": Text.of("0700")}
    else:
        yield "inet_http_server", {"port": Text.of(options.http)}
    factory = "supervisor.rpcinterface:make_main_rpcinterface"
    yield "rpcinterface:supervisor", {"supervisor.rpcinterface_factory": Text.of(factory)}
    yield "supervisorctl", {"serverurl": socket(part)}
    for name, program in options.programs.items():
        yield f"program:{name}", _set(_program(part, name, program), program.settings)
    for name, members in options.groups.items():
        yield f"group:{name}", {"programs": Text.of(",".join(members))}


def _program(part: Part, name: str, program: SupervisedOptions) -> dict[str, Text]:
    command = _command(part, name, program)
    restart = {"always": "true", "unexpected": "unexpected", "no": "false"}[program.restart]
    lines = {
        "command": _spaced([_quoted(word) for word in command]),
        "priority": Text.of(str(program.priority)),
        "autorestart": Text.of(restart),
        "startsecs": Text.of(str(program.start_seconds)),
        "stopwaitsecs": Text.of(str(program.stop_seconds)),
        "stopsignal": Text.of(program.stop_signal),
        "stopasgroup": Text.of("true"),
        "killasgroup": Text.of("true"),
        "redirect_stderr": Text.of("true"),
        "stdout_logfile": log(part.typed(SupervisorOptions), name, program),
        "stdout_logfile_maxbytes": Text.of("0"),
    }
    if program.processes > 1:
        lines["numprocs"] = Text.of(str(program.processes))
        lines["process_name"] = Text.of("%(program_name)s-%(process_num)d")
    if program.directory is not None:
        lines["directory"] = program.directory
    if program.user is not None:
        lines["user"] = Text.of(program.user)
    return lines


def _command(part: Part, name: str, program: SupervisedOptions) -> Sequence[Text]:
    """The words to run; supervisor's own `environment` has no way to quote everything."""
    origin = part.origin_of("programs", name, "run")
    command = command_words(program.run, origin)
    assigned = [Text.of(f"{key}=", value) for key, value in program.env.items()]
    found = (Text.of("/usr/bin/env"), *assigned, *command) if assigned else command
    if program.env_files:
        script = f'set -a; {_READ * len(program.env_files)}exec "$@"'
        shell = (Text.of(word) for word in ("/bin/sh", "-c", script, name))
        found = (*shell, *program.env_files, *found)
    for word in found:
        if word.secrets:
            raise ConfigurationError(
                f"the command of `{name}` can't hold a secret, as everybody can see it",
                origin=origin,
                hints=("let the program read an `env-file` part, or a file of its own",),
            )
        if any(isinstance(piece, str) and "\n" in piece for piece in word.pieces):
            raise ConfigurationError(
                f"the command of `{name}` can't hold a line break", origin=origin
            )
    return found


def _set(lines: dict[str, Text], settings: Mapping[str, str]) -> Mapping[str, Text]:
    return {**lines, **{key: Text.of(value) for key, value in settings.items()}}


def _spaced(words: Sequence[Text]) -> Text:
    return Text.of(words[0], *(Text.of(" ", word) for word in words[1:]))


def _quoted(word: Text) -> Text:
    """A word as supervisor reads it: `%` doubled, and nothing that looks like a comment."""
    pieces = (_escaped(piece) if isinstance(piece, str) else piece for piece in word.pieces)
    return Text.of('"', *pieces, '"')


def _escaped(literal: str) -> str:
    escaped = literal.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return _COMMENT.sub(r'\1""\2', escaped)


def _in(folder: str, name: str) -> Text:
    return Text((Place(root="prefix", path=f"{folder}/{name}".rstrip("/")),))
