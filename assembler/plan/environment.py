"""The layout of a program's environment: which links make one of several stored wheels."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from assembler.errors import UnsatisfiableError
from assembler.model.distribution import Link, StoredFile, StoredWheel, WheelContents


class _Placed(msgspec.Struct, frozen=True):
    """A file of a wheel: its path in the environment, and where it lies in the store.

    `origin` tells the wheel and which of its folders the file comes from.
    """

    path: str
    target: str
    origin: tuple[int, str]
    contents: WheelContents
    file: StoredFile


def layout(contents: Sequence[WheelContents], python_minor: str) -> tuple[Link, ...]:
    """The links of one environment, sorted; paths below it, targets below the store.

    A name that one wheel alone provides is one link; a directory that several share is a real one
    with links inside. A wheel that reaches out of itself is linked file by file. Python scripts are
    left to launchers. Raises `UnsatisfiableError` where two wheels have different content for one
    path. `python_minor` is such as `3.12`.
    """
    placed = [
        file for index, wheel in enumerate(contents) for file in _placed(index, wheel, python_minor)
    ]
    links = tuple(sorted(_links("", placed, _real_directories(placed, python_minor))))
    check_reserved(links, python_minor)
    return links


def _placed(index: int, contents: WheelContents, python_minor: str) -> Iterator[_Placed]:
    wheel = contents.wheel
    places = environment_folders(wheel, python_minor)
    launched = {f"scripts/{name}" for name in wheel.scripts}
    for file in contents.files:
        folder, _, rest = file.path.partition("/")
        if file.path not in launched:
            target = f"{wheel.key}/{file.path}"
            yield _Placed(places[folder] + rest, target, (index, folder), contents, file)


def environment_folders(wheel: StoredWheel, python_minor: str) -> Mapping[str, str]:
    """Where the folders of a stored wheel belong in an environment."""
    return {
        "site": f"lib/python{python_minor}/site-packages/",
        "data": "",
        "headers": f"include/site/python{python_minor}/{wheel.name}/",
        "scripts": "bin/",
    }


def shared_directories(python_minor: str) -> frozenset[str]:
    """Directories below those of an environment's root that are never links."""
    library = f"lib/python{python_minor}"
    return frozenset(
        (
            library,
            f"{library}/site-packages",
            f"{library}/site-packages/__pycache__",
            "include/site",
            f"include/site/python{python_minor}",
        )
    )


def _real_directories(placed: Sequence[_Placed], python_minor: str) -> frozenset[str]:
    """Directories that are never links: those that others put something into as well."""
    below_root = {file.path.partition("/")[0] for file in placed}
    return shared_directories(python_minor).union(below_root)


def _links(directory: str, placed: Sequence[_Placed], real: frozenset[str]) -> Iterator[Link]:
    """The links below a directory (its path with a slash at the end, or empty)."""
    start = len(directory)
    names: dict[str, list[_Placed]] = {}
    for file in placed:
        end = file.path.find("/", start)
        names.setdefault(file.path[start : end if end >= 0 else None], []).append(file)
    for name, inside in names.items():
        path = directory + name
        files = [file for file in inside if file.path == path]
        if files:
            yield _file_link(path, files, inside)
        elif path not in real and _may_be_one_link(inside):
            surplus = len(inside[0].path) - len(path)
            yield Link(path, inside[0].target[:-surplus])
        else:
            yield from _links(f"{path}/", inside, real)


def _may_be_one_link(inside: Sequence[_Placed]) -> bool:
    origin = inside[0].origin
    return not inside[0].contents.reaching_out and all(file.origin == origin for file in inside)


def _file_link(path: str, files: Sequence[_Placed], inside: Sequence[_Placed]) -> Link:
    first = files[0]
    for other in inside:
        if other.path != path:
            raise _clash(path, first, other, "one as a file and one as a directory")
        if other.file.sha256 != first.file.sha256 and "/__pycache__/" not in path:
            raise _clash(path, first, other, "with different content")
    return Link(path, first.target)


def _clash(path: str, one: _Placed, other: _Placed, how: str) -> UnsatisfiableError:
    wheels = f"{_titled(one.contents.wheel)} and {_titled(other.contents.wheel)}"
    return UnsatisfiableError(
        f"{wheels} both bring `{path}`, {how}",
        hints=("give them to different programs, or leave one out",),
    )


def _titled(wheel: StoredWheel) -> str:
    return f"`{wheel.name} {wheel.version}`"


def check_reserved(links: Sequence[Link], python_minor: str) -> None:
    """Refuse what would replace the environment's own files."""
    own = {"pyvenv.cfg", "lib64", "bin/python", "bin/python3", f"bin/python{python_minor}"}
    for link in links:
        if link.path in own or link.path.split("/")[0] == "lib64":
            raise UnsatisfiableError(
                f"`{link.target.split('/')[0]}` brings `{link.path}`, "
                "which every environment has of its own"
            )
