"""Launchers: small files that start something in the environment that they stand in.

A launcher is a shell script; one that starts Python code is a Python program as well, so that
`multiprocessing`, reloaders and debuggers, which run the main file again, find a real one.
"""

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias, assert_never

import msgspec

from assembler.model.layout import OWN
from assembler.model.text import Piece, Place, Text
from assembler.model.words import quoted_words


class CallFunction(msgspec.Struct, frozen=True, kw_only=True, tag="function"):
    """Call a function and exit with what it returns; `attribute` may be dotted."""

    module: str
    attribute: str


class RunModule(msgspec.Struct, frozen=True, kw_only=True, tag="module"):
    """Run a module as `python -m` does."""

    module: str


class RunScript(msgspec.Struct, frozen=True, kw_only=True, tag="script"):
    """Run a file of Python code; `path` is relative to the environment."""

    path: str


class RunBinary(msgspec.Struct, frozen=True, kw_only=True, tag="binary"):
    """Run an executable that is not Python; `path` is relative to the environment."""

    path: str


class RunInterpreter(msgspec.Struct, frozen=True, tag="interpreter"):
    """Run the environment's Python itself, with whatever arguments it is given."""


Start: TypeAlias = CallFunction | RunModule | RunScript | RunBinary | RunInterpreter


class Launcher(msgspec.Struct, frozen=True, kw_only=True):
    """What a launcher starts, and how.

    `arguments` stand before those of the command line; `environment` is set before anything
    starts; it starts in `directory`, or where it is called. `initialisation` is Python code that
    runs before the code of the program, also in processes that `multiprocessing` spawns. Only
    launchers of Python code can have one.
    """

    start: Start
    arguments: tuple[Text, ...] = ()
    environment: tuple[tuple[str, Text], ...] = ()
    initialisation: str = ""
    directory: Text | None = None


_VARIABLE = r"[A-Za-z_][A-Za-z0-9_]*"
_NAME = r"[^\W\d]\w*(\.[^\W\d]\w*)*"

_PREFIX = Place("prefix")
_CLEARED = "PYTHONHOME PYTHONPATH VIRTUAL_ENV __PYVENV_LAUNCHER__"

_HEAD = """\
#!/bin/sh
# Made by assembler. Edits are lost: change the assembly and build it.
"""

_FIND = """\
unset {unset}
__launcher__=$(command -p readlink -f -- "$0") || exit 127
__prefix__=${{__launcher__%/{own}/*}}
"""

_PYTHON = """\
import os
import sys

if sys.path[:1] == [os.path.dirname(os.path.realpath(__file__))]:
    del sys.path[0]
"""

_FUNCTION = """
if __name__ == "__main__":
    from {module} import {name}

    sys.exit({attribute}())
"""

_MODULE = """
if __name__ == "__main__":
    import runpy

    runpy.run_module({module!r}, run_name="__main__", alter_sys=True)
"""

_SCRIPT = """
if __name__ == "__main__":
    import runpy

    root = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
    runpy.run_path(os.path.join(root, {path!r}), run_name="__main__")
"""


def is_variable(name: str) -> bool:
    """Whether a launcher can set an environment variable of this name."""
    return re.fullmatch(_VARIABLE, name) is not None


def is_reference(name: str) -> bool:
    """Whether it is a module's or an attribute's name: identifiers joined by dots."""
    return re.fullmatch(_NAME, name) is not None


def launcher_script(launcher: Launcher, python: str) -> Text:
    """The text of a launcher for `bin/` of an environment with this Python, `3.12`.

    It finds the environment from where it stands itself, through any chain of links, and so the
    places inside the prefix. Places that are only known later stand in comment lines, where no path
    but one with a line break can do harm, and are read from there.
    """
    folders = () if launcher.directory is None else (launcher.directory,)
    texts = (*(text for _, text in launcher.environment), *launcher.arguments, *folders)
    places = _later_places(texts)
    variables = ("__launcher__", "__prefix__", *places.values())
    shell = "".join(
        (
            _FIND.format(unset=" ".join((_CLEARED, *variables)), own=OWN),
            _read_places(places),
            *(f"export {name}={_word(text, places)}\n" for name, text in launcher.environment),
            *(f"cd -- {_word(folder, places)} || exit\n" for folder in folders),
            _command(launcher, python, places),
        )
    )
    return Text.of(
        _HEAD, *(Text.of("# ", piece, "\n") for piece in places), _with_code(launcher, shell)
    )


def _later_places(texts: Sequence[Text]) -> dict[Piece, str]:
    """The places that a launcher can't find by itself, with the shell variables that hold them.

    The directories of parts have names that are only known later. They are read with the prefix
    before them, which is read as well, in order to be taken away.
    """
    pieces = [piece for text in texts for piece in text.pieces]
    later = [
        piece
        for piece in pieces
        if not (isinstance(piece, str) or (isinstance(piece, Place) and piece.root == "prefix"))
    ]
    if any(isinstance(piece, Place) and piece.root == "part" for piece in later):
        later.insert(0, _PREFIX)
    return {piece: f"__place_{n}__" for n, piece in enumerate(dict.fromkeys(later), 1)}


def _read_places(places: Mapping[Piece, str]) -> str:
    if not places:
        return ""
    skips = "    read -r __place_1__\n" * _HEAD.count("\n")
    reads = "".join(f"    IFS= read -r {variable}\n" for variable in places.values())
    return "{\n" + skips + reads + '} < "$__launcher__"\n'


def _word(text: Text, places: Mapping[Piece, str]) -> str:
    return "".join(_piece(piece, places) for piece in text.pieces) or '""'


def _piece(piece: Piece, places: Mapping[Piece, str]) -> str:
    match piece:
        case str():
            return quoted_words(piece)
        case Place(root="prefix"):
            return '"$__prefix__"' + (quoted_words(f"/{piece.path}") if piece.path else "")
        case Place(root="part"):
            return f'"$__prefix__${{{places[piece]}#"${places[_PREFIX]}"}}"'
        case _:
            return f'"${{{places[piece]}#??}}"'


def _command(launcher: Launcher, python: str, places: Mapping[Piece, str]) -> str:
    words = [_executable(launcher.start)]
    if isinstance(launcher.start, CallFunction | RunModule | RunScript):
        words += [*_flags(python), '"$__launcher__"']
    words += [_word(argument, places) for argument in launcher.arguments]
    return " ".join(("exec", *words, '"$@"\n'))


def _executable(start: Start) -> str:
    if isinstance(start, RunBinary):
        return '"${__launcher__%/*/*}/"' + quoted_words(start.path)
    return '"${__launcher__%/*}/python"'


def _flags(python: str) -> tuple[str, ...]:
    major, minor = python.split(".")[:2]
    return ("-s", "-P") if (int(major), int(minor)) >= (3, 11) else ("-s",)


def _with_code(launcher: Launcher, shell: str) -> str:
    start = launcher.start
    match start:
        case CallFunction():
            name = start.attribute.partition(".")[0]
            code = _FUNCTION.format(module=start.module, name=name, attribute=start.attribute)
        case RunModule():
            code = _MODULE.format(module=start.module)
        case RunScript():
            code = _SCRIPT.format(path=start.path)
        case RunBinary() | RunInterpreter():
            return shell
        case _:
            assert_never(start)
    first = f"\n{launcher.initialisation}\n" if launcher.initialisation else ""
    return f"''':'\n{shell}'''\n\n{_PYTHON}{first}{code}"
