"""Tools that check what a part made, where they are installed."""

from pathlib import PurePath, PurePosixPath

from assembler.errors import PartError
from assembler.execute.commands import check_made, ending, last_lines, result_of, search_path
from assembler.execute.site import Site
from assembler.model.step import CheckOutput

_SYSTEM_TOOLS = "/usr/local/sbin:/usr/sbin:/sbin"
_EXECUTABLE = 0o111


def check_output(step: CheckOutput, site: Site) -> None:
    """Let the tool check what was made, or say that it is not installed.

    Raises `PartError` with the tool's words where it refuses.
    """
    tool = _installed(step.tool, site)
    if tool is None:
        site.tools.reporter.note(
            f"part `{site.part.name}` is not checked: `{step.tool}` is not installed"
        )
        return
    before = dict(site.tools.files.walk(site.directory))
    argv = (str(tool), *(site.places.text(word) for word in step.arguments))
    result = result_of(argv, step.environment, step.timeout, site, files=step.files)
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
