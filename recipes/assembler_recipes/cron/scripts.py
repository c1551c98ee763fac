"""The script of each job: whatever starts it, it runs alike."""

from collections.abc import Iterator

from assembler.api import (
    ConfigurationError,
    Part,
    Place,
    Text,
    command_words,
    is_variable,
    is_word,
    quoted,
    relative_path,
)
from assembler_recipes.cron.options import CronOptions, JobOptions

FOLDER = "jobs"
"""The folder of the scripts."""


def script(part: Part, name: str) -> Text:
    """The script of a job. Raises `ConfigurationError` for what no script can hold."""
    job = part.typed(CronOptions).jobs[name]
    return Text.of("#!/bin/sh\n", *(Text.of(line, "\n") for line in _lines(part, name, job)))


def lock(part: Part, name: str) -> str | None:
    """The empty folder that a job locks while it runs, if it must not overlap with itself."""
    options = part.typed(CronOptions)
    given = options.jobs[name].overlap
    overlaps = options.overlap if given is None else given
    return None if overlaps else f"var/cron/{part.name}/{name}"


def log_folder(part: Part, name: str) -> str | None:
    """The folder in the prefix that a job's log is in, if it is there."""
    log = _log(part, name)
    if log is None or not isinstance(log.pieces[0], Place) or len(log.pieces) > 1:
        return None
    return log.pieces[0].path.rpartition("/")[0] if log.pieces[0].root == "prefix" else None


def _lines(part: Part, name: str, job: JobOptions) -> Iterator[Text]:
    log, locked = _log(part, name), lock(part, name)
    if log is not None:
        yield Text.of("exec >>", _word(part, name, "log", log), " 2>&1")
    if locked is not None:
        yield Text.of("exec 9<", quoted(Text((Place(root="prefix", path=locked),))))
        yield Text.of("flock -n 9 || exit 0")
    yield from _variable_files(part, name, job)
    for variable, value in job.env.items():
        if not is_variable(variable):
            raise ConfigurationError(
                f"`{variable}` can't be the name of a variable",
                origin=part.origin_of("jobs", name, "env", variable),
            )
        yield Text.of(f"export {variable}=", _word(part, name, "env", value))
    if job.directory is not None:
        yield Text.of("cd -- ", _word(part, name, "directory", job.directory), " || exit")
    words = command_words(job.run, part.origin_of("jobs", name, "run"))
    command = (_word(part, name, "run", word) for word in words)
    yield Text.of("exec", *(Text.of(" ", word) for word in command))


def _variable_files(part: Part, name: str, job: JobOptions) -> Iterator[Text]:
    """Reads them, but for what systemd has read already where the job's user may not."""
    for file in job.env_files:
        path = _word(part, name, "env-files", file)
        if part.typed(CronOptions).style == "timer":
            yield Text.of("if [ -r ", path, " ]; then set -a; . ", path, "; set +a; fi")
        else:
            yield Text.of("set -a; . ", path, "; set +a")


def _log(part: Part, name: str) -> Text | None:
    options = part.typed(CronOptions)
    own = options.jobs[name].log
    written = options.log if own is None else own
    literal = None if written is None else written.literal
    if literal is None or literal.startswith("/"):
        return written
    origin = part.origin_of("log") if own is None else part.origin_of("jobs", name, "log")
    path = relative_path(literal, origin)
    if not path.startswith("var/"):
        raise ConfigurationError(
            f"`{literal}` is not in `var`, where what outlasts builds is",
            origin=origin,
            hints=(f"write `var/log/{path}`, or an absolute path",),
        )
    return Text((Place(root="prefix", path=path),))


def _word(part: Part, name: str, key: str, word: Text) -> Text:
    origin = part.origin_of("jobs", name, key)
    if word.secrets:
        raise ConfigurationError(
            f"job `{name}` can't hold a secret, as everybody can read it",
            origin=origin,
            hints=("let the program read an `env-file` part, or a file of its own",),
        )
    if not all(is_word(piece) for piece in word.pieces if isinstance(piece, str)):
        raise ConfigurationError(
            f"job `{name}` holds a character that no script can hold", origin=origin
        )
    return quoted(word)
