"""Addresses: where a site listens, and where its upstreams do."""

import ipaddress
import re
from collections.abc import Sequence

import msgspec

from assembler.api import ConfigurationError, Origin, Place, Text, relative_path, split_words
from assembler_recipes.nginx.directives import checked

_PORTS = 65535
_ADDRESS = re.compile(r"(?:(?P<host>\[[0-9A-Fa-f:.]+\]|\*|[A-Za-z0-9._-]+):)?(?P<port>[0-9]{1,5})")
_HOST = re.compile(r"\[[0-9A-Fa-f:.]+\]|\*|[A-Za-z0-9._-]+")
_DOTTED = re.compile("[0-9.]+")
_TIME = "[0-9]+(?:ms|[smhd])?"
_LISTEN = re.compile(
    "ssl|http2|default_server|proxy_protocol|reuseport|deferred|bind|ipv6only=(?:on|off)|"
    "backlog=[0-9]+|(?:rcvbuf|sndbuf)=[0-9]+[kKmM]?|so_keepalive=(?:on|off|[0-9:smh]+)|fastopen=[0-9]+"
)
_SERVER = re.compile(
    f"(?:weight|max_conns|max_fails)=[0-9]+|(?:fail_timeout|slow_start)={_TIME}|backup|down"
)


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """An address and the words after it; `host` and `port` of one that is no socket's path.

    One that refers to other parts is known, and checked, once these are.
    """

    text: Text
    host: str = ""
    port: int | None = None
    words: tuple[str, ...] = ()

    @property
    def socket(self) -> Place | None:
        """The path of a socket below the prefix."""
        last = self.text.pieces[-1]
        return last if isinstance(last, Place) and last.root == "prefix" else None

    @property
    def line(self) -> tuple[Text, ...]:
        """The address and its words."""
        return (self.text, *(Text.of(word) for word in self.words))


def listening(text: Text, origin: Origin) -> Address:
    """Where a site listens. Raises `ConfigurationError` for what can't be an address."""
    return _address(text, _LISTEN, origin)


def answering(text: Text, origin: Origin) -> Address:
    """Where a server of an upstream listens."""
    found = _address(text, _SERVER, origin)
    if found.port is not None and found.host in ("", "*"):
        raise ConfigurationError(
            f"`{found.text.literal}` names no host",
            origin=origin,
            hints=(f"write `127.0.0.1:{found.port}` for one on this machine",),
        )
    return found


def kept_path(text: Text, origin: Origin) -> Text:
    """A path: one that is relative is below the prefix, in `var`.

    Raises `ConfigurationError` for others, and for `$`, which nginx takes for a variable.
    """
    checked(text, origin)
    if any(isinstance(piece, str) and "$" in piece for piece in text.pieces):
        raise ConfigurationError("a path for nginx can't hold `$`", origin=origin)
    literal = text.literal
    if literal is None or literal.startswith("/"):
        return text
    path = relative_path(literal, origin)
    if not path.startswith("var/"):
        raise ConfigurationError(
            f"`{literal}` is neither absolute nor in `var`, where what outlasts builds is",
            origin=origin,
            hints=(f"write `var/{path}`, or `${{assembly.project}}/{path}` for the checkout",),
        )
    return Text((Place(root="prefix", path=path),))


def _address(text: Text, words: re.Pattern[str], origin: Origin) -> Address:
    if text.outputs:
        return Address(text=text)
    try:
        first, *others = split_words(checked(text, origin))
    except ValueError as error:
        shown = "".join(piece if isinstance(piece, str) else "…" for piece in text.pieces)
        raise ConfigurationError(f"`{shown}` can't be an address", origin=origin) from error
    following = _words(others, words, origin)
    start = first.pieces[0]
    if isinstance(start, str) and start.startswith("unix:"):
        rest = Text.of(start.removeprefix("unix:"), *first.pieces[1:])
        return Address(text=Text.of("unix:", kept_path(rest, origin)), words=following)
    literal = first.literal or ""
    host, port = _host_and_port(literal)
    if not _is_host(host) or not 0 < port <= _PORTS:
        message = f"`{literal}` can't be an address" if literal else "a path can't be an address"
        raise ConfigurationError(message, origin=origin, hints=_hints(literal))
    return Address(text=first, host=host, port=port, words=following)


def _host_and_port(literal: str) -> tuple[str, int]:
    """Host and port of an address; port 0 where it is none."""
    if found := _ADDRESS.fullmatch(literal):
        return found["host"] or "", int(found["port"])
    return (literal, 80) if _HOST.fullmatch(literal) else ("", 0)


def _is_host(host: str) -> bool:
    try:
        if host.startswith("["):
            ipaddress.IPv6Address(host[1:-1])
        elif _DOTTED.fullmatch(host):
            ipaddress.IPv4Address(host)
    except ValueError:
        return False
    return True


def _words(given: Sequence[Text], known: re.Pattern[str], origin: Origin) -> tuple[str, ...]:
    literals = tuple(word.literal or "" for word in given)
    for word in literals:
        if not known.fullmatch(word):
            raise ConfigurationError(f"`{word}` can't follow an address", origin=origin)
    return literals


def _hints(literal: str) -> tuple[str, ...]:
    if "://" in literal:
        return ("write only host and port; `protocol` of the table `upstream` says how",)
    if literal.count(":") > 1 and "[" not in literal:
        return ("an IPv6 address stands in brackets: `[::1]:8080`",)
    return ("write `127.0.0.1:8080`, `[::1]:8080` or `unix:var/run/NAME.sock`",)
