"""PostgreSQL and Redis from Debian's packages, each in a scratch folder, on the loopback interface.

They run as whoever runs the tests, or, as PostgreSQL refuses to be run by root, as `postgres`.
"""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.shop.machine import LOOPBACK, PATIENCE, awaited, running, tool

_OTHER = "postgres"


class Database:
    """A database server; `folder` is its own."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port

    @contextmanager
    def running(self) -> Iterator[None]:
        """Let it run meanwhile, with an empty database `shop` of a role `shop`."""
        _owned(self.folder)
        made = self.folder / "data"
        _done("initdb", "-D", str(made), "-U", "admin", "-A", "trust", "-E", "UTF8", "-N")
        (made / "pg_hba.conf").write_text(
            f"local all admin trust\nhost all shop {LOOPBACK}/32 scram-sha-256\n"
        )
        settings = {
            "listen_addresses": LOOPBACK,
            "port": str(self.port),
            "unix_socket_directories": str(self.folder),
            "fsync": "off",
        }
        options = [f"--{name}={value}" for name, value in settings.items()]
        server = [*_as_other(), tool("postgres"), "-D", str(made), *options]
        with running(server, self.folder.parent / "postgres.log"):
            awaited(self._is_ready, "PostgreSQL")
            self.tell("CREATE ROLE shop LOGIN")
            self.tell("CREATE DATABASE shop OWNER shop")
            yield

    def password(self, password: str) -> None:
        """Give the role `shop` a password."""
        self.tell(f"ALTER ROLE shop PASSWORD '{password}'")

    def tell(self, statement: str) -> str:
        """Run a statement as the one who may do all, and return what it prints."""
        place = ["-h", str(self.folder), "-p", str(self.port), "-U", "admin", "-d", "postgres"]
        return _done("psql", *place, "-v", "ON_ERROR_STOP=1", "-AtXqc", statement)

    def _is_ready(self) -> bool:
        ready = [tool("pg_isready"), "-q", "-h", LOOPBACK, "-p", str(self.port)]
        return subprocess.run(ready, check=False, timeout=PATIENCE).returncode == 0


@contextmanager
def redis(folder: Path, port: int) -> Iterator[None]:
    """Let a Redis run meanwhile, which keeps nothing."""
    _owned(folder)
    settings = {"bind": LOOPBACK, "port": str(port), "dir": str(folder), "save": ""}
    options = [word for name, value in settings.items() for word in (f"--{name}", value)]
    with running([*_as_other(), tool("redis-server"), *options], folder.parent / "redis.log"):
        ping = [tool("redis-cli"), "-h", LOOPBACK, "-p", str(port), "ping"]
        awaited(
            lambda: b"PONG" in subprocess.run(ping, capture_output=True, check=False).stdout,
            "Redis",
        )
        yield


def _owned(folder: Path) -> None:
    folder.mkdir()
    if os.geteuid() == 0:
        shutil.chown(folder, _OTHER)


def _as_other() -> Sequence[str]:
    """What runs a command as somebody else than root."""
    if os.geteuid() != 0:
        return ()
    known = pwd.getpwnam(_OTHER)
    return (
        tool("setpriv"),
        f"--reuid={known.pw_uid}",
        f"--regid={known.pw_gid}",
        "--clear-groups",
    )


def _done(name: str, *arguments: str) -> str:
    ended = subprocess.run(
        [*_as_other(), tool(name), *arguments],
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()
