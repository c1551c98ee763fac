"""The options of a site of nginx."""

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

from assembler.api import Text

Lines = Mapping[str, Text | tuple[Text, ...]]
"""Directives by name: what one is given, or each of several."""


class UpstreamOptions(
    msgspec.Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True
):
    """Servers that answer requests."""

    servers: Annotated[
        Text | tuple[Text, ...],
        msgspec.Meta(
            description="Their addresses, `127.0.0.1:8000` or `unix:var/run/web.sock` (below the "
            "prefix); nginx's own words may follow, as in `10.0.0.2:8000 weight=2`."
        ),
    ]
    balance: Annotated[
        Literal["round-robin", "least-conn", "ip-hash", "random"],
        msgspec.Meta(description="Which of them gets a request."),
    ] = "round-robin"
    keepalive: Annotated[
        int, msgspec.Meta(description="How many idle connections are kept open.", ge=0)
    ] = 0
    protocol: Annotated[
        Literal["http", "https"], msgspec.Meta(description="How they are spoken to.")
    ] = "http"


class LocationOptions(
    msgspec.Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True
):
    """What a path of the site does: one of `upstream`, `static` and `redirect`.

    Without them, requests go to the upstream of the site.
    """

    upstream: Annotated[
        Text | tuple[Text, ...] | UpstreamOptions | None,
        msgspec.Meta(description="Servers of its own: addresses, or a table with more."),
    ] = None
    static: Annotated[
        Text | None,
        msgspec.Meta(
            description="The folder whose files are sent, or the file if the path starts with `=`; "
            "absolute, or below the prefix, in `var`."
        ),
    ] = None
    fallback: Annotated[
        str | None,
        msgspec.Meta(description="The path on the site to send where there is no such file."),
    ] = None
    expires: Annotated[
        str | None, msgspec.Meta(description="How long files may be kept, such as `30d` or `max`.")
    ] = None
    redirect: Annotated[
        str | None,
        msgspec.Meta(description="Where requests are sent on; `$request_uri` is what was asked."),
    ] = None
    websocket: Annotated[
        bool | None, msgspec.Meta(description="Let connections become WebSockets.")
    ] = None
    headers: Annotated[
        Mapping[str, str],
        msgspec.Meta(description="Headers for the upstream, besides those of the site."),
    ] = {}
    timeout: Annotated[
        int | None, msgspec.Meta(description="How long the upstream may be silent, in seconds.")
    ] = None
    body_size: Annotated[
        str | None, msgspec.Meta(description="How large a request may be, such as `10m`.")
    ] = None
    settings: Annotated[
        Lines, msgspec.Meta(description="Further directives of the location; they win.")
    ] = {}


class StandaloneOptions(
    msgspec.Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True
):
    """A whole configuration, with which nginx runs from the prefix as whoever starts it."""

    launcher: Annotated[
        str | None,
        msgspec.Meta(
            description="The launcher that runs nginx, in the foreground; otherwise the part's "
            "name. Arguments such as `-s reload` go to nginx."
        ),
    ] = None
    binary: Annotated[
        Text, msgspec.Meta(description="The program nginx; otherwise the one on the PATH.")
    ] = Text(("nginx",))
    workers: Annotated[
        int | Literal["auto"], msgspec.Meta(description="How many processes answer.")
    ] = "auto"
    connections: Annotated[
        int, msgspec.Meta(description="How many connections each of them may have.", ge=1)
    ] = 1024
    user: Annotated[
        str | None,
        msgspec.Meta(description="Who runs the workers, where nginx is started by root."),
    ] = None
    logs: Annotated[
        str, msgspec.Meta(description="The folder for logs, below the prefix, in `var`.")
    ] = "var/log"
    run: Annotated[str, msgspec.Meta(description="The folder for its process number.")] = "var/run"
    temporary: Annotated[
        str | None,
        msgspec.Meta(
            description="The folder for requests and answers that memory does not hold; otherwise "
            "one of the part's name in `var/tmp`."
        ),
    ] = None
    settings: Annotated[
        Lines, msgspec.Meta(description="Further directives outside of any block; they win.")
    ] = {}


class NginxOptions(
    msgspec.Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True
):
    """A site of nginx."""

    server_name: Annotated[
        str | tuple[str, ...],
        msgspec.Meta(description="The names that it answers to; otherwise all."),
    ] = ()
    listen: Annotated[
        Text | tuple[Text, ...],
        msgspec.Meta(
            description="Where it listens: a port, `127.0.0.1:8080`, `[::]:443` or "
            "`unix:var/run/site.sock` (below the prefix); `ssl`, `http2` and nginx's other words "
            "may follow, as in `443 ssl`. Otherwise port 80."
        ),
    ] = Text(("80",))
    certificate: Annotated[
        Text | None,
        msgspec.Meta(description="The certificate with its chain, PEM, on the machine it runs on."),
    ] = None
    certificate_key: Annotated[Text | None, msgspec.Meta(description="Its key, PEM.")] = None
    https_only: Annotated[
        bool,
        msgspec.Meta(
            description="Redirect what comes in without `ssl`, but for what is below "
            "`/.well-known/`."
        ),
    ] = False
    upstream: Annotated[
        Text | tuple[Text, ...] | UpstreamOptions | None,
        msgspec.Meta(
            description="The servers that answer: addresses such as `127.0.0.1:8000` or "
            "`unix:var/run/web.sock` (below the prefix), or a table with more."
        ),
    ] = None
    static: Annotated[
        Mapping[str, Text],
        msgspec.Meta(
            description="Folders whose files are sent, by path on the site; absolute, or below "
            "the prefix, in `var`."
        ),
    ] = {}
    locations: Annotated[
        Mapping[str, LocationOptions],
        msgspec.Meta(
            description="Further paths on the site, by prefix; with nginx's modifiers as in "
            "`= /favicon.ico`."
        ),
    ] = {}
    websocket: Annotated[bool, msgspec.Meta(description="Let connections become WebSockets.")] = (
        False
    )
    headers: Annotated[
        Mapping[str, str],
        msgspec.Meta(
            description="Headers for upstreams, besides `Host`, `X-Real-IP`, `X-Forwarded-For` "
            "and `X-Forwarded-Proto`; an empty one is not sent."
        ),
    ] = {}
    timeout: Annotated[
        int | None, msgspec.Meta(description="How long an upstream may be silent, in seconds.")
    ] = None
    body_size: Annotated[
        str | None,
        msgspec.Meta(description="How large a request may be, such as `10m`; `0` is no limit."),
    ] = None
    gzip: Annotated[bool, msgspec.Meta(description="Compress text in answers.")] = False
    access_log: Annotated[
        Text | bool,
        msgspec.Meta(
            description="The log of requests: absolute, or below the prefix, in `var`; `true` is "
            "nginx's own, `false` none."
        ),
    ] = True
    error_log: Annotated[
        Text | None, msgspec.Meta(description="The log of errors; otherwise nginx's own.")
    ] = None
    settings: Annotated[
        Lines,
        msgspec.Meta(
            description="Further directives of the server, split into words as `sh` would; they "
            "win."
        ),
    ] = {}
    http: Annotated[
        Lines, msgspec.Meta(description="Further directives before the server, such as zones.")
    ] = {}
    includes: Annotated[
        tuple[Text, ...],
        msgspec.Meta(
            description="Files with more of the server, such as `${parts.more.path}`; absolute "
            "paths of the machine it runs on are not checked."
        ),
    ] = ()
    directory: Annotated[
        str | None,
        msgspec.Meta(
            description="Where deployment puts the site; otherwise `/etc/nginx/conf.d`, or nowhere "
            "if there is `standalone`."
        ),
    ] = None
    reload: Annotated[
        Text | tuple[Text, ...] | None,
        msgspec.Meta(
            description="The command line that lets nginx take over the site; otherwise it is "
            "tested with `nginx -t` and reloaded if it runs."
        ),
    ] = None
    standalone: Annotated[
        StandaloneOptions | None,
        msgspec.Meta(description="Run nginx from the prefix, with a configuration of its own."),
    ] = None
