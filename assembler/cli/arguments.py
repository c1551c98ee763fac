"""The command line: every command, its options and their help."""

import argparse
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NoReturn

from assembler import __version__
from assembler.errors import UsageError

EPILOGUE = """\
exit codes: 0 done, 1 configuration or requirements, 2 usage, 3 network, 4 integrity,
  5 a part failed, 6 the lock is stale or missing, 7 something is due, 8 this machine can't
"""


class Help(argparse.RawDescriptionHelpFormatter):
    """Help as wide as the terminal, found without the 4 ms that importing `shutil` costs."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_columns() - 2)


def _columns() -> int:
    if (columns := os.environ.get("COLUMNS", "")).isdecimal():
        return max(int(columns), 20)
    try:
        return max(os.get_terminal_size().columns, 20)
    except OSError:
        return 80


class Parser(argparse.ArgumentParser):
    """A parser that raises `UsageError` instead of ending the process."""

    def error(self, message: str) -> NoReturn:
        """Raise `UsageError`."""
        raise UsageError(message, hints=(f"`{self.prog} --help` lists what there is",))


def parser(only: Collection[str] = ()) -> Parser:
    """The parser of the `assemble` command, with all commands or those that are wanted."""
    top = Parser(
        prog="assemble",
        description="Assemble and deploy Python applications from one declarative file.",
        epilog=EPILOGUE,
        formatter_class=Help,
        parents=[_everywhere(first=True)],
    )
    top.add_argument("--version", action="version", version=f"assemble {__version__}")
    commands = top.add_subparsers(
        dest="command", metavar="COMMAND", title="commands", prog=top.prog
    )
    everywhere = _everywhere(first=False)
    for name, (summary, options) in COMMANDS.items():
        if not only or name in only:
            description = summary[0].upper() + summary[1:]
            command = commands.add_parser(
                name,
                help=summary,
                description=description,
                parents=[everywhere],
                formatter_class=Help,
            )
            options(command)
    return top


def _everywhere(*, first: bool) -> Parser:
    """The options that stand before or after the command; after it they have no defaults."""

    def default(value: object = None) -> object:
        return value if first else argparse.SUPPRESS

    options = Parser(add_help=False, formatter_class=Help)
    group = options.add_argument_group("options everywhere")
    group.add_argument("-C", dest="directory", metavar="DIR", default=default(),
                       help="work in this folder")  # fmt: skip
    group.add_argument("-f", dest="file", metavar="FILE", default=default(),
                       help="the assembly file (assembly.toml)")  # fmt: skip
    group.add_argument("--prefix", metavar="DIR", default=default(),
                       help="where to build (what the file says, else `build`)")  # fmt: skip
    group.add_argument("--set", dest="settings" if first else "later_settings",
                       metavar="KEY=VALUE", action="append", default=[],
                       help="set a value over what the file says")  # fmt: skip
    group.add_argument("--offline", action="store_true", default=default(value=False),
                       help="use the cache alone")  # fmt: skip
    group.add_argument("--jobs", metavar="N", type=int, default=default(),
                       help="how much to do at once")  # fmt: skip
    group.add_argument("--python", dest="pythons" if first else "later_pythons", metavar="PATH",
                       action="append", default=[], help="an interpreter to prefer")  # fmt: skip
    group.add_argument("-v", "--verbose", action="count", default=default(0),
                       help="say more")  # fmt: skip
    group.add_argument("-q", "--quiet", action="count", default=default(0),
                       help="say less")  # fmt: skip
    group.add_argument("--json", action="store_true", default=default(value=False),
                       help="one JSON document on standard output")  # fmt: skip
    return options


def _init(command: argparse.ArgumentParser) -> None:
    command.add_argument("requirements", nargs="*", metavar="REQUIREMENT",
                         help="what the first program requires, such as `flask>=3`")  # fmt: skip


def _add(command: argparse.ArgumentParser) -> None:
    command.add_argument("part", metavar="PART",
                         help="the part; where there is none, a program is made")  # fmt: skip
    command.add_argument("requirements", nargs="+", metavar="REQUIREMENT",
                         help="what it requires besides, such as `flask>=3`")  # fmt: skip
    command.add_argument("--new", action="store_true",
                         help="make the part although one has a similar name")  # fmt: skip
    _edited(command)


def _remove(command: argparse.ArgumentParser) -> None:
    command.add_argument("part", metavar="PART", help="the part")
    command.add_argument("names", nargs="*", metavar="NAME",
                         help="distributions that it requires no longer; without one, the part "
                         "itself is taken away")  # fmt: skip
    _edited(command)


def _edited(command: argparse.ArgumentParser) -> None:
    command.add_argument("--in", dest="layer", metavar="FILE", default=None,
                         help="edit this file, which the assembly file extends")  # fmt: skip
    command.add_argument("--lock", action="store_true",
                         help="lock then; if that fails, the file stays as it was")  # fmt: skip


def _lock(command: argparse.ArgumentParser) -> None:
    command.add_argument("--upgrade", nargs="*", metavar="NAME", default=None,
                         help="take the newest of these distributions (of one program: "
                         "PROGRAM:NAME) and of what these parts take from the web, or of all"
                         )  # fmt: skip
    command.add_argument("--from", dest="seeds", metavar="FILE", default=None,
                         help="prefer the pins of a requirements.txt, uv.lock, pylock.toml"
                              " or versions.cfg")  # fmt: skip
    command.add_argument("--check", action="store_true",
                         help="only tell whether the lock is fresh (exit 6 if not)")  # fmt: skip


def _parts(command: argparse.ArgumentParser) -> None:
    command.add_argument("parts", nargs="*", metavar="PART",
                         help="only these parts and what they need")  # fmt: skip
    command.add_argument("--only", metavar="SELECTION", action="append", default=[],
                         help="the parts that `assembly.select` names so")  # fmt: skip
    command.add_argument("--no-editable", action="store_true",
                         help="build editable sources into wheels")  # fmt: skip
    command.add_argument("--no-compile-bytecode", dest="later_settings", action="append_const",
                         const="assembly.compile-bytecode=false",
                         help="leave it to programs to compile what they import")  # fmt: skip
    command.add_argument("--target", metavar="NAME", default=None,
                         help="which of the lock's targets this machine is")  # fmt: skip


def _plan(command: argparse.ArgumentParser) -> None:
    _parts(command)
    command.add_argument("--check", action="store_true",
                         help="exit 7 if something is due")  # fmt: skip


def _build(command: argparse.ArgumentParser) -> None:
    _parts(command)
    command.add_argument("--lock", action="store_true", help="lock first")
    command.add_argument("--live", action="store_true",
                         help="write the files that hold secrets, too")  # fmt: skip
    command.add_argument("--forget-undo", action="store_true",
                         help="go on where what a part did outside can't be undone")  # fmt: skip


def _deploy(command: argparse.ArgumentParser) -> None:
    command.add_argument("--root", metavar="DIR", default=None,
                         help="what stands for `/`; the machine's own services are not "
                         "touched then")  # fmt: skip
    command.add_argument("--dry-run", action="store_true",
                         help="show what would be done, and change nothing")  # fmt: skip


def _deploy_or_check(command: argparse.ArgumentParser) -> None:
    _deploy(command)
    command.add_argument("--check", action="store_true",
                         help="change nothing, and exit 7 if something is due")  # fmt: skip


def _status(command: argparse.ArgumentParser) -> None:
    command.add_argument("--check", action="store_true",
                         help="exit 7 if the build is not current")  # fmt: skip


def _run(command: argparse.ArgumentParser) -> None:
    command.add_argument("launcher", metavar="LAUNCHER", help="a name in the prefix's bin/")
    command.add_argument("arguments", nargs=argparse.REMAINDER, metavar="ARG",
                         help="passed on")  # fmt: skip


def _rollback(command: argparse.ArgumentParser) -> None:
    command.add_argument("generation", nargs="?", type=int, metavar="N",
                         help="the generation's number (the one before)")  # fmt: skip
    command.add_argument("--deploy", action="store_true",
                         help="deploy it, too")  # fmt: skip


def _clean(command: argparse.ArgumentParser) -> None:
    command.add_argument("--keep", type=int, metavar="N", default=None,
                         help="how many generations stay, the current one among them (what the "
                         "file says, else 3)")  # fmt: skip
    command.add_argument("--dry-run", action="store_true",
                         help="show what would go, and change nothing")  # fmt: skip


def _cache(command: argparse.ArgumentParser) -> None:
    command.add_argument("action", choices=("dir", "verify", "clean"), metavar="ACTION",
                         help="dir: where it is; verify: compare it with its hashes; clean: drop "
                         "what is in it")  # fmt: skip
    command.add_argument("--older", type=int, metavar="DAYS", default=None,
                         help="drop only what was not used for so many days")  # fmt: skip
    command.add_argument("--size", metavar="SIZE", default=None,
                         help="drop only until so much is left, such as 2GB; the longest unused "
                         "goes first")  # fmt: skip
    command.add_argument("--dry-run", action="store_true",
                         help="show how much would go, and change nothing")  # fmt: skip


def _tree(command: argparse.ArgumentParser) -> None:
    command.add_argument("part", nargs="?", metavar="PART", help="only this program")


def _why(command: argparse.ArgumentParser) -> None:
    command.add_argument("name", metavar="NAME", help="a distribution in the lock")


def _outdated(command: argparse.ArgumentParser) -> None:
    command.add_argument("--check", action="store_true",
                         help="exit 7 if an upgrade would take something newer")  # fmt: skip


def _export(command: argparse.ArgumentParser) -> None:
    command.add_argument("--format", choices=("requirements", "pylock"), required=True,
                         help="a requirements file, or a lock file of one program")  # fmt: skip
    command.add_argument("--program", metavar="P", default=None,
                         help="which program (the only one)")  # fmt: skip
    command.add_argument("--target", metavar="T", default=None,
                         help="for which of the lock's targets (this machine's)")  # fmt: skip
    command.add_argument("-o", dest="output", metavar="FILE", default=None,
                         help="write this file (standard output)")  # fmt: skip


def _config(command: argparse.ArgumentParser) -> None:
    command.add_argument("key", nargs="?", metavar="KEY",
                         help="one value, bare, such as `vars.port`")  # fmt: skip
    command.add_argument("--origins", action="store_true",
                         help="where each value was written, and what it overrode")  # fmt: skip
    command.add_argument("--diff", metavar="FILE",
                         help="compare with another assembly file")  # fmt: skip


def _graph(command: argparse.ArgumentParser) -> None:
    command.add_argument("parts", nargs="*", metavar="PART",
                         help="only these parts and what they need")  # fmt: skip
    command.add_argument("--format", choices=("text", "dot", "mermaid", "json"), default="text",
                         help="a tree, Graphviz's or Mermaid's language, or JSON")  # fmt: skip


def _recipes(command: argparse.ArgumentParser) -> None:
    command.add_argument("name", nargs="?", metavar="NAME",
                         help="the options and outputs of this recipe")  # fmt: skip


def _schema(command: argparse.ArgumentParser) -> None:
    command.add_argument("--layer", action="store_true",
                         help="of a file that others complete")  # fmt: skip


def _completion(command: argparse.ArgumentParser) -> None:
    command.add_argument("shell", choices=("bash", "zsh", "fish"))


def _nothing(_command: argparse.ArgumentParser) -> None:
    """Add no options."""


COMMANDS: Mapping[str, tuple[str, Callable[[argparse.ArgumentParser], None]]] = {
    "init": ("write a first assembly.toml", _init),
    "add": ("add requirements to a part, in the file", _add),
    "remove": ("remove requirements, or a part, from the file", _remove),
    "lock": ("solve the requirements and write the lock", _lock),
    "plan": ("show what `build` would do, and why", _plan),
    "build": ("build exactly what the lock says", _build),
    "run": ("run a launcher of the current build", _run),
    "deploy": ("put in place what must exist outside the prefix", _deploy_or_check),
    "undeploy": ("take away what `deploy` put in place", _deploy),
    "status": ("show what is built, and whether it is current", _status),
    "verify": ("check every file against its recorded hash", _nothing),
    "rollback": ("go back to an earlier generation", _rollback),
    "clean": ("remove earlier generations, and what they alone used", _clean),
    "tree": ("show what each program contains, and what depends on what", _tree),
    "why": ("show who asks for a distribution, and what chose its version", _why),
    "outdated": ("show newer versions, and what holds each back", _outdated),
    "export": ("write one program of the lock for other installers", _export),
    "cache": ("show, verify or clean the cache that all builds share", _cache),
    "config": ("show the resolved configuration", _config),
    "graph": ("show the parts, and why each needs others", _graph),
    "recipes": ("show the recipes, or what one understands", _recipes),
    "schema": ("print a JSON Schema of assembly.toml, for editors", _schema),
    "completion": ("print a shell's completion script", _completion),
}
"""Each command: what it does, in a few words, and what adds its options."""


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Parse a command line. Raises `UsageError`, and `SystemExit` for `--help` and `--version`."""
    wanted = COMMANDS.keys() & set(argv)
    arguments = parser(wanted).parse_args(list(argv))
    if arguments.command:
        arguments.settings = [*arguments.settings, *arguments.later_settings]
        arguments.pythons = [*arguments.pythons, *arguments.later_pythons]
    return arguments
