"""Builds the storefront, asks its programs what they run on, and compares that with the lock.

Run it where `assemble` is on the PATH: `python demo.py`, or `make demo` in the root of a checkout.
"""

import json
import shlex
import socket
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
BIN = HERE / "build" / "bin"
PORT = 8080
PATIENCE = 20.0
SHOWN = 100


def run(*command: str | Path) -> str:
    """Show a command, run it in this folder, and return what it prints."""
    first, *others = map(str, command)
    shown = first.removeprefix(f"{HERE}/")
    print(f"\n$ {shlex.join([shown, *others])}", flush=True)
    command = (first, *others)
    return subprocess.run(command, cwd=HERE, check=True, stdout=subprocess.PIPE, text=True).stdout


def assemble(*arguments: str) -> None:
    """Run the `assemble` command, for the Python and the port that this machine has."""
    print(run("assemble", *arguments, *settings()), end="", flush=True)


@cache
def settings() -> tuple[str, ...]:
    """What must be set because this machine has another Python, or something on the port."""
    found = []
    if sys.version_info[:2] != (3, 11):
        python = f"{sys.version_info.major}.{sys.version_info.minor}"
        found += ["--set", f"assembly.python={python}"]
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", PORT)) == 0:
            found += ["--set", f"vars.port={PORT + 1}"]
    return tuple(found)


def answer(launcher: str) -> dict[str, str]:
    """What a program says of itself, in JSON."""
    said = run(BIN / launcher).strip()
    print(said if len(said) < SHOWN else said.replace("\n    ", " ").replace("\n  ]", " ]"))
    return json.loads(said)


def page() -> str:
    """Start the shop, ask it for its first page, and stop it."""
    url = f"http://127.0.0.1:{PORT + 1 if 'vars.port' in str(settings()) else PORT}/"
    print(f"\n$ build/bin/shop &\n$ curl {url}", flush=True)
    shop = subprocess.Popen([BIN / "shop"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        return asked(url)
    finally:
        shop.terminate()
        shop.wait(PATIENCE)


def asked(url: str) -> str:
    """What a server answers, once it does."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(url, timeout=PATIENCE) as response:
                return response.read().decode()
        except urllib.error.URLError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def locked(program: str) -> dict[str, str]:
    """The versions that the lock has for a program, by name."""
    lock = tomllib.loads((HERE / "pylock.toml").read_text())
    group = f"'{program}' in dependency_groups"
    return {
        package["name"]: package.get("version", "")
        for package in lock["packages"]
        if group in package["marker"].replace('"', "'")
    }


def main() -> None:
    """The demonstration."""
    assemble("lock")
    assemble("build")
    reports = {"web": answer("shop-report"), "ledger": answer("ledger")}
    print(page().strip())
    assemble("build")
    assemble("status")
    print()
    for program, said in reports.items():
        versions = locked(program)
        for name in ("flask", "sqlalchemy"):
            same = said[name] == versions[name]
            print(f"{program} runs {name} {said[name]}, the lock says {versions[name]}")
            if not same:
                sys.exit("the programs do not run what the lock says")
    print("\ntwo programs, two versions of Flask and of SQLAlchemy, one file: look at", end=" ")
    print("examples/storefront/assembly.toml")


if __name__ == "__main__":
    main()
