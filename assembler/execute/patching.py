"""Patches applied to a copy of a source."""

from collections.abc import Sequence
from pathlib import PurePath

from assembler.errors import PartError
from assembler.execute.checkout import leading_link
from assembler.execute.site import Site
from assembler.model.patch import FilePatch, PatchError, patched
from assembler.model.patch_reading import parse_patch
from assembler.model.step import SourcePatch
from assembler.ports import Files

_EXECUTABLE = 0o111


def apply_patches(patches: Sequence[SourcePatch], source: PurePath, site: Site) -> tuple[str, ...]:
    """Apply patches in their order, and return the paths that they wrote.

    Raises `PartError` that names the hunk which does not fit.
    """
    written: list[str] = []
    for patch in patches:
        try:
            for file in parse_patch(patch.content):
                written += _apply(file, source, site.tools.files)
        except PatchError as error:
            raise PartError(
                f"part `{site.part.name}`: `{patch.path}` does not apply: {error}",
                origin=site.part.origin,
                details=error.details,
            ) from error
    return tuple(dict.fromkeys(written))


def _apply(patch: FilePatch, source: PurePath, files: Files) -> tuple[str, ...]:
    for path in filter(None, (patch.before, patch.after)):
        if leading_link(source, path, files):
            raise PatchError(f"`{path}` is a link, or below one")
    standing = files.state(source / patch.before) if patch.before else None
    if patch.before and (standing is None or standing.kind != "file"):
        raise PatchError(f"there is no file `{patch.before}`")
    if patch.after and patch.after != patch.before and files.state(source / patch.after):
        raise PatchError(f"`{patch.after}` is there already")
    content = patched(patch, files.read(source / patch.before) if patch.before else b"")
    if patch.before:
        files.remove(source / patch.before)
    if patch.after is None:
        if content:
            raise PatchError(f"`{patch.before}` has more lines than it takes away")
        return ()
    was = standing is not None and bool(standing.mode & _EXECUTABLE)
    executable = was if patch.executable is None else patch.executable
    files.write(source / patch.after, content, 0o755 if executable else 0o644)
    return (patch.after,)
