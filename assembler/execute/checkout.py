"""The files of a commit, put into a part."""

from pathlib import PurePath

from assembler.errors import PartError
from assembler.execute.site import Site
from assembler.model.paths import UnsafePathError, safe_relpath
from assembler.model.step import CheckoutCommit
from assembler.ports import Files

_EXECUTABLE = 0o100


def check_out(step: CheckoutCommit, site: Site) -> None:
    """Put the files of a commit into a directory. Raises `PartError` for a name that none has."""
    folder = site.tools.repositories.checkout(step.url, step.commit)
    try:
        copy_tree(folder, site.path(step.path), site.tools.files)
    except UnsafePathError as error:
        raise PartError(
            f"part `{site.part.name}`: a path in commit {step.commit[:12]} {error}",
            origin=site.part.origin,
        ) from error


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
