"""What people changed, or put where built things stand, kept when these go."""

from collections.abc import Iterator
from pathlib import PurePath, PurePosixPath

from assembler.execute.inspection import changed_by_hand
from assembler.execute.records import recorded
from assembler.model.layout import Prefix
from assembler.ports import Files, FileState, Tools


def strangers(places: Prefix, number: int, files: Files) -> tuple[str, ...]:
    """What stands among the stable paths of a generation and is no link of ours."""
    root = places.generation(number) / "root"
    if files.state(root) is None:
        return ()
    return tuple(path for path, state in files.walk(root) if _is_strange(state, places))


def _is_strange(state: FileState, places: Prefix) -> bool:
    ours = state.kind == "link" and f"/{places.parts.name}/" in state.target
    return state.kind != "directory" and not ours


def keep_strangers(places: Prefix, number: int, tools: Tools) -> None:
    """Move what is not ours among the stable paths of a generation that goes."""
    root = places.generation(number) / "root"
    for path in strangers(places, number, tools.files):
        _keep(root / path, places.edited / f"generation-{number}" / path, tools)


def keep_edited(places: Prefix, directory: str, tools: Tools) -> None:
    """Move what was changed by hand in a part's directory that goes."""
    built, standing = recorded(places, directory, tools.files), places.part(directory)
    if built is None or tools.files.state(standing) is None:
        return
    for path in tuple(changed_by_hand(built, standing, tools.files)):
        _keep(standing / path, places.edited / directory / path, tools)


def _keep(path: PurePath, wanted: PurePath, tools: Tools) -> None:
    files = tools.files
    free = next(each for each in _names(wanted) if files.state(each) is None)
    files.make_directory(free.parent)
    files.rename(path, free)
    tools.reporter.warn(f"`{path}` was changed by hand: it is kept as `{free}`")


def _names(path: PurePath) -> Iterator[PurePath]:
    yield path
    number = 1
    while True:
        number += 1
        yield PurePosixPath(path.with_name(f"{path.name}-{number}"))
