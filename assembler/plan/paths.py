"""The paths that steps make, checked before anything is performed."""

from collections.abc import Iterator, Sequence
from typing import assert_never

from assembler.errors import ConfigurationError
from assembler.model.deployment import InstallCrontab, InstallFile
from assembler.model.layout import STATE
from assembler.model.limits import Limits
from assembler.model.paths import UnsafePathError, safe_relpath
from assembler.model.step import (
    AtDeployment,
    BuildSource,
    CheckoutCommit,
    CheckOutput,
    Expose,
    ExtractArchive,
    FetchFile,
    KeepDirectory,
    LinkSources,
    LinkWheels,
    MakeDirectory,
    MakeSymlink,
    RunCommand,
    Step,
    WriteFile,
    WriteLiveFile,
)
from assembler.model.undo import Undo
from assembler.plan.request import RealisedPart

_SHOWN = 120

HERE = ("", ".")
"""How a step names the part's directory itself."""


def made(step: Step) -> tuple[str, ...]:
    """The paths that a step makes, as far as they are known before."""
    match step:
        case LinkWheels():
            return (*environment_paths(step), *(link.path for link in step.links))
        case WriteFile() | WriteLiveFile() | MakeDirectory() | MakeSymlink():
            return (step.path,)
        case FetchFile() | ExtractArchive() | CheckoutCommit() | LinkSources():
            return (step.path,)
        case RunCommand():
            return step.outputs
        case BuildSource():
            return ()
        case Expose() | CheckOutput() | KeepDirectory() | AtDeployment() | Undo():
            return ()
        case _:
            assert_never(step)


def environment_paths(step: LinkWheels) -> tuple[str, ...]:
    """What makes a directory a virtual environment, besides its links."""
    return ("pyvenv.cfg", "bin/python", "bin/python3", f"bin/python{step.python.minor}")


def covers(step: Step, path: str) -> bool:
    """Whether a step makes the path, or a directory of unknown content that may hold it."""
    if path in made(step) or isinstance(step, BuildSource):
        return True
    if not isinstance(step, ExtractArchive | CheckoutCommit | LinkSources | RunCommand):
        return False
    return any(top in HERE or path.startswith(f"{top}/") for top in made(step))


def check(realised: RealisedPart, limits: Limits) -> Iterator[ConfigurationError]:
    """What is wrong with the paths of a part's steps: unsafe or long ones, and two that clash."""
    origin = realised.part.origin
    for fault in _long(realised.steps, limits.path_length):
        message, hints = f"part `{realised.part.name}`: {fault}", (limits.way_out("path_length"),)
        yield ConfigurationError(message, origin=origin, hints=hints)
    steps = realised.steps
    faults = [*_unsafe(steps), *_clashes(steps), *_installed(steps), *_kept(steps)]
    for fault in faults:
        yield ConfigurationError(f"part `{realised.part.name}`: {fault}", origin=origin)


def _long(steps: Sequence[Step], longest: int) -> Iterator[str]:
    for path in (path for step in steps for path in made(step)):
        if len(path.encode(errors="replace")) > longest:
            yield f"the path `{path[:_SHOWN]}` is longer than {longest} bytes"


def _unsafe(steps: Sequence[Step]) -> Iterator[str]:
    for step in steps:
        exposed = (step.path, step.target) if isinstance(step, Expose) else ()
        for path in (*made(step), *exposed):
            if (
                isinstance(step, ExtractArchive | CheckoutCommit | Expose)
                and path in HERE
                and path not in exposed[:1]
            ):
                continue
            try:
                safe_relpath(path)
            except UnsafePathError as error:
                yield f"the path {error}"


def _clashes(steps: Sequence[Step]) -> Iterator[str]:
    """Files that two steps make, and files below what another step makes a file."""
    files: set[str] = set()
    directories = {step.path for step in steps if isinstance(step, MakeDirectory)}
    for step in steps:
        if isinstance(step, MakeDirectory | ExtractArchive | CheckoutCommit | Expose):
            continue
        for path in made(step):
            if path in files:
                yield f"`{path}` is made twice"
            files.add(path)
            directories.update(ancestors(path))
    for path in sorted(files & directories):
        yield f"`{path}` is made a file and a directory"


def _installed(steps: Sequence[Step]) -> Iterator[str]:
    """What deployment is to copy, and no step makes, or puts at no absolute path."""
    for step in steps:
        action = step.action if isinstance(step, AtDeployment) else None
        if not isinstance(action, InstallFile | InstallCrontab):
            continue
        if not any(covers(each, action.source) for each in steps):
            yield f"there is no `{action.source}` to deploy"
        if isinstance(action, InstallFile) and not _is_absolute(action.path):
            yield f"`{action.path}` is no absolute path"


def _kept(steps: Sequence[Step]) -> Iterator[str]:
    for step in steps:
        if isinstance(step, KeepDirectory):
            try:
                safe_relpath(step.path)
            except UnsafePathError as error:
                yield f"the path {error}"
            if step.path.partition("/")[0] != STATE:
                yield f"`{step.path}` is not in `{STATE}`, where state is"


def _is_absolute(path: str) -> bool:
    if not path.startswith("/"):
        return False
    try:
        safe_relpath(path[1:])
    except UnsafePathError:
        return False
    return True


def ancestors(path: str) -> Iterator[str]:
    """The directories above a relative path, the nearest first."""
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path
