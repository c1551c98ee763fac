"""The rotation of logs: they are put aside at times, and deleted when they are old."""

import re
from collections.abc import Iterator

from assembler.api import (
    Assembled,
    AtDeployment,
    CheckOutput,
    ConfigurationError,
    Expose,
    InstallFile,
    KeepDirectory,
    Needs,
    Outputs,
    Part,
    Place,
    Step,
    Text,
    WriteFile,
    quoted,
    relative_path,
)
from assembler_recipes.logrotate.options import LogrotateOptions
from assembler_recipes.logrotate.scripts import script

_FILE = "logrotate.conf"
_NOWHERE = "none"
_SCRIPT = "rotated"
_OTHER = re.compile("[^A-Za-z0-9_-]")
_UNQUOTABLE = re.compile(r'["\\\x00-\x1f]')
_PATTERN = re.compile(r"[*?\[{]")
_SHAPES = {
    "user": re.compile("[a-z_][a-z0-9_-]{0,31}"),
    "group": re.compile("[a-z_][a-z0-9_-]{0,31}"),
    "mode": re.compile("0?[0-7]{3}"),
    "max-size": re.compile("[1-9][0-9]{0,14}[kMG]?"),
}
_EVERY = {
    "hour": "hourly",
    "day": "daily",
    "week": "weekly",
    "month": "monthly",
    "year": "yearly",
}
_CHECK = """\
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
case $1 in *[][*?{}\\\\\\"]*)
  echo "logrotate would take the path of the prefix for a pattern: $1"
  exit 1 ;;
esac
found=$(logrotate -d -s state logrotate.conf 2>&1 |
  grep -E '^error: (logrotate[.]conf:|.*insecure permissions)' |
  grep -Ev "unknown (user|group) '")
[ -z "$found" ] || { printf '%s\\n' "$found"; exit 1; }
"""


class Logrotate:
    """Writes a file for logrotate, which deployment puts where the machine's logrotate reads it.

    `${parts.X.path}` is the file; it stands at `etc/logrotate/X.conf` in the prefix, too.
    """

    options: type[LogrotateOptions] = LogrotateOptions

    def declare(self, part: Part) -> Needs:
        """Nothing. Raises `ConfigurationError` for values that can't be."""
        options = part.typed(LogrotateOptions)
        if not options.files:
            raise ConfigurationError(f"part `{part.name}` has no files", origin=part.origin)
        for key, shape in _SHAPES.items():
            value = getattr(options, key.replace("-", "_"))
            if value is not None and not shape.fullmatch(value):
                raise ConfigurationError(
                    f"`{value}` can't be a {key.replace('-', ' ')}", origin=part.origin_of(key)
                )
        for key in ("group", "mode"):
            if getattr(options, key) is not None and options.user is None:
                raise ConfigurationError(f"`{key}` needs `user`", origin=part.origin_of(key))
        return Needs()

    def outputs(self, part: Part) -> Outputs:
        """`path`: the file for logrotate."""
        return {"path": Text((Place(root="part", part=part.name, path=_FILE),))}

    def realise(self, part: Part, assembled: Assembled) -> tuple[Step, ...]:  # noqa: ARG002 - the protocol's
        """Write and check the file, and say where deployment puts it."""
        options = part.typed(LogrotateOptions)
        files = tuple(_path(part, position) for position in range(len(options.files)))
        written = _configuration(part, files)
        folders = dict.fromkeys(folder for each in files for folder in _folder(each))
        name = _OTHER.sub("-", part.name)
        return (
            *(KeepDirectory(path=folder) for folder in folders),
            *_after(part),
            WriteFile(path=_FILE, content=written),
            Expose(path=f"etc/logrotate/{part.name}.conf", target=_FILE),
            *_checks(written),
            *_installed(options.directory, name),
        )


def _installed(directory: str, name: str) -> Iterator[Step]:
    if directory != _NOWHERE:
        yield AtDeployment(action=InstallFile(path=f"{directory}/{name}", source=_FILE))


def _path(part: Part, position: int) -> Text:
    """A path or pattern: one that is relative is below the prefix."""
    given = part.typed(LogrotateOptions).files[position].stable()
    origin = part.origin_of("files", position)
    if any(_UNQUOTABLE.search(piece) for piece in given.pieces if isinstance(piece, str)):
        raise ConfigurationError(
            "a path for logrotate can't hold quotation marks, backslashes or line breaks",
            origin=origin,
        )
    literal = given.literal
    if literal is None or literal.startswith("/"):
        return given
    path = relative_path(literal, origin)
    if not path.startswith("var/"):
        raise ConfigurationError(
            f"`{literal}` is not in `var`, where what outlasts builds is",
            origin=origin,
            hints=(f"write `var/log/{path}`, or an absolute path",),
        )
    return Text((Place(root="prefix", path=path),))


def _folder(file: Text) -> Iterator[str]:
    """The folder in the prefix that a file is in, if it is known and there."""
    first, *others = file.pieces
    if isinstance(first, Place) and first.root == "prefix" and not others:
        folder = first.path.rpartition("/")[0]
        if not _PATTERN.search(folder):
            yield folder


def _configuration(part: Part, files: tuple[Text, ...]) -> Text:
    """The file. What names users comes last: it is not read on where there is no such user."""
    lines = Text.of(*(Text.of("    ", line, "\n") for line in _lines(part)))
    return Text.of(*(Text.of('"', each, '"\n') for each in files), "{\n", lines, "}\n")


def _lines(part: Part) -> Iterator[Text]:
    options = part.typed(LogrotateOptions)
    yield Text.of(_EVERY[options.every])
    yield Text.of(f"rotate {options.rotate}")
    if options.max_size is not None:
        yield Text.of(f"maxsize {options.max_size}")
    yield from (Text.of(word) for word in ("missingok", "notifempty"))
    if options.compress:
        yield from (Text.of(word) for word in ("compress", "delaycompress"))
    if options.copy:
        yield Text.of("copytruncate")
    if script(part) is not None:
        own = Text((Place(root="part", part=part.name, path=_SCRIPT),)).stable()
        yield from (Text.of(word) for word in ("sharedscripts", "postrotate"))
        yield Text.of("    ", quoted(own))
        yield Text.of("endscript")
    if options.user is not None:
        owner = f"{options.user} {options.group or options.user}"
        yield from () if options.mode is None else (Text.of(f"create {options.mode} {owner}"),)
        yield Text.of(f"su {owner}")


def _after(part: Part) -> Iterator[Step]:
    found = script(part)
    if found is not None:
        yield WriteFile(path=_SCRIPT, content=found, executable=True)
        yield Expose(path=f"etc/logrotate/{part.name}-rotated", target=_SCRIPT)


def _checks(written: Text) -> Iterator[Step]:
    """Let logrotate read the file; it tells mistakes, but does not fail because of them."""
    prefix = Text((Place(root="prefix"),))
    yield CheckOutput(
        tool="sh",
        uses=("logrotate",),
        arguments=(*(Text.of(word) for word in ("-c", _CHECK, "check")), prefix),
        files={_FILE: written},
    )


recipe = Logrotate()
