"""Limits of what is read from the project."""

from collections.abc import Callable, Mapping
from pathlib import Path, PurePath

import msgspec

from assembler.adapters.disk import Disk
from assembler.app.checkout import Checkout
from assembler.app.layers import read_layers
from assembler.app.sizes import check_lock
from assembler.config.compose import compose
from assembler.config.document import parse
from assembler.config.resolved import resolve
from assembler.config.schema import check
from assembler.model.limits import Limits
from assembler.model.part import ExpandedPart, Part, PartName
from assembler.model.step import WriteFile
from assembler.model.text import Text
from assembler.origin import Origin
from assembler.plan.paths import check as check_paths
from assembler.plan.request import RealisedPart
from assembler.ports import Artifacts, Files
from tests.config.assemblies import HEAD, RECIPES
from tests.config.test_expanding import Expanding
from tests.fakes.artifacts import MemoryArtifacts
from tests.limits.trial import Trial


class _Doors:
    """A folder on disk."""

    def __init__(self, limits: Limits) -> None:
        self.files: Files = Disk()
        self.artifacts: Artifacts = MemoryArtifacts(Path("/nowhere"))
        self.limits = limits


def _read(limits: Limits, folder: Path) -> object:
    (folder / "assembly.toml").write_text("[assembly]\nextends = ['b.toml']\n")
    (folder / "b.toml").write_text("#" * 100)
    return read_layers(Checkout(folder=folder), _Doors(limits))


def _lock(limits: Limits, folder: Path) -> None:
    (folder / "there").write_text("#" * 100)
    (folder / "pylock.toml").unlink(missing_ok=True)
    (folder / "pylock.toml").symlink_to("there")
    check_lock(folder / "pylock.toml", "pylock.toml", Disk(), limits)


def _resolved(text: str) -> Callable[[Limits, Path], object]:
    def work(limits: Limits, _: Path) -> object:
        return resolve(compose([parse(HEAD + text, "assembly.toml", limits=limits)]), {})

    return work


def _expanded(limits: Limits, _: Path) -> object:
    """A part that is made to three others, of which one is made to one again, and so on."""

    def makes(part: Part) -> tuple[ExpandedPart, ...]:
        further = ExpandedPart(name=f"{part.name}a", recipe="site")
        files = (ExpandedPart(name=name, recipe="file", options={"to": "x"}) for name in "xyz")
        return (*files, further) if part.name == "p" else (further,) * (len(part.name) < 4)

    recipes = {**RECIPES, "site": Expanding(makes)}
    document = parse(HEAD + '[parts.p]\nrecipe = "site"\n', "assembly.toml", limits=limits)
    return check(compose([document]), recipes=recipes, folder=PurePath("/srv"), environment={})


def _path(limits: Limits, _: Path) -> None:
    origin = Origin(file="assembly.toml")
    options = msgspec.Struct()
    part = Part(name=PartName("p"), recipe="file", options=options, values={}, origin=origin)
    steps = (WriteFile(path="a/" * 40 + "b", content=Text()),)
    for fault in check_paths(RealisedPart(part=part, steps=steps), limits):
        raise fault


_FOR_EACH = '[for-each.a]\nnames = ["x", "y"]\nvars."${name}" = [1, 2, 3]\n'
_LEVELS = '[vars]\na = "${vars.b}"\nb = "${vars.c}"\nc = "${vars.d}"\nd = 1\n'
_TWICE = '[vars]\na = "12345"\nb = "${vars.a}${vars.a}"\n'
_SPLICED = '[vars]\na = [1, 2, 3]\nb = ["${vars.a}", "${vars.a}"]\n'

TRIALS: Mapping[str, Trial] = {
    "configuration_size": Trial(_read, 100, 99),
    "lock_size": Trial(_lock, 100, 99),
    "nesting": Trial(_resolved("[vars]\nx = [[[1]]]\n"), 5, 4),
    "reference_depth": Trial(_resolved(_LEVELS), 3, 2),
    "text_length": Trial(_resolved(_TWICE), 10, 9),
    "array_values": Trial(_resolved(_SPLICED), 7, 6),
    "expanded_text": Trial(_resolved(f'{_TWICE}c = "${{vars.a}}!"\n'), 16, 15),
    "expanded_values": Trial(_resolved(_FOR_EACH), 14, 13),
    "expansion_depth": Trial(_expanded, 3, 2),
    "expanded_parts": Trial(_expanded, 6, 5),
    "parts": Trial(_expanded, 7, 6),
    "path_length": Trial(_path, 81, 80),
}
