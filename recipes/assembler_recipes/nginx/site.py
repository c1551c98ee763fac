"""A site: its servers, and what stands before them."""

import re
from collections.abc import Iterator, Sequence

from assembler.api import ConfigurationError, Part, Text
from assembler_recipes.nginx.addresses import Address, kept_path, listening
from assembler_recipes.nginx.directives import Directive, replaced, written
from assembler_recipes.nginx.locations import (
    Location,
    connection,
    directive,
    identity,
    is_websocket,
    limits,
    located,
    upstream,
    upstream_of,
)
from assembler_recipes.nginx.options import NginxOptions

_NAME = re.compile(r"~[^\x00-\x20\x7f]+|[A-Za-z0-9_.*-]+")
_UNENCRYPTED = "/.well-known/"
_HTTPS = 443
_COMPRESSED = (
    "application/javascript",
    "application/json",
    "application/manifest+json",
    "application/rss+xml",
    "application/xml",
    "image/svg+xml",
    "text/css",
    "text/javascript",
    "text/plain",
    "text/xml",
)


def site(part: Part) -> tuple[Directive, ...]:
    """The directives of the site's file. Raises `ConfigurationError` for what can't be."""
    options = part.typed(NginxOptions)
    locations = located(part)
    if not (locations or options.includes or options.settings):
        raise ConfigurationError(
            f"part `{part.name}` serves nothing",
            origin=part.origin,
            hints=("give it an `upstream`, or `static` folders",),
        )
    return (
        *_upstreams(part, locations),
        *_connections(part, locations),
        *written(options.http, part.origin_of("http")),
        *_servers(part, locations),
    )


def addresses(part: Part) -> tuple[Address, ...]:
    """Where the site listens."""
    given = part.typed(NginxOptions).listen
    if isinstance(given, Text):
        return (listening(given, part.origin_of("listen")),)
    if not given:
        raise ConfigurationError(f"part `{part.name}` listens nowhere", origin=part.origin)
    return tuple(
        listening(each, part.origin_of("listen", position)) for position, each in enumerate(given)
    )


def _upstreams(part: Part, locations: Sequence[Location]) -> Iterator[Directive]:
    shared = upstream_of(part.typed(NginxOptions).upstream)
    if shared is not None:
        yield upstream(identity(part), shared, part.origin_of("upstream"))
    for location in locations:
        own = upstream_of(location.options.upstream)
        if own is not None:
            yield upstream(location.upstream_name, own, location.origin)


def _connections(part: Part, locations: Sequence[Location]) -> Iterator[Directive]:
    """What an upstream is told about its connection, where it may become a WebSocket."""
    if any(is_websocket(part, location) for location in locations):
        words = (Text.of("$http_upgrade"), Text.of(connection(part)))
        yield Directive("map", words, (Directive.of("default", "upgrade"), Directive.of('""', "")))


def _servers(part: Part, locations: Sequence[Location]) -> Iterator[Directive]:
    options = part.typed(NginxOptions)
    listens = addresses(part)
    encrypted = [address for address in listens if "ssl" in address.words]
    _check_encryption(part, encrypted)
    if not options.https_only:
        yield _server(part, listens, tuple(directive(part, each) for each in locations))
        return
    if not encrypted or len(encrypted) == len(listens):
        raise ConfigurationError(
            "`https-only` needs to `listen` with `ssl` and without",
            origin=part.origin_of("https-only"),
            hints=('write `listen = ["80", "443 ssl"]`',),
        )
    plain = [address for address in listens if address not in encrypted]
    yield _server(part, plain, (*_open(part, locations), _redirect(encrypted[0].port)))
    yield _server(part, encrypted, tuple(directive(part, each) for each in locations))


def _open(part: Part, locations: Sequence[Location]) -> Iterator[Directive]:
    """What is served without encryption, too, as certificates are ordered there."""
    for location in locations:
        if location.path.startswith(_UNENCRYPTED):
            yield directive(part, location)


def _redirect(port: int | None) -> Directive:
    suffix = "" if port in (None, _HTTPS) else f":{port}"
    target = Directive.of("return", "301", f"https://$host{suffix}$request_uri")
    return Directive("location", (Text.of("/"),), (target,))


def _check_encryption(part: Part, encrypted: Sequence[Address]) -> None:
    options = part.typed(NginxOptions)
    for key, other in (
        ("certificate", "certificate-key"),
        ("certificate-key", "certificate"),
    ):
        given = getattr(options, key.replace("-", "_"))
        if given is None:
            continue
        if getattr(options, other.replace("-", "_")) is None:
            raise ConfigurationError(f"`{key}` needs `{other}`", origin=part.origin_of(key))
        if not encrypted:
            raise ConfigurationError(
                f"`{key}` needs to `listen` with `ssl`",
                origin=part.origin_of(key),
                hints=('write `listen = "443 ssl"`',),
            )
    if encrypted and options.certificate is None and "ssl_certificate" not in options.settings:
        raise ConfigurationError(
            "`ssl` needs `certificate` and `certificate-key`", origin=part.origin_of("listen")
        )


def _server(part: Part, listens: Sequence[Address], locations: Sequence[Directive]) -> Directive:
    options = part.typed(NginxOptions)
    lines = (
        *(Directive("listen", address.line) for address in listens),
        *_names(part),
        *(_certificates(part) if any("ssl" in each.words for each in listens) else ()),
        *_logs(part),
        *limits(options.timeout, options.body_size, part.origin),
        *(_gzip() if options.gzip else ()),
        *(
            Directive.of("include", kept_path(path, part.origin_of("includes", position)))
            for position, path in enumerate(options.includes)
        ),
        *locations,
    )
    settings = written(options.settings, part.origin_of("settings"))
    return Directive("server", (), replaced(lines, settings))


def _names(part: Part) -> Iterator[Directive]:
    given = part.typed(NginxOptions).server_name
    names = (given,) if isinstance(given, str) else given
    for name in names:
        if not _NAME.fullmatch(name):
            raise ConfigurationError(
                f"`{name}` can't be the name of a server", origin=part.origin_of("server-name")
            )
    if names:
        yield Directive("server_name", tuple(Text.of(name) for name in names))


def _certificates(part: Part) -> Iterator[Directive]:
    options = part.typed(NginxOptions)
    for name, key, value in (
        ("ssl_certificate", "certificate", options.certificate),
        ("ssl_certificate_key", "certificate-key", options.certificate_key),
    ):
        if value is not None:
            yield Directive.of(name, kept_path(value, part.origin_of(key)))
    yield Directive.of("ssl_protocols", "TLSv1.2", "TLSv1.3")


def _logs(part: Part) -> Iterator[Directive]:
    options = part.typed(NginxOptions)
    if isinstance(options.access_log, Text):
        origin = part.origin_of("access-log")
        yield Directive.of("access_log", kept_path(options.access_log, origin))
    elif not options.access_log:
        yield Directive.of("access_log", "off")
    if options.error_log is not None:
        path = kept_path(options.error_log, part.origin_of("error-log"))
        yield Directive.of("error_log", path)


def _gzip() -> Iterator[Directive]:
    yield Directive.of("gzip", "on")
    yield Directive.of("gzip_vary", "on")
    yield Directive.of("gzip_proxied", "any")
    yield Directive.of("gzip_types", *_COMPRESSED)
