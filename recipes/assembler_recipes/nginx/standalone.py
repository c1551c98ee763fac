"""A whole configuration, with which nginx runs from the prefix."""

import re
from collections.abc import Iterator, Mapping, Sequence

from assembler.api import (
    ConfigurationError,
    Expose,
    KeepDirectory,
    Part,
    Place,
    Step,
    Text,
    WriteFile,
    quoted,
    relative_path,
)
from assembler_recipes.nginx.directives import Directive, checked, replaced, text_of, written
from assembler_recipes.nginx.options import StandaloneOptions

CONFIGURATION = "nginx.conf"
_USER = re.compile("[a-z_][a-z0-9_-]{0,31}")
_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
_LAUNCHER = """\
#!/bin/sh
PATH=${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/sbin:/sbin
export PATH
exec """
_TYPES: Mapping[str, str] = {
    "application/javascript": "js mjs",
    "application/json": "json map",
    "application/manifest+json": "webmanifest",
    "application/pdf": "pdf",
    "application/rss+xml": "rss",
    "application/wasm": "wasm",
    "application/xml": "xml",
    "application/zip": "zip",
    "audio/mpeg": "mp3",
    "audio/ogg": "oga ogg",
    "font/ttf": "ttf",
    "font/woff": "woff",
    "font/woff2": "woff2",
    "image/avif": "avif",
    "image/gif": "gif",
    "image/jpeg": "jpeg jpg",
    "image/png": "png",
    "image/svg+xml": "svg",
    "image/webp": "webp",
    "image/x-icon": "ico",
    "text/css": "css",
    "text/csv": "csv",
    "text/html": "htm html",
    "text/markdown": "md",
    "text/plain": "txt",
    "video/mp4": "mp4",
    "video/webm": "webm",
}


def whole(
    part: Part, options: StandaloneOptions, sites: Sequence[Directive]
) -> tuple[Directive, ...]:
    """The directives of the whole configuration, around those of sites."""
    user = () if options.user is None else (Directive.of("user", _user(part, options.user)),)
    connections = Directive.of("worker_connections", str(options.connections))
    main = (
        Directive.of("daemon", "off"),
        *user,
        Directive.of("worker_processes", str(options.workers)),
        Directive.of("pid", process_number(part, options)),
        Directive.of("error_log", _below(f"{_logs(part, options)}/{part.name}-error.log")),
        Directive("events", (), (connections,)),
        Directive("http", (), (*_http(part, options), *sites)),
    )
    return replaced(main, written(options.settings, part.origin_of("standalone", "settings")))


def process_number(part: Part, options: StandaloneOptions) -> Text:
    """The file that holds nginx's process number."""
    return _below(f"{_run(part, options)}/{part.name}.pid")


def launcher(part: Part, options: StandaloneOptions) -> str:
    """The path of the launcher in the prefix."""
    name = options.launcher or part.name
    origin = part.origin_of("standalone", "launcher")
    if "/" in relative_path(name, origin):
        raise ConfigurationError(f"`{name}` can't be the name of a launcher", origin=origin)
    return f"bin/{name}"


def steps(part: Part, options: StandaloneOptions, site: str) -> Iterator[Step]:
    """The configuration, which includes the site at a path in the prefix, and its launcher."""
    shown = f"etc/nginx/{part.name}.{CONFIGURATION}"
    content = whole(part, options, (Directive.of("include", _below(site)),))
    yield WriteFile(path=CONFIGURATION, content=text_of(content).stable())
    yield Expose(path=shown, target=CONFIGURATION)
    path = launcher(part, options)
    yield WriteFile(path=path, content=_script(part, options, shown), executable=True)
    yield Expose(path=path, target=path)
    yield KeepDirectory(path=_logs(part, options))
    yield KeepDirectory(path=_run(part, options))
    for name in _TEMPORARY:
        yield KeepDirectory(path=f"{_temporary(part, options)}/{name}", mode=0o700)


def _script(part: Part, options: StandaloneOptions, shown: str) -> Text:
    binary = checked(options.binary, part.origin_of("standalone", "binary"))
    words = (binary, *map(Text.of, ("-e", "stderr", "-p")), _below(""), Text.of("-c"))
    line = (Text.of(quoted(word), " ") for word in (*words, _below(shown)))
    return Text.of(_LAUNCHER, *line, '"$@"\n').stable()


def _http(part: Part, options: StandaloneOptions) -> Iterator[Directive]:
    types = tuple(Directive.of(name, *endings.split()) for name, endings in _TYPES.items())
    yield Directive("types", (), types)
    yield Directive.of("default_type", "application/octet-stream")
    yield Directive.of("sendfile", "on")
    yield Directive.of("tcp_nopush", "on")
    yield Directive.of("server_tokens", "off")
    yield Directive.of("access_log", _below(f"{_logs(part, options)}/{part.name}-access.log"))
    for name in _TEMPORARY:
        path = _below(f"{_temporary(part, options)}/{name}")
        yield Directive.of(f"{name}_temp_path", path)


def _user(part: Part, user: str) -> str:
    if not _USER.fullmatch(user):
        origin = part.origin_of("standalone", "user")
        raise ConfigurationError(f"`{user}` can't be a user", origin=origin)
    return user


def _logs(part: Part, options: StandaloneOptions) -> str:
    return relative_path(options.logs, part.origin_of("standalone", "logs"))


def _run(part: Part, options: StandaloneOptions) -> str:
    return relative_path(options.run, part.origin_of("standalone", "run"))


def _temporary(part: Part, options: StandaloneOptions) -> str:
    folder = options.temporary or f"var/tmp/{part.name}"
    return relative_path(folder, part.origin_of("standalone", "temporary"))


def _below(path: str) -> Text:
    return Text((Place(root="prefix", path=path),))
