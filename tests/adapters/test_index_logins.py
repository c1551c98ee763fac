"""Credentials of indexes: from the environment and from the keyring, each to its own origin."""

import base64
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from assembler.adapters.http import Access, PooledHttp
from assembler.adapters.http.address import origin_of
from assembler.adapters.http.index_logins import IndexLogins
from assembler.adapters.http.keyring import Keyring
from assembler.adapters.processes import ChildProcesses
from assembler.errors import NetworkError
from assembler.model.limits import Limits
from assembler.model.project import IndexRoute
from assembler.origin import Origin
from tests.servers import IndexServer, serve

PAGE = "/simple/a/"
FILE = "/files/a-1.0-py3-none-any.whl"


@pytest.fixture
def server() -> Iterator[IndexServer]:
    with serve({"a-1.0-py3-none-any.whl": b"wheel"}) as running:
        yield running


def route(url: str, name: str = "own.index", *, insecure: bool = False) -> IndexRoute:
    return IndexRoute(name=name, url=url, insecure=insecure, origin=Origin(file="assembly.toml"))


def client(environment: Mapping[str, str], *indexes: IndexRoute) -> PooledHttp:
    return PooledHttp(
        access=Access(
            environment={"NETRC": "/nowhere", **environment},
            indexes=indexes,
            processes=ChildProcesses(),
        )
    )


def basic(pair: str) -> str:
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def sent(server: IndexServer) -> list[tuple[str, str | None]]:
    return [(path, headers.get("authorization")) for path, headers in server.requests]


def keyring(folder: Path, held: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """A `keyring` command that holds logins by service, and notes how it was asked."""
    folder.mkdir(exist_ok=True)
    command = folder / "keyring"
    command.write_text(
        f"#!{sys.executable}\n"
        "import json, pathlib, sys\n"
        f"held = {dict(held)!r}\n"
        f"with open({str(folder / 'asked')!r}, 'a') as log: print(*sys.argv[1:], file=log)\n"
        "print('a warning', file=sys.stderr)\n"
        "if '--mode' in sys.argv:\n"
        "    user, password = held.get(sys.argv[-1]) or sys.exit(1)\n"
        "    print(json.dumps({'username': user, 'password': password}))\n"
        "else:\n"
        "    user, password = held.get(sys.argv[-2]) or sys.exit(1)\n"
        "    print(password) if user == sys.argv[-1] else sys.exit(1)\n"
    )
    command.chmod(0o755)
    return {"PATH": str(folder)}


def asked(folder: Path) -> list[str]:
    log = folder / "asked"
    return log.read_text().splitlines() if log.exists() else []


@pytest.mark.parametrize(
    ("variables", "pair"),
    [
        ({"USERNAME": "me", "PASSWORD": "p@ss:word"}, "me:p@ss:word"),
        ({"TOKEN": "secret"}, "__token__:secret"),
        ({"TOKEN": "secret", "USERNAME": "aws"}, "aws:secret"),
    ],
)
def test_variables_of_an_index(server: IndexServer, variables: dict[str, str], pair: str) -> None:
    environment = {f"ASSEMBLER_INDEX_OWN_INDEX_{key}": text for key, text in variables.items()}
    http = client(environment, route(server.url))
    http.get(server.origin + PAGE, limit=10_000)
    http.get(server.origin + FILE, limit=10_000)
    assert sent(server) == [(PAGE, basic(pair)), (FILE, basic(pair))]


def test_nobody_else_gets_them(server: IndexServer) -> None:
    environment = {"ASSEMBLER_INDEX_OWN_INDEX_TOKEN": "secret"}
    with serve({"a-1.0-py3-none-any.whl": b"wheel"}) as other:
        client(environment, route(server.url)).get(other.origin + FILE, limit=10_000)
        assert sent(other) == [(FILE, None)]
        client(environment, route(server.url, "another")).get(server.origin + PAGE, limit=10_000)
        assert sent(server) == [(PAGE, None)]


def test_indexes_on_one_host_are_told_apart_by_their_paths(server: IndexServer) -> None:
    environment = {"ASSEMBLER_INDEX_A_TOKEN": "1", "ASSEMBLER_INDEX_B_TOKEN": "2"}
    indexes = (
        route(f"{server.origin}/one/simple/", "a"),
        route(f"{server.origin}/two/simple/", "b"),
    )
    http = client(environment, *indexes)
    for path in ("/one/simple/x/", "/two/simple/x/", "/two/files/x"):
        http.get(server.origin + path, limit=10_000)
    assert [value for _, value in sent(server)] == [
        basic("__token__:1"), basic("__token__:2"), basic("__token__:2")
    ]  # fmt: skip


def test_what_a_url_says_counts_more(server: IndexServer) -> None:
    http = client({"ASSEMBLER_INDEX_OWN_INDEX_TOKEN": "secret"}, route(server.url))
    http.get(f"{server.origin.replace('//', '//you:yours@')}{PAGE}", limit=10_000)
    assert sent(server) == [(PAGE, basic("you:yours"))]


def test_the_keyring_is_asked_when_an_index_refuses(server: IndexServer, tmp_path: Path) -> None:
    server.manners.authorization = basic("me:secret")
    path = keyring(tmp_path / "bin", {server.url: ("me", "secret")})
    http = client(path, route(server.url))
    assert http.get(server.origin + PAGE, limit=10_000).status == 200
    assert http.get(server.origin + FILE, limit=10_000).status == 200
    assert sent(server) == [(PAGE, None), (PAGE, basic("me:secret")), (FILE, basic("me:secret"))]
    assert asked(tmp_path / "bin") == [f"--mode creds --output json get {server.url}"]


def test_the_keyring_is_asked_for_a_user_and_then_for_the_host(
    server: IndexServer, tmp_path: Path
) -> None:
    server.manners.authorization = basic("me:secret")
    environment = keyring(tmp_path / "bin", {"127.0.0.1": ("me", "secret")})
    environment["ASSEMBLER_INDEX_OWN_INDEX_USERNAME"] = "me"
    assert (
        client(environment, route(server.url)).get(server.origin + PAGE, limit=10_000).status == 200
    )
    assert asked(tmp_path / "bin") == [f"get {server.url} me", "get 127.0.0.1 me"]


def test_a_keyring_that_has_nothing_is_asked_once(server: IndexServer, tmp_path: Path) -> None:
    server.manners.authorization = basic("me:secret")
    http = client(keyring(tmp_path / "bin", {}), route(server.url))
    assert http.get(server.origin + PAGE, limit=10_000).status == 401
    assert http.get(server.origin + PAGE, limit=10_000).status == 401
    assert len(asked(tmp_path / "bin")) == 2
    assert len(server.requests) == 2


def test_the_keyring_is_not_asked_where_variables_were_refused_or_no_index_is(
    server: IndexServer, tmp_path: Path
) -> None:
    server.manners.authorization = basic("me:secret")
    path = keyring(tmp_path / "bin", {server.url: ("me", "secret")})
    wrong = {"ASSEMBLER_INDEX_OWN_INDEX_TOKEN": "wrong"}
    assert client(path | wrong, route(server.url)).get(server.origin + PAGE, limit=99).status == 401
    assert client(path).get(server.origin + PAGE, limit=99).status == 401
    assert asked(tmp_path / "bin") == []


def test_without_a_keyring_the_answer_stands(server: IndexServer, tmp_path: Path) -> None:
    server.manners.authorization = basic("me:secret")
    http = client({"PATH": str(tmp_path)}, route(server.url))
    assert http.get(server.origin + PAGE, limit=99).status == 401


def test_plain_http_needs_a_word(tmp_path: Path) -> None:
    url = "http://index.invalid/simple/"
    with pytest.raises(NetworkError) as caught:
        client({}).get(f"{url}a/", limit=99)
    assert caught.value.message == (
        f"`{url}a/` is not encrypted: plain http is for this machine only"
    )
    assert caught.value.hints == (
        "use an https URL",
        "or say `insecure = true` of the index that is there",
    )
    environment = {"PATH": str(tmp_path)}
    indexes = IndexLogins([route(url, insecure=True)], environment, Keyring(environment, None))
    assert indexes.plain(origin_of(f"{url}a/"))
    assert not indexes.plain(origin_of("http://index.invalid:8080/simple/a/"))
    assert not indexes.plain(origin_of("https://index.invalid/simple/a/"))


def test_the_keyring_sees_what_it_knows_and_nothing_else(tmp_path: Path) -> None:
    command = tmp_path / "keyring"
    command.write_text(
        f"#!{sys.executable}\n"
        "import json, os, sys\n"
        "alone = os.getsid(0) != int(os.environ['LC_OURS']) and not sys.stdin.read()\n"
        "print(json.dumps({'username': str(alone), 'password': ' '.join(sorted(os.environ))}))\n"
    )
    command.chmod(0o755)
    passed = {
        "PATH": f"{tmp_path}",
        "HOME": "/nowhere",
        "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere",
        "XDG_CONFIG_HOME": "/nowhere",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "LC_OURS": str(os.getsid(0)),
    }
    kept = {"ASSEMBLER_INDEX_OTHER_TOKEN": "1", "SHOP_DB_PASSWORD": "2", "PYTHONPATH": "/nowhere"}
    login = Keyring({**passed, **kept}, ChildProcesses()).login("service", "")
    assert login is not None
    assert login[0] == "True"
    seen = set(login[1].split())
    assert seen >= set(passed)
    assert not seen & set(kept)


def test_a_keyring_that_does_not_answer(tmp_path: Path) -> None:
    command = tmp_path / "keyring"
    command.write_text("#!/bin/sh\nexec /bin/sleep 60\n")
    command.chmod(0o755)
    limits = Limits(keyring_time=0.3)
    with pytest.raises(NetworkError) as caught:
        Keyring({"PATH": str(tmp_path)}, ChildProcesses(), limits).login("service", "me")
    assert caught.value.message == "`keyring` gave no answer within 0.3 seconds"
    assert caught.value.hints == (limits.way_out("keyring_time"),)


def test_an_answer_that_is_too_long_is_none(tmp_path: Path) -> None:
    command = tmp_path / "keyring"
    command.write_text("#!/bin/sh\necho 12345\n")
    command.chmod(0o755)
    for size, expected in ((5, ("me", "12345")), (4, None)):
        keyring = Keyring({"PATH": str(tmp_path)}, ChildProcesses(), Limits(secret_size=size))
        assert keyring.login("service", "me") == expected
