"""Sources, built in a folder beside the prefix's parts and installed into one."""

from collections.abc import Iterator, Mapping
from pathlib import PurePath, PurePosixPath

from assembler.errors import MachineError, PartError
from assembler.execute.checkout import copy_tree
from assembler.execute.commands import (
    ending,
    last_lines,
    log_of,
    put_input,
    search_path,
    surroundings,
)
from assembler.execute.patching import apply_patches
from assembler.execute.site import Site
from assembler.model.paths import UnsafePathError
from assembler.model.step import BuildCommand, BuildSource
from assembler.ports import CommandLine, CommandResult

_EXECUTABLE = 0o111
_LISTED = 10
_LONGEST_LOG = 1 << 20
_COPIED = 315532800
_PATCHED = _COPIED + 1
"""When files of a source were last changed, in seconds: patched ones after all others."""


def build_source(step: BuildSource, site: Site) -> None:
    """Build and install a copy of a source.

    Raises `MachineError` for tools that are not installed, and `PartError` for a patch that does
    not apply, a command that fails, and a build that makes nothing or not what it must.
    """
    files = site.tools.files
    scratch = site.prefix.scratch / site.part.directory
    files.remove(scratch)
    try:
        for name in ("source", "build", "home", "tmp"):
            files.make_directory(scratch / name)
        _copy(step, scratch / "source", site)
        commands = [
            command
            for command in step.commands
            if not command.unless or files.state(scratch / "source" / command.unless) is None
        ]
        _check_tools(step, commands, site)
        _run_all(step, commands, scratch, site)
    finally:
        files.remove(scratch)
    _tidy(site)
    _check_made(step, site)


def _copy(step: BuildSource, source: PurePath, site: Site) -> None:
    """Copy the source, every file as old as the others, and patch it."""
    files = site.tools.files
    try:
        if step.inputs:
            _copy_inputs(step, source, site)
        else:
            copy_tree(PurePosixPath(site.places.text(step.source)), source, files)
    except UnsafePathError as error:
        message = f"part `{site.part.name}`: a path in its source {error}"
        raise PartError(message, origin=site.part.origin) from error
    patched = apply_patches(step.patches, source, site)
    for path, state in files.walk(source):
        if state.kind == "file":
            files.set_time(source / path, _PATCHED if path in patched else _COPIED)


def _copy_inputs(step: BuildSource, source: PurePath, site: Site) -> None:
    for each in step.inputs:
        put_input(each, source / each.path.removeprefix(f"{step.folder}/"), site)


def _check_tools(step: BuildSource, commands: list[BuildCommand], site: Site) -> None:
    """Raise `MachineError` for tools that are needed and not installed."""
    left_out = {each.argv[0].literal for each in step.commands if each not in commands}
    missing = [
        tool
        for tool in step.tools
        if tool not in left_out and not any(_standing(tool, search_path(site), site))
    ]
    if missing:
        listed = " and ".join(f"`{tool}`" for tool in missing)
        packages = " ".join(dict.fromkeys(step.tools[tool] for tool in missing))
        raise MachineError(
            f"part `{site.part.name}` needs {listed}, which "
            f"{'is' if len(missing) == 1 else 'are'} not installed",
            origin=site.part.origin,
            hints=(f"on Debian and Ubuntu: `apt install {packages}`",),
        )


def _standing(tool: str, path: str, site: Site) -> Iterator[PurePosixPath]:
    """Where a tool is installed."""
    for folder in filter(None, path.split(":")):
        found = PurePosixPath(folder, tool)
        state = site.tools.files.state(found)
        if state is not None and (state.kind == "link" or state.mode & _EXECUTABLE):
            yield found


def _run_all(
    step: BuildSource, commands: list[BuildCommand], scratch: PurePath, site: Site
) -> None:
    """Run the commands, and keep all that they say."""
    log = log_of(site, "build")
    environment = _environment(step, scratch, site)
    said: list[str] = []
    for command in commands:
        argv = [site.places.text(word) for word in command.argv]
        if command.parallel:
            argv.append(f"-j{step.jobs or site.tools.jobs}")
        result = site.tools.processes.run(
            CommandLine(
                argv=tuple(argv),
                environment=environment,
                directory=str(scratch / command.directory),
                timeout=step.timeout,
            )
        )
        said.append(f"$ {' '.join(argv)}\n{result.output}")
        if result.status != 0:
            said += _more(command, scratch, site)
        site.tools.files.replace(log, "".join(said).encode())
        if result.status != 0:
            raise _failed(command, result, step, site, log)


def _more(command: BuildCommand, scratch: PurePath, site: Site) -> Iterator[str]:
    """What a command that failed wrote into a log of its own."""
    path, files = scratch / command.directory / command.log, site.tools.files
    state = files.state(path) if command.log else None
    if state is not None and state.kind == "file":
        content = files.read(path)[-_LONGEST_LOG:].decode(errors="replace")
        yield f"\n--- {command.log}\n{content}"


def _failed(
    command: BuildCommand, result: CommandResult, step: BuildSource, site: Site, log: PurePath
) -> PartError:
    words = [site.places.text(word) for word in command.argv[:2]]
    return PartError(
        f"part `{site.part.name}`: `{' '.join(words)}` {ending(result, step.timeout)}",
        origin=site.part.origin,
        details=last_lines(result),
        hints=[f"the whole output is in `{log}`"],
    )


def _environment(step: BuildSource, scratch: PurePath, site: Site) -> Mapping[str, str]:
    given = {name: site.places.text(text) for name, text in step.environment.items()}
    environment = {**surroundings(scratch, site.tools), **given}
    for name in step.passed:
        said = (environment.get(name), site.tools.environment.get(name))
        if words := " ".join(each for each in said if each):
            environment[name] = words
    return environment


def _tidy(site: Site) -> None:
    """Give what was installed the modes that everything in a prefix has."""
    files, directory = site.tools.files, site.directory
    for path, state in files.walk(directory):
        if state.kind == "file":
            files.set_mode(directory / path, 0o755 if state.mode & _EXECUTABLE else 0o644)
        elif state.kind == "directory":
            files.set_mode(directory / path, 0o755)


def _check_made(step: BuildSource, site: Site) -> None:
    missing = [path for path in step.outputs if site.tools.files.state(site.path(path)) is None]
    made = sorted(path for path, _ in site.tools.files.walk(site.directory))
    if missing or not made:
        what = ", ".join(f"`{path}`" for path in missing) or "anything"
        shown = ", ".join(f"`{path}`" for path in made[:_LISTED])
        more = f" and {len(made) - _LISTED} more" if len(made) > _LISTED else ""
        raise PartError(
            f"part `{site.part.name}`: its build did not install {what}",
            origin=site.part.origin,
            details=[f"it installed {shown}{more}"] if made else [],
        )
