"""Directories for state: they and what is in them outlast generations."""

from collections.abc import Iterator, Mapping
from pathlib import PurePath

from assembler.errors import ConfigurationError
from assembler.model.layout import Prefix
from assembler.model.manifest import Damage, Manifest
from assembler.ports import Files


def directories(manifest: Manifest) -> Mapping[str, int]:
    """The state directories of a generation and their permission bits, outer ones first."""
    found = {path: mode for part in manifest.parts.values() for path, mode in part.state.items()}
    return dict(sorted(found.items()))


def make(places: Prefix, manifest: Manifest, files: Files) -> bool:
    """Make the state directories of a generation that are not there; whether any was changed.

    Raises `ConfigurationError` where something else is.
    """
    changed = False
    for path, mode in directories(manifest).items():
        standing = files.state(places.path / path)
        if standing is not None and standing.kind != "directory":
            raise ConfigurationError(
                f"`{places.path / path}` is in the way of a directory",
                hints=("move it away, and try again",),
            )
        if standing is None:
            files.make_directory(places.path / path)
        if standing is None or standing.mode != mode:
            files.set_mode(places.path / path, mode)
            changed = True
    return changed


def remove_empty(places: Prefix, before: Manifest, now: Manifest, files: Files) -> None:
    """Remove what the generation before had for state, where it is empty and no longer wanted."""
    kept = directories(now)
    for path in sorted(directories(before), reverse=True):
        while path and not any(each == path or each.startswith(f"{path}/") for each in kept):
            state = files.state(places.path / path)
            if state is None or state.kind != "directory" or files.names(places.path / path):
                break
            files.remove(places.path / path)
            path = path.rpartition("/")[0]  # noqa: PLW2901 - and the folders around it


def damage(places: Prefix, manifest: Manifest, files: Files) -> Iterator[Damage]:
    """State directories that are missing, or have other permission bits."""
    for path, mode in directories(manifest).items():
        missing = files.state(places.path / path) is None
        if missing or _differs(places.path / path, mode, files):
            yield Damage(where="prefix", owner="", path=path, missing=missing)


def _differs(path: PurePath, mode: int, files: Files) -> bool:
    state = files.state(path)
    return state is not None and state.mode != mode
