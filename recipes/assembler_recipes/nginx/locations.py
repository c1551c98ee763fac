"""Paths of a site: files, redirects and upstreams."""

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from assembler.api import ConfigurationError, Origin, Part, Text
from assembler_recipes.nginx.addresses import answering, kept_path
from assembler_recipes.nginx.directives import Directive, checked, replaced, written
from assembler_recipes.nginx.options import LocationOptions, NginxOptions, UpstreamOptions

_KEY = re.compile(r"(?:(?P<modifier>=|\^~|~\*?)[ ]+)?(?P<path>[^\x00-\x20\x7f][^\x00-\x1f\x7f]*)")
_HEADER = re.compile("[A-Za-z0-9_-]+")
_SIZE = re.compile("[0-9]{1,12}[kKmMgG]?")
_EXPIRES = re.compile("-?[0-9]{1,9}(?:ms|[smhdwMy])?|max|off|epoch")
_HEADERS = {
    "Host": "$http_host",
    "X-Real-IP": "$remote_addr",
    "X-Forwarded-For": "$proxy_add_x_forwarded_for",
    "X-Forwarded-Proto": "$scheme",
}


class Location(msgspec.Struct, frozen=True, kw_only=True):
    """A path of a site: its options, and the upstream that it has or shares."""

    modifier: str
    path: str
    options: LocationOptions
    upstream: UpstreamOptions | None
    upstream_name: str
    origin: Origin


def identity(part: Part) -> str:
    """A name that no other site on the machine has."""
    name = part.typed(NginxOptions).server_name
    first = (name,) if isinstance(name, str) else name[:1]
    return re.sub("[^A-Za-z0-9.-]+", "-", "-".join((part.name, *first)))


def connection(part: Part) -> str:
    """The variable that holds what an upstream is told about its connection."""
    return f"${re.sub('[^A-Za-z0-9]+', '_', identity(part))}_connection"


def located(part: Part) -> tuple[Location, ...]:
    """The paths of the site. Raises `ConfigurationError` for what can't be."""
    options = part.typed(NginxOptions)
    given: list[tuple[str, LocationOptions, tuple[str, ...]]] = [
        *(
            (path, LocationOptions(static=folder), ("static", path))
            for path, folder in options.static.items()
        ),
        *((path, location, ("locations", path)) for path, location in options.locations.items()),
    ]
    if options.upstream is not None and all(path != "/" for path, *_ in given):
        given.append(("/", LocationOptions(), ("upstream",)))
    found = tuple(
        _location(part, path, location, (f"{identity(part)}-{number}", part.origin_of(*keys)))
        for number, (path, location, keys) in enumerate(given, 1)
    )
    _check_once(found)
    return found


def is_websocket(part: Part, location: Location) -> bool:
    """Whether connections may become WebSockets there."""
    asked = location.options.websocket
    default = part.typed(NginxOptions).websocket
    return location.upstream is not None and (default if asked is None else asked)


def directive(part: Part, location: Location) -> Directive:
    """The block of a path."""
    options, origin = location.options, location.origin
    words = (location.modifier, location.path) if location.modifier else (location.path,)
    lines = (*_served(part, location), *limits(options.timeout, options.body_size, origin))
    settings = written(options.settings, origin)
    return Directive("location", tuple(map(Text.of, words)), replaced(lines, settings))


def limits(timeout: int | None, size: str | None, origin: Origin) -> Iterator[Directive]:
    """How long an upstream may be silent, and how large a request may be."""
    if timeout is not None:
        if timeout < 1:
            raise ConfigurationError("`timeout` is a second at least", origin=origin)
        yield Directive.of("proxy_read_timeout", f"{timeout}s")
        yield Directive.of("proxy_send_timeout", f"{timeout}s")
    if size is not None:
        if not _SIZE.fullmatch(size):
            raise ConfigurationError(
                f"`{size}` can't be a size", origin=origin, hints=("write for example `10m`",)
            )
        yield Directive.of("client_max_body_size", size)


def upstream_of(given: Text | tuple[Text, ...] | UpstreamOptions | None) -> UpstreamOptions | None:
    """The servers that were given, in one of the ways to write them."""
    if given is None or isinstance(given, UpstreamOptions):
        return given
    return UpstreamOptions(servers=given)


def upstream(name: str, options: UpstreamOptions, origin: Origin) -> Directive:
    """The block of an upstream."""
    servers = (options.servers,) if isinstance(options.servers, Text) else options.servers
    if not servers:
        raise ConfigurationError("an upstream has a server at least", origin=origin)
    balance = options.balance.replace("-", "_")
    lines = (
        *(() if balance == "round_robin" else (Directive.of(balance),)),
        *(Directive("server", answering(each, origin).line) for each in servers),
        *((Directive.of("keepalive", str(options.keepalive)),) if options.keepalive else ()),
    )
    return Directive("upstream", (Text.of(name),), lines)


def _location(
    part: Part, key: str, options: LocationOptions, known: tuple[str, Origin]
) -> Location:
    own_name, origin = known
    found = _KEY.fullmatch(key)
    modifier, path = (found["modifier"] or "", found["path"]) if found else ("", "")
    if not found or not (path.startswith("/") or "~" in modifier.strip("^")):
        raise ConfigurationError(
            f"`{key}` can't be a path of a site",
            origin=origin,
            hints=("it starts with `/`, or with one of `=`, `^~`, `~` and `~*` and a space",),
        )
    kinds = (options.upstream, options.static, options.redirect)
    if sum(each is not None for each in kinds) > 1:
        raise ConfigurationError(
            f"`{key}` has one of `upstream`, `static` and `redirect`", origin=origin
        )
    if options.static is None and not (options.fallback is None and options.expires is None):
        raise ConfigurationError("`fallback` and `expires` need `static`", origin=origin)
    if options.static is not None and modifier in ("", "^~"):
        path = f"{path.rstrip('/')}/"
    own = upstream_of(options.upstream)
    shared = upstream_of(part.typed(NginxOptions).upstream) if not any(kinds) else None
    if own is None and shared is None and not any(kinds) and not options.settings:
        raise ConfigurationError(
            f"`{key}` needs one of `upstream`, `static` and `redirect`", origin=origin
        )
    return Location(
        modifier=modifier,
        path=path,
        options=options,
        upstream=own or shared,
        upstream_name=own_name if own else identity(part),
        origin=origin,
    )


def _check_once(locations: Sequence[Location]) -> None:
    seen: set[tuple[str, str]] = set()
    for location in locations:
        name = (location.modifier, location.path)
        if name in seen:
            raise ConfigurationError(
                f"`{location.path}` is told twice what it does", origin=location.origin
            )
        seen.add(name)


def _served(part: Part, location: Location) -> Iterator[Directive]:
    options = location.options
    if options.static is not None:
        yield from _files(location, options.static)
    elif options.redirect is not None:
        yield Directive.of("return", "301", checked(Text.of(options.redirect), location.origin))
    elif location.upstream is not None:
        yield from _proxied(part, location, location.upstream)


def _files(location: Location, folder: Text) -> Iterator[Directive]:
    options, origin = location.options, location.origin
    if "~" in location.modifier.strip("^"):
        raise ConfigurationError("`static` needs a path instead of a pattern", origin=origin)
    path = kept_path(folder, origin)
    if location.modifier != "=":
        last = path.pieces[-1]
        path = Text.of(*path.pieces[:-1], last.rstrip("/") if isinstance(last, str) else last, "/")
    yield Directive.of("alias", path)
    if options.fallback is not None:
        if not options.fallback.startswith("/") or "$" in options.fallback:
            raise ConfigurationError(
                f"`{options.fallback}` can't be a path of a site", origin=origin
            )
        yield Directive.of("try_files", "$uri", checked(Text.of(options.fallback), origin))
    if options.expires is not None:
        if not _EXPIRES.fullmatch(options.expires):
            raise ConfigurationError(f"`{options.expires}` can't be a time", origin=origin)
        yield Directive.of("expires", options.expires)


def _proxied(part: Part, location: Location, upstream: UpstreamOptions) -> Iterator[Directive]:
    yield Directive.of("proxy_pass", f"{upstream.protocol}://{location.upstream_name}")
    yield Directive.of("proxy_http_version", "1.1")
    headers = dict(_HEADERS)
    if upstream.keepalive:
        headers["Connection"] = ""
    if is_websocket(part, location):
        headers |= {"Upgrade": "$http_upgrade", "Connection": connection(part)}
    own = ((part.typed(NginxOptions).headers, "headers"), (location.options.headers, "locations"))
    for given, key in own:
        origin = part.origin_of("headers") if key == "headers" else location.origin
        headers = _merged(headers, given, origin)
    for name, value in headers.items():
        yield Directive.of("proxy_set_header", name, value)


def _merged(headers: Mapping[str, str], given: Mapping[str, str], origin: Origin) -> dict[str, str]:
    """The headers, those that are given instead of others of the same name."""
    for name, value in given.items():
        if not _HEADER.fullmatch(name):
            raise ConfigurationError(f"`{name}` can't be a header", origin=origin)
        checked(Text.of(value), origin)
    lowered = {name.lower() for name in given}
    kept = {name: value for name, value in headers.items() if name.lower() not in lowered}
    return {**kept, **given}
