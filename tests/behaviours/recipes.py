"""Recipes of a test, installed beside the standard ones."""

from collections.abc import Mapping
from importlib.metadata import distribution

from assembler import __version__
from tests.behaviours.world import World


def with_recipes(world: World, modules: Mapping[str, str]) -> Mapping[str, str]:
    """The environment in which these modules, by name, are recipes of the same names, too."""
    site = world.folder / "site"
    points = distribution("assembler").entry_points.select(group="assembler.recipes")
    lines = [f"{point.name} = {point.value}" for point in points]
    lines += [f"{name} = {name}:recipe" for name in modules]
    metadata = f"Metadata-Version: 2.1\nName: assembler\nVersion: {__version__}\n"
    info = f"assembler-{__version__}.dist-info"
    for name, text in {
        f"{info}/METADATA": metadata,
        f"{info}/entry_points.txt": "\n".join(["[assembler.recipes]", *lines, ""]),
        **{f"{name}.py": text for name, text in modules.items()},
    }.items():
        file = site / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return {"PYTHONPATH": str(site)}
