from typing import Any

import pytest
from assembler_recipes.nginx import recipe
from assembler_recipes.nginx.options import (
    LocationOptions,
    NginxOptions,
    StandaloneOptions,
    UpstreamOptions,
)

from assembler.api import (
    Assembled,
    AtDeployment,
    CheckOutput,
    ConfigurationError,
    Expose,
    InstallFile,
    KeepDirectory,
    Needs,
    Output,
    Place,
    Refresh,
    Secret,
    Step,
    Text,
    WriteFile,
)
from assembler.model.text import Piece, unquoted
from tests.recipes.parts import TARGET, part, text

WEB = text("127.0.0.1:8000")
STATIC = text(Place(root="part", part="static", path="files"))


def steps(options: NginxOptions) -> tuple[Step, ...]:
    made = part(options, "site")
    recipe.declare(made)
    return recipe.realise(made, Assembled(target=TARGET))


def files(options: NginxOptions) -> dict[str, str]:
    """The files, with places as `<root:path>`."""
    made = (step for step in steps(options) if isinstance(step, WriteFile))
    return {step.path: shown(step.content) for step in made}


def site(**options: Any) -> str:
    return files(NginxOptions(**options))["site.conf"]


def server(**options: Any) -> list[str]:
    """The lines of the server, without those before it."""
    lines = [line.strip() for line in site(**options).splitlines()]
    return lines[lines.index("server {") + 1 : -1]


def checked(options: NginxOptions) -> str:
    """What nginx is given to check."""
    [content] = [
        content
        for step in steps(options)
        if isinstance(step, CheckOutput) and step.tool == "nginx"
        for content in step.files.values()
    ]
    return shown(content)


def shown(content: Text) -> str:
    return "".join(_shown(piece) for piece in content.pieces)


def _shown(piece: Piece) -> str:
    place = unquoted(piece)
    if isinstance(place, Place):
        return (
            f"<{place.root}:{place.path}>" if place is piece else f"<'{place.root}:{place.path}'>"
        )
    assert isinstance(piece, str)
    return piece


def failure(**options: Any) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as caught:
        steps(NginxOptions(**options))
    return caught.value


def test_requests_go_to_the_upstream_and_files_are_sent():
    options: dict[str, Any] = {
        "server_name": "shop.example",
        "listen": text("8080"),
        "upstream": WEB,
        "static": {"/static": STATIC},
    }

    assert (
        site(**options)
        == """\
upstream site-shop.example {
    server 127.0.0.1:8000;
}
server {
    listen 8080;
    server_name shop.example;
    location /static/ {
        alias "<stable:files>/";
    }
    location / {
        proxy_pass http://site-shop.example;
        proxy_http_version 1.1;
        proxy_set_header Host $http_host;
        proxy_set_header X-Real-IP $remote_addr;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $scheme;
    }
}
"""
    )


def test_a_site_is_deployed_and_read_after_a_test():
    [install, refresh] = [
        step.action for step in steps(NginxOptions(upstream=WEB)) if isinstance(step, AtDeployment)
    ]
    assert install == InstallFile(path="/etc/nginx/conf.d/site.conf", source="site.conf")
    assert isinstance(refresh, Refresh)
    assert "nginx -t -q || exit\n" in (refresh.command[2].literal or "")
    assert refresh.command[-1] == text("/etc/nginx/conf.d/site.conf")
    assert recipe.outputs(part(NginxOptions(), "site")) == {
        "path": text(Place(root="part", part="site", path="site.conf"))
    }


def test_the_command_that_reloads_can_be_another():
    reload = text(Place(root="part", part="app", path="bin/reload"), " now")
    made = steps(NginxOptions(upstream=WEB, directory="/srv/sites/", reload=reload))
    assert [step.action for step in made if isinstance(step, AtDeployment)] == [
        InstallFile(path="/srv/sites/site.conf", source="site.conf"),
        Refresh(command=(text(Place(root="stable", part="app", path="bin/reload")), text("now"))),
    ]


def test_addresses_are_ports_hosts_and_sockets():
    listen = tuple(
        map(text, ("80", "127.0.0.1:8080", "*:81", "[::]:80 ipv6only=on", "unix:var/run/s.sock"))
    )
    lines = server(listen=listen, upstream=WEB)
    assert [line for line in lines if line.startswith("listen")] == [
        "listen 80;",
        "listen 127.0.0.1:8080;",
        "listen *:81;",
        'listen "[::]:80" ipv6only=on;',
        'listen "unix:<prefix:var/run/s.sock>";',
    ]
    made = steps(NginxOptions(listen=listen, upstream=WEB))
    assert [step.path for step in made if isinstance(step, KeepDirectory)] == ["var/run"]


def test_several_servers_share_requests():
    upstream = UpstreamOptions(
        servers=(
            text("10.0.0.1 weight=2 max_fails=3"),
            text("app.example:8000 backup"),
            text("unix:", Place(root="prefix", path="var/run/web.sock")),
        ),
        balance="least-conn",
        keepalive=8,
        protocol="https",
    )
    text_of_site = site(upstream=upstream)
    assert text_of_site.startswith(
        """\
upstream site {
    least_conn;
    server 10.0.0.1 weight=2 max_fails=3;
    server app.example:8000 backup;
    server "unix:<prefix:var/run/web.sock>";
    keepalive 8;
}
"""
    )
    assert "proxy_pass https://site;" in text_of_site
    assert 'proxy_set_header Connection "";' in text_of_site


def test_locations_have_what_is_theirs():
    lines = server(
        upstream=WEB,
        websocket=True,
        timeout=30,
        body_size="1m",
        headers={"X-A": "1", "host": "shop"},
        locations={
            "/api": LocationOptions(
                upstream=text("127.0.0.1:9000"), websocket=False, headers={"x-a": "2"}
            ),
            "/up": LocationOptions(body_size="0", timeout=5),
            "= /x": LocationOptions(static=text("/srv/x y"), expires="max"),
            "/app": LocationOptions(static=STATIC, fallback="/app/index.html"),
            "/old": LocationOptions(redirect="/new$request_uri"),
            r'~ "\.php$': LocationOptions(settings={"return": text("404")}),
        },
    )
    assert lines[:4] == [
        "listen 80;",
        "proxy_read_timeout 30s;",
        "proxy_send_timeout 30s;",
        "client_max_body_size 1m;",
    ]
    blocks = "\n".join(lines).split("\n}")
    assert "location /api {\nproxy_pass http://site-1;" in blocks[0]
    assert "Upgrade" not in blocks[0]
    assert "proxy_set_header host shop;\nproxy_set_header x-a 2;" in blocks[0]
    assert "location /up {\nproxy_pass http://site;" in blocks[1]
    assert "proxy_set_header Connection $site_connection;" in blocks[1]
    assert blocks[1].endswith(
        "proxy_read_timeout 5s;\nproxy_send_timeout 5s;\nclient_max_body_size 0;"
    )
    assert blocks[2] == '\nlocation = /x {\nalias "/srv/x y";\nexpires max;'
    assert blocks[3] == (
        '\nlocation /app/ {\nalias "<stable:files>/";\ntry_files $uri /app/index.html;'
    )
    assert blocks[4] == "\nlocation /old {\nreturn 301 /new$request_uri;"
    assert blocks[5].startswith('\nlocation ~ "\\"\\\\.php$" {\n')
    assert blocks[5].endswith("\nreturn 404;")
    assert blocks[6].startswith("\nlocation / {\nproxy_pass http://site;")


def test_values_can_not_end_a_directive():
    lines = server(
        upstream=WEB,
        headers={"X-A": 'a; } # "b" \\'},
        settings={"add_header": (text("X-B '; evil on'"), text("X-C ", 'a\\"b'))},
    )
    assert 'proxy_set_header X-A "a; } # \\"b\\" \\\\";' in lines
    assert 'add_header X-B "; evil on";' in lines
    assert 'add_header X-C "a\\"b";' in lines


def test_settings_win():
    lines = server(
        upstream=WEB,
        body_size="1m",
        settings={"client_max_body_size": text("2m")},
        locations={"/": LocationOptions(settings={"proxy_http_version": text("1.0")})},
    )
    assert "client_max_body_size 1m;" not in lines
    assert "proxy_http_version 1.1;" not in lines
    assert "proxy_http_version 1.0;" in lines


def test_what_is_not_encrypted_is_redirected_but_for_certificates():
    options: dict[str, Any] = {
        "server_name": ("shop.example", "~^shop[0-9]+$"),
        "listen": (text("80"), text("8443 ssl http2")),
        "certificate": text("var/tls/it.pem"),
        "certificate_key": text("/etc/ssl/it.key"),
        "https_only": True,
        "static": {"/.well-known/acme-challenge": text("/var/www/acme")},
        "upstream": WEB,
    }
    first, second = site(**options).split("server {\n")[1:]
    assert (
        first
        == """\
    listen 80;
    server_name shop.example "~^shop[0-9]+$";
    location /.well-known/acme-challenge/ {
        alias /var/www/acme/;
    }
    location / {
        return 301 https://$host:8443$request_uri;
    }
}
"""
    )
    assert second.startswith(
        """\
    listen 8443 ssl http2;
    server_name shop.example "~^shop[0-9]+$";
    ssl_certificate "<prefix:var/tls/it.pem>";
    ssl_certificate_key /etc/ssl/it.key;
    ssl_protocols TLSv1.2 TLSv1.3;
    location /.well-known/acme-challenge/ {
"""
    )
    usual = {**options, "listen": (text("80"), text("443 ssl"))}
    assert "return 301 https://$host$request_uri;" in site(**usual)


def test_logs_compression_and_more_are_lines():
    options: dict[str, Any] = {
        "upstream": WEB,
        "gzip": True,
        "access_log": text("var/log/shop/access.log"),
        "error_log": text("/var/log/shop.log"),
        "http": {"limit_req_zone": text("$binary_remote_addr zone=slow:1m rate=1r/s")},
        "includes": (text(Place(root="part", part="more", path="more.conf")),),
    }
    assert "limit_req_zone $binary_remote_addr zone=slow:1m rate=1r/s;\nserver {" in site(**options)
    lines = server(**options)
    assert lines[1:5] == [
        'access_log "<prefix:var/log/shop/access.log>";',
        "error_log /var/log/shop.log;",
        "gzip on;",
        "gzip_vary on;",
    ]
    assert 'include "<stable:more.conf>";' in lines
    assert "access_log off;" in server(upstream=WEB, access_log=False)
    made = steps(NginxOptions(**options))
    assert [step.path for step in made if isinstance(step, KeepDirectory)] == ["var/log/shop"]


def test_a_whole_configuration_runs_from_the_prefix():
    options = NginxOptions(
        upstream=WEB,
        standalone=StandaloneOptions(
            launcher="front",
            workers=2,
            user="www-data",
            temporary="var/kept",
            settings={"worker_rlimit_nofile": text("4096")},
        ),
    )
    made = files(options)
    whole = made["nginx.conf"]
    assert whole.startswith(
        """\
daemon off;
user www-data;
worker_processes 2;
pid "<prefix:var/run/site.pid>";
error_log "<prefix:var/log/site-error.log>";
worker_rlimit_nofile 4096;
events {
    worker_connections 1024;
}
http {
"""
    )
    assert '    access_log "<prefix:var/log/site-access.log>";\n' in whole
    assert '    uwsgi_temp_path "<prefix:var/kept/uwsgi>";\n' in whole
    assert '    include "<prefix:etc/nginx/site.conf>";\n' in whole
    assert made["bin/front"] == (
        "#!/bin/sh\n"
        "PATH=${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/sbin:/sbin\n"
        "export PATH\n"
        "exec 'nginx' '-e' 'stderr' '-p' <'prefix:'> "
        "'-c' <'prefix:etc/nginx/site.nginx.conf'> \"$@\"\n"
    )
    assert [step.path for step in steps(options) if isinstance(step, Expose)] == [
        "etc/nginx/site.conf",
        "etc/nginx/site.nginx.conf",
        "bin/front",
    ]
    kept = [step.path for step in steps(options) if isinstance(step, KeepDirectory)]
    assert kept[:3] == ["var/log", "var/run", "var/kept/client_body"]
    assert not any(isinstance(step, AtDeployment) for step in steps(options))
    assert recipe.outputs(part(options, "site")) == {
        "path": text(Place(root="part", part="site", path="site.conf")),
        "configuration": text(Place(root="part", part="site", path="nginx.conf")),
        "pid-file": text(Place(root="prefix", path="var/run/site.pid")),
    }


def test_a_check_opens_nothing_of_the_machine_s():
    options = NginxOptions(
        listen=(text("80"), text("443 ssl reuseport"), text("80 default_server")),
        certificate=text("/etc/ssl/it.pem"),
        certificate_key=text("/etc/ssl/it.key"),
        upstream=(text("127.0.0.1:8000"), text("app.example:8000"), text("[::1]:80")),
        access_log=text("/var/log/x.log"),
        error_log=text("/var/log/y.log"),
        includes=(text("/etc/more.conf"), STATIC),
        settings={"ssl_dhparam": text("/etc/dh.pem"), "root": text("/srv")},
        http={"proxy_cache_path": text("/var/cache/x keys_zone=one:1m")},
        standalone=StandaloneOptions(user="shop"),
    )
    lines = [line.strip() for line in checked(options).splitlines()]
    assert set(lines) >= {
        "pid nginx.pid;",
        "error_log nginx.log;",
        "access_log nginx.log;",
        "listen unix:0.sock;",
        "listen unix:1.sock ssl;",
        "listen unix:0.sock default_server;",
        "server 127.0.0.1:8000;",
        "server 127.0.0.1:80;",
        'server "[::1]:80";',
        "ssl_certificate $hostname;",
        "ssl_certificate_key $hostname;",
        'include "<part:files>";',
        "root /srv;",
        "proxy_cache_path kept-6 keys_zone=one:1m;",
    }
    assert "/etc/" not in checked(options)
    assert "user shop;" not in lines


def test_what_refers_to_another_part_is_checked_when_that_is_known():
    port = Text(("127.0.0.1:", Output("app", ("port",))))
    assert recipe.declare(part(NginxOptions(upstream=port, listen=port))) == Needs()


def test_mistakes_name_the_place():
    options = NginxOptions(listen=(text("80"), text("99999")), upstream=WEB)
    with pytest.raises(ConfigurationError) as caught:
        recipe.declare(part(options, "site", listen__1=7))
    assert caught.value.origin
    assert caught.value.origin.line == 7
    assert caught.value.hints == (
        "write `127.0.0.1:8080`, `[::1]:8080` or `unix:var/run/NAME.sock`",
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "part `site` serves nothing"),
        ({"upstream": WEB, "listen": ()}, "part `site` listens nowhere"),
        ({"upstream": ()}, "an upstream has a server at least"),
        ({"upstream": text("http://127.0.0.1:1")}, "`http://127.0.0.1:1` can't be an address"),
        ({"upstream": text("")}, "`` can't be an address"),
        ({"upstream": text("a 'b")}, "`a 'b` can't be an address"),
        ({"upstream": text("256.0.0.1:80")}, "`256.0.0.1:80` can't be an address"),
        ({"upstream": text("::1:8000")}, "`::1:8000` can't be an address"),
        ({"upstream": text("[::g]:8000")}, "`[::g]:8000` can't be an address"),
        ({"upstream": text("8000")}, "`8000` names no host"),
        ({"upstream": text("h:1 weight=x")}, "`weight=x` can't follow an address"),
        ({"upstream": STATIC}, "a path can't be an address"),
        ({"upstream": WEB, "listen": text("80 tls")}, "`tls` can't follow an address"),
        (
            {"upstream": text("unix:run/x.sock")},
            "`run/x.sock` is neither absolute nor in `var`, where what outlasts builds is",
        ),
        ({"upstream": text("unix:var/../x")}, "`var/../x` leads out of its folder"),
        ({"static": {"static": STATIC}}, "`static` can't be a path of a site"),
        ({"static": {"/x": text("/a$b")}}, "a path for nginx can't hold `$`"),
        ({"static": {"/x": STATIC, "/x/": STATIC}}, "`/x/` is told twice what it does"),
        (
            {"static": {"/x": Text((Secret("P"),))}},
            "what nginx is told can't hold a secret, as everybody can read it",
        ),
        (
            {"upstream": WEB, "headers": {"X": "a\nb"}},
            "what nginx is told can't hold a line break or another control character",
        ),
        ({"upstream": WEB, "headers": {"X Y": "a"}}, "`X Y` can't be a header"),
        ({"upstream": WEB, "server_name": "a b"}, "`a b` can't be the name of a server"),
        ({"upstream": WEB, "body_size": "10 MB"}, "`10 MB` can't be a size"),
        ({"upstream": WEB, "timeout": 0}, "`timeout` is a second at least"),
        ({"upstream": WEB, "settings": {"a b": text("c")}}, "`a b` can't be a directive"),
        (
            {"upstream": WEB, "settings": {"a": text("'c")}},
            "`a` can't be split into words: No closing quotation",
        ),
        ({"upstream": WEB, "certificate": WEB}, "`certificate` needs `certificate-key`"),
        ({"upstream": WEB, "certificate_key": WEB}, "`certificate-key` needs `certificate`"),
        (
            {"upstream": WEB, "certificate": WEB, "certificate_key": WEB},
            "`certificate` needs to `listen` with `ssl`",
        ),
        (
            {"upstream": WEB, "listen": text("443 ssl")},
            "`ssl` needs `certificate` and `certificate-key`",
        ),
        (
            {"upstream": WEB, "https_only": True},
            "`https-only` needs to `listen` with `ssl` and without",
        ),
        ({"upstream": WEB, "directory": "conf.d"}, "`conf.d` is no absolute path"),
        (
            {"upstream": WEB, "standalone": StandaloneOptions(user="a b")},
            "`a b` can't be a user",
        ),
        (
            {"upstream": WEB, "standalone": StandaloneOptions(launcher="a/b")},
            "`a/b` can't be the name of a launcher",
        ),
        (
            {"locations": {"/x": LocationOptions()}},
            "`/x` needs one of `upstream`, `static` and `redirect`",
        ),
        (
            {"locations": {"/x": LocationOptions(static=STATIC, redirect="/y")}},
            "`/x` has one of `upstream`, `static` and `redirect`",
        ),
        (
            {"locations": {"/x": LocationOptions(redirect="/y", expires="1d")}},
            "`fallback` and `expires` need `static`",
        ),
        (
            {"locations": {"/x": LocationOptions(static=STATIC, expires="soon")}},
            "`soon` can't be a time",
        ),
        (
            {"locations": {"/x": LocationOptions(static=STATIC, fallback="y")}},
            "`y` can't be a path of a site",
        ),
        (
            {"locations": {"~ x": LocationOptions(static=STATIC)}},
            "`static` needs a path instead of a pattern",
        ),
        ({"locations": {"@x": LocationOptions()}}, "`@x` can't be a path of a site"),
    ],
)
def test_what_can_not_be_is_told(options: dict[str, Any], message: str):
    assert failure(**options).message == message
