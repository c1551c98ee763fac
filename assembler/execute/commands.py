"""Commands, run in a part's directory, and what they may leave there."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath

import msgspec

from assembler.errors import PartError
from assembler.execute.site import Site
from assembler.model.deployment import FileDigest
from assembler.model.step import RunCommand
from assembler.model.text import Place, Text
from assembler.ports import CommandLine, CommandResult, FileState, Tools

_PASSED = "PATH"
_FIXED = {
    "LANG": "C.UTF-8",
    "TZ": "UTC",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
    "SOURCE_DATE_EPOCH": "315532800",
}
"""Equal everywhere, so that what commands make does not depend on the machine's settings."""

_LAST_LINES = 20
_LISTED = 10
_EXECUTABLE = 0o111


class Invocation(msgspec.Struct, frozen=True, kw_only=True):
    """A command, and what it is given: texts by path, and copies of `staged` project files."""

    argv: tuple[str, ...]
    environment: Mapping[str, Text] = {}
    timeout: float
    files: Mapping[str, Text] = {}
    staged: tuple[FileDigest, ...] = ()


def run_command(step: RunCommand, site: Site) -> None:
    """Run a command. Raises `PartError` if it fails or makes anything but its outputs."""
    files = site.tools.files
    for output in step.outputs:
        files.make_directory(site.path(output).parent)
    before = dict(files.walk(site.directory))
    passed = {name: site.tools.environment.get(name) for name in step.passed}
    invocation = Invocation(
        argv=tuple(site.places.text(word) for word in step.argv),
        environment={
            **{name: Text.of(value) for name, value in passed.items() if value is not None},
            **step.environment,
        },
        timeout=step.timeout,
        staged=step.inputs if step.staged else (),
    )
    result = result_of(invocation, site)
    log = log_of(site, str(site.part.steps.index(step) + 1))
    files.replace(log, result.output.encode())
    _check_result(step, result, site, log)
    check_made(step.outputs, before, site)


def result_of(invocation: Invocation, site: Site) -> CommandResult:
    """Run a command with a home and a temporary folder of its own.

    It starts in the part's directory or, where there are `files` or `staged` ones, in a folder that
    holds these.
    """
    scratch = site.prefix.scratch / site.part.directory
    for name in ("home", "tmp"):
        site.tools.files.make_directory(scratch / name)
    own = bool(invocation.files or invocation.staged)
    command = CommandLine(
        argv=invocation.argv,
        environment={
            **_FIXED,
            _PASSED: search_path(site),
            "HOME": str(scratch / "home"),
            "TMPDIR": str(scratch / "tmp"),
            **{name: site.places.text(text) for name, text in invocation.environment.items()},
        },
        directory=str(scratch / "files" if own else site.directory),
        timeout=invocation.timeout,
    )
    try:
        _stage(invocation, scratch / "files", site)
        return site.tools.processes.run(command)
    finally:
        site.tools.files.remove(scratch)


def _stage(invocation: Invocation, folder: PurePath, site: Site) -> None:
    """Put what a command starts with into its folder."""
    files = site.tools.files
    for name, content in invocation.files.items():
        files.write(folder / name, site.places.text(content).encode())
    for source in invocation.staged:
        put_input(source, folder / source.path, site)


def put_input(source: FileDigest, path: PurePath, site: Site) -> None:
    """Copy a file of the project. Raises `PartError` where it is not what was planned with."""
    files = site.tools.files
    standing = site.places.path(Place(root="project", path=source.path))
    state = files.state(standing)
    if state is None or files.sha256(standing) != source.sha256:
        raise PartError(
            f"part `{site.part.name}`: `{source.path}` is not what it was for the plan",
            origin=site.part.origin,
            hints=["build again"],
        )
    executable = state.kind == "file" and state.mode & _EXECUTABLE
    files.copy(standing, path, 0o755 if executable else 0o644)


def log_of(site: Site, name: str) -> PurePath:
    """Where the output of one of the part's steps is kept."""
    return site.prefix.log / f"{site.part.directory}-{name}.log"


def search_path(site: Site) -> str:
    """The PATH that commands see."""
    return site.tools.environment.get(_PASSED, "/usr/bin:/bin")


def surroundings(scratch: PurePath, tools: Tools) -> Mapping[str, str]:
    """The variables that every command sees, its home and temporary folder in a scratch folder."""
    return {
        **_FIXED,
        _PASSED: tools.environment.get(_PASSED, "/usr/bin:/bin"),
        "HOME": str(scratch / "home"),
        "TMPDIR": str(scratch / "tmp"),
    }


def ending(result: CommandResult, timeout: float) -> str:
    """How a command ended that failed, in words."""
    if result.timed_out:
        return f"took longer than {timeout:g} seconds"
    if result.status < 0:
        return f"was ended by signal {-result.status}"
    return f"ended with status {result.status}"


def last_lines(result: CommandResult) -> Sequence[str]:
    """The end of a command's output."""
    return result.output.splitlines()[-_LAST_LINES:]


def _check_result(step: RunCommand, result: CommandResult, site: Site, log: PurePath) -> None:
    if result.status == 0:
        return
    how = ending(result, step.timeout)
    raise PartError(
        f"part `{site.part.name}`: `{site.places.text(step.argv[0])}` {how}",
        origin=site.part.origin,
        details=last_lines(result),
        hints=[f"its whole output is in `{log}`"],
    )


def check_made(outputs: Sequence[str], before: Mapping[str, FileState], site: Site) -> None:
    """Compare the part's directory with what it was. Raises `PartError` for undeclared changes."""
    after = dict(site.tools.files.walk(site.directory))
    missing = [output for output in outputs if output not in after]
    if missing:
        raise _fault(site, "did not make its output", missing)
    others = [path for path in _differing(before, after) if not _declared(path, outputs)]
    if others:
        raise _fault(site, "made what is not among its `outputs`:", others)


def _differing(before: Mapping[str, FileState], after: Mapping[str, FileState]) -> Iterator[str]:
    """What was made, changed or removed; of directories only whether they are there."""
    for path in sorted({*before, *after}):
        was, becomes = before.get(path), after.get(path)
        if _kind(was) != _kind(becomes) or (_kind(was) != "directory" and was != becomes):
            yield path


def _kind(state: FileState | None) -> str:
    return state.kind if state else ""


def _declared(path: str, outputs: Sequence[str]) -> bool:
    return any(path == output or path.startswith(f"{output}/") for output in outputs)


def _fault(site: Site, what: str, paths: Sequence[str]) -> PartError:
    listed = ", ".join(f"`{path}`" for path in paths[:_LISTED])
    more = f" and {len(paths) - _LISTED} more" if len(paths) > _LISTED else ""
    return PartError(
        f"part `{site.part.name}`: its command {what} {listed}{more}", origin=site.part.origin
    )
