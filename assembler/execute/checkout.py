"""The files of a commit, put into a part."""

from pathlib import PurePath, PurePosixPath

from assembler.errors import PartError
from assembler.execute.site import Site
from assembler.model.paths import UnsafePathError, safe_relpath
from assembler.model.step import CheckoutCommit
from assembler.ports import Files

_EXECUTABLE = 0o100


def check_out(step: CheckoutCommit, site: Site) -> None:
    """Put the files of a commit into a directory.

    Raises `PartError` for a path that no file may have, and where a link leads elsewhere.
    """
    folder, files = site.tools.repositories.checkout(step.url, step.commit), site.tools.files
    if link := leading_link(site.directory, step.path, files):
        raise PartError(
            f"part `{site.part.name}`: `{step.path}` can't be checked out below the link `{link}`",
            origin=site.part.origin,
        )
    try:
        copy_tree(folder, site.path(step.path), files)
    except UnsafePathError as error:
        raise PartError(
            f"part `{site.part.name}`: a path in commit {step.commit[:12]} {error}",
            origin=site.part.origin,
        ) from error


def leading_link(directory: PurePath, path: str, files: Files) -> str | None:
    """The path, or a folder above it in the directory, that is a link to somewhere else."""
    inside = PurePosixPath(path)
    for place in (inside, *inside.parents):
        state = files.state(directory / place)
        if place.parts and state is not None and state.kind == "link":
            return str(place)
    return None


def copy_tree(source: PurePath, directory: PurePath, files: Files) -> None:
    """Copy everything below a directory, links as they are; files are 0644 or 0755.

    Raises `UnsafePathError`.
    """
    files.make_directory(directory)
    for path, state in files.walk(source):
        place = directory / safe_relpath(path)
        if state.kind == "directory":
            files.make_directory(place)
        elif state.kind == "link":
            files.symlink(place, state.target)
        elif state.kind == "file":
            files.copy(source / path, place, 0o755 if state.mode & _EXECUTABLE else 0o644)
