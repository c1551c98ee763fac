"""Distributions of the tests' own environment, released on the index of a world."""

from importlib.metadata import distribution
from pathlib import Path

from tests.behaviours.world import World


def release_installed(world: World, name: str, *requires: str) -> str:
    """Put an installed, pure distribution on the index as a wheel; returns its version."""
    found = distribution(name)
    files = {
        str(path): Path(path.locate()).read_bytes()
        for path in found.files or ()
        if ".." not in path.parts
        and path.suffix != ".pyc"
        and not path.parts[0].endswith(".dist-info")
    }
    points: dict[str, dict[str, str]] = {}
    for point in found.entry_points:
        points.setdefault(point.group, {})[point.name] = point.value
    world.release(name, found.version, files=files, entry_points=points, requires=requires)
    return found.version
