"""A configuration as nginx can check it where it is built: it opens nothing of the machine's."""

import re
from collections.abc import Iterator, Sequence

from assembler.api import CheckOutput, Place, Step, Text
from assembler_recipes.nginx.directives import Directive, text_of

_NUMBERED = re.compile(r"unix:.*|[0-9.]+(?::[0-9]+)?|\[.*")
_FILE = "nginx.conf"
_OPENING = re.compile(
    "include|(?:ssl|proxy_ssl|grpc_ssl|uwsgi_ssl)_(?:dhparam|client_certificate|crl|password_file|"
    "trusted_certificate|session_ticket_key|stapling_file|certificate|certificate_key)|geoip_.*"
)
_KEEPING = re.compile(".*_(?:temp|cache|store)_path")
_WORDS = frozenset({"ssl", "http2", "default_server", "proxy_protocol"})
_UNKNOWN = "$hostname"
"""A file whose name nginx learns with each request, so that it is not looked for before."""

_FIXED = {
    "pid": "nginx.pid",
    "ssl_certificate": _UNKNOWN,
    "ssl_certificate_key": _UNKNOWN,
}
_PATHS = """\
for path in "$@"; do
  case $path in *[\\"\\\\\\$]* | *"
"*)
    echo "nginx would misread the path $path"
    exit 1 ;;
  esac
done
"""


def checks(whole: Sequence[Directive]) -> Iterator[Step]:
    """Let nginx check a whole configuration, and before that the paths that are in it."""
    text = text_of(_Local().directives(whole))
    places = dict.fromkeys(piece for piece in text_of(whole).pieces if isinstance(piece, Place))
    script = (Text.of(word) for word in ("-c", _PATHS, "check"))
    yield CheckOutput(tool="sh", arguments=(*script, *(Text((place,)) for place in places)))
    arguments = ("-e", "stderr", "-t", "-q", "-p", "./", "-c", _FILE)
    yield CheckOutput(
        tool="nginx",
        arguments=tuple(Text.of(word) for word in arguments),
        files={_FILE: text},
    )


class _Local:
    """Makes directives such that they need nothing but their own folder."""

    def __init__(self) -> None:
        self._sockets: dict[Text, int] = {}
        self._kept = 0

    def directives(self, given: Sequence[Directive]) -> tuple[Directive, ...]:
        return tuple(made for each in given for made in self._directive(each))

    def _directive(self, given: Directive) -> Iterator[Directive]:
        name, words = given.name, given.words
        if given.block is not None:
            yield Directive(name, words, self.directives(given.block))
        elif name == "listen":
            yield self._listen(words)
        elif name in _FIXED:
            yield Directive.of(name, _FIXED[name])
        elif name in ("access_log", "error_log"):
            yield Directive(name, (_log(words), *words[1:]))
        elif name == "server":
            yield Directive(name, (_server(words[0]), *words[1:]))
        elif _KEEPING.fullmatch(name):
            self._kept += 1
            yield Directive(name, (Text.of(f"kept-{self._kept}"), *words[1:]))
        elif name != "user" and not (_OPENING.fullmatch(name) and not _is_made(words)):
            yield given

    def _listen(self, words: Sequence[Text]) -> Directive:
        """A socket of the folder for each address, as an address may not be this machine's."""
        number = self._sockets.setdefault(words[0], len(self._sockets))
        kept = (word for word in words[1:] if word.literal in _WORDS)
        return Directive("listen", (Text.of(f"unix:{number}.sock"), *kept))


def _log(words: Sequence[Text]) -> Text:
    literal = words[0].literal or ""
    elsewhere = literal in ("off", "stderr") or literal.startswith(("syslog:", "memory:"))
    return words[0] if elsewhere else Text.of("nginx.log")


def _server(address: Text) -> Text:
    """An address that need not be looked up."""
    literal = address.literal
    if literal is None or _NUMBERED.fullmatch(literal):
        return address
    return Text.of("127.0.0.1:80")


def _is_made(words: Sequence[Text]) -> bool:
    """Whether what is opened is there: made by parts, or in the checkout."""
    pieces = [piece for word in words for piece in word.pieces]
    roots = {piece.root for piece in pieces if isinstance(piece, Place)}
    return bool(roots) and roots <= {"part", "project"}
