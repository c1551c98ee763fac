"""Tools that check what a part made, where they are installed."""

from pathlib import PurePath, PurePosixPath

from assembler.errors import PartError
from assembler.execute.commands import (
    Invocation,
    check_made,
    ending,
    last_lines,
    log_of,
    result_of,
    search_path,
)
from assembler.execute.site import Site
from assembler.model.step import CheckOutput

_SYSTEM_TOOLS = "/usr/local/sbin:/usr/sbin:/sbin"
_EXECUTABLE = 0o111


def check_output(step: CheckOutput, site: Site) -> None:
    """Let the tool check what was made, or say that it is not installed; both are in the log.

    Raises `PartError` with the tool's words where it refuses.
    """
    needed = (step.tool, *step.uses)
    found = [path for tool in needed if (path := _installed(tool, site))]
    log = log_of(site, f"{site.part.steps.index(step) + 1}-{needed[-1]}")
    if len(found) < len(needed):
        missing = next(tool for tool in needed if not _installed(tool, site))
        why = f"not checked: `{missing}` is not installed"
        site.tools.files.replace(log, f"{why}\n".encode())
        site.tools.reporter.note(f"part `{site.part.name}` is {why}")
        return
    before = dict(site.tools.files.walk(site.directory))
    invocation = Invocation(
        argv=(str(found[0]), *(site.places.text(word) for word in step.arguments)),
        environment=step.environment,
        timeout=step.timeout,
        files=step.files,
    )
    result = result_of(invocation, site)
    site.tools.files.replace(log, result.output.encode())
    if result.status != 0:
        raise PartError(
            f"part `{site.part.name}`: its check with `{step.tool}` {ending(result, step.timeout)}",
            origin=site.part.origin,
            details=last_lines(result),
        )
    check_made((), before, site)


def _installed(tool: str, site: Site) -> PurePath | None:
    for folder in f"{search_path(site)}:{_SYSTEM_TOOLS}".split(":"):
        path = PurePosixPath(folder, tool)
        state = site.tools.files.state(path) if folder else None
        if state is not None and (state.kind == "link" or state.mode & _EXECUTABLE):
            return path
    return None
