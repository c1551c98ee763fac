"""Commands, run in a part's directory, and what they may leave there."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath

from assembler.errors import PartError
from assembler.execute.site import Site
from assembler.model.step import RunCommand
from assembler.ports import CommandLine, CommandResult, FileState

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


def run_command(step: RunCommand, site: Site) -> None:
    """Run a command. Raises `PartError` if it fails or makes anything but its outputs."""
    files = site.tools.files
    for output in step.outputs:
        files.make_directory(site.path(output).parent)
    before = dict(files.walk(site.directory))
    scratch = site.prefix.scratch / site.part.directory
    for name in ("home", "tmp"):
        files.make_directory(scratch / name)
    try:
        result = site.tools.processes.run(_command_line(step, site, scratch))
    finally:
        files.remove(scratch)
    log = site.prefix.log / f"{site.part.directory}-{site.part.steps.index(step) + 1}.log"
    files.replace(log, result.output.encode())
    _check_result(step, result, site, log)
    _check_outputs(step, before, site)


def _command_line(step: RunCommand, site: Site, scratch: PurePath) -> CommandLine:
    given = {name: site.places.text(value) for name, value in step.environment.items()}
    environment = {
        **_FIXED,
        _PASSED: site.tools.environment.get(_PASSED, "/usr/bin:/bin"),
        "HOME": str(scratch / "home"),
        "TMPDIR": str(scratch / "tmp"),
        **given,
    }
    return CommandLine(
        argv=tuple(site.places.text(word) for word in step.argv),
        environment=environment,
        directory=str(site.directory),
        timeout=step.timeout,
    )


def _check_result(step: RunCommand, result: CommandResult, site: Site, log: PurePath) -> None:
    if result.status == 0:
        return
    if result.timed_out:
        how = f"took longer than {step.timeout:g} seconds"
    elif result.status < 0:
        how = f"was ended by signal {-result.status}"
    else:
        how = f"ended with status {result.status}"
    raise PartError(
        f"part `{site.part.name}`: `{site.places.text(step.argv[0])}` {how}",
        origin=site.part.origin,
        details=result.output.splitlines()[-_LAST_LINES:],
        hints=[f"its whole output is in `{log}`"],
    )


def _check_outputs(step: RunCommand, before: Mapping[str, FileState], site: Site) -> None:
    after = dict(site.tools.files.walk(site.directory))
    missing = [output for output in step.outputs if output not in after]
    if missing:
        raise _fault(site, "did not make its output", missing)
    others = [path for path in _differing(before, after) if not _declared(path, step.outputs)]
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
