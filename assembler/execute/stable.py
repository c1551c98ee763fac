"""The links through which stable paths lead: those at the top of a prefix, and in a generation."""

from collections.abc import Collection, Mapping
from pathlib import PurePath, PurePosixPath

from assembler.model.layout import STABLE, Prefix
from assembler.model.manifest import Manifest
from assembler.model.places import relative_path
from assembler.ports import Files


def names_of(manifest: Manifest) -> tuple[str, ...]:
    """The names of the links that a generation needs, sorted."""
    exposed = (path for part in manifest.parts.values() for path in part.exposed)
    return tuple(sorted({path.partition("/")[0] for path in exposed}))


def root_links(places: Prefix, manifest: Manifest) -> Mapping[str, str]:
    """The links in a generation's `root`, by stable path, each relative to where it stands."""
    root = PurePosixPath(places.generation(manifest.generation), "root")
    return {
        path: relative_path(
            PurePosixPath(places.part(part.directory), target), (root / path).parent
        )
        for part in manifest.parts.values()
        for path, target in sorted(part.exposed.items())
    }


def standing(prefix: PurePath, files: Files) -> Mapping[str, str]:
    """What stands at the top of a prefix: the targets of links, nothing for all else."""
    found: dict[str, str] = {}
    for name in files.names(prefix):
        state = files.state(prefix / name)
        found[name] = state.target if state else ""
    return found


def remove_obsolete(places: Prefix, names: Collection[str], files: Files) -> None:
    """Remove the links of ours that are not among the names."""
    for name, target in standing(places.path, files).items():
        if target == f"{STABLE}/{name}" and name not in names:
            files.remove(places.path / name)
