"""The one atomic switch between generations, forwards and backwards."""

from pathlib import PurePath

from assembler.errors import ConfigurationError, IntegrityError, MachineError, UsageError
from assembler.execute import generations, state
from assembler.execute.effects import undone
from assembler.execute.recovery import Journal, begin, recover
from assembler.execute.stable import names_of, remove_obsolete
from assembler.model.layout import STABLE, Prefix
from assembler.model.manifest import Manifest
from assembler.ports import Files, Tools


def switch(prefix: PurePath, number: int, tools: Tools) -> Manifest:
    """Make an earlier or later generation live, stable paths included.

    Raises `UsageError` if there is no such generation, `IntegrityError` if a part of it is gone.
    """
    files = tools.files
    recover(prefix, files)
    there = generations.numbers(prefix, files)
    if number not in there:
        listed = ", ".join(str(each) for each in there)
        raise UsageError(f"there is no generation {number}", hints=[f"there are: {listed}"])
    manifest = generations.load(prefix, number, files)
    for name, part in manifest.parts.items():
        if files.state(Prefix(prefix).record(part.directory)) is None:
            raise IntegrityError(f"part `{name}` of generation {number} is gone")
    if manifest.prefix != str(prefix) and any(part.baked for part in manifest.parts.values()):
        tools.reporter.warn(
            f"generation {number} was built at `{manifest.prefix}`, which some files in it name"
        )
    for name in undone(prefix, manifest, files):
        tools.reporter.warn(
            f"what part `{name}` of generation {number} did outside was undone: "
            "`assemble build` does it again"
        )
    begin(prefix, Journal(generation=number, made=False), files)
    make_live(prefix, manifest, files)
    return manifest


def make_live(prefix: PurePath, manifest: Manifest, files: Files) -> None:
    """Switch to a generation that stands whole, as the journal says already."""
    places = Prefix(prefix)
    names = names_of(manifest)
    missing = [name for name in names if _is_missing(places, name, files)]
    for name in missing:
        files.symlink(places.path / name, f"{STABLE}/{name}")
    before = _live(prefix, files)
    if state.make(places, manifest, files) or missing:
        files.sync(places.path)
    files.replace_symlink(places.current, f"generations/{manifest.generation}")
    remove_obsolete(places, names, files)
    if before is not None:
        state.remove_empty(places, before, manifest, files)
    files.remove(places.journal)


def _live(prefix: PurePath, files: Files) -> Manifest | None:
    try:
        return generations.readable(prefix, files)
    except MachineError:
        return None


def _is_missing(places: Prefix, name: str, files: Files) -> bool:
    standing = files.state(places.path / name)
    if standing is not None and standing.target != f"{STABLE}/{name}":
        raise ConfigurationError(
            f"`{places.path / name}` is in the way of a link",
            hints=["move it away, and try again"],
        )
    return standing is None
