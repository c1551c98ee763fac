"""One question about a folder of wheels, asked of the solver, of uv and of pip."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import msgspec
from uv import find_uv_bin

from assembler.adapters.artifacts import CachedArtifacts
from assembler.adapters.disk import Disk
from assembler.adapters.http import PooledHttp
from assembler.adapters.simple_index import IndexSettings, SimpleIndex
from assembler.errors import Faults, UnsatisfiableError
from assembler.model.project import IndexRoute
from assembler.origin import Origin
from assembler.solve.solver import Policy, solve
from tests.fakes.cache_lock import MemoryCacheLock
from tests.property.test_solve_oracle import Described
from tests.solve.asking import FILE, constraints, only, question, versions
from tests.wheels import make_wheel

Pins: TypeAlias = Mapping[str, str]
"""Name → version."""

_LONGEST = 60
_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
_BARE = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}


class Case(msgspec.Struct, frozen=True):
    """What the wheels of an index are, and what is asked of it."""

    described: Described
    roots: Sequence[str]
    limits: Mapping[str, str]


Tool: TypeAlias = Callable[[Path, Case], Pins | None]
"""Answers a case from a folder that `write` has filled; `None` where there is no answer."""


class BrokeOffError(Exception):
    """A tool ended with an error of its own instead of an answer."""


def write(folder: Path, case: Case) -> None:
    """Make the wheels of a case, and the file with its constraints."""
    wheels = folder / "wheels"
    wheels.mkdir(parents=True)
    for name, known in case.described.items():
        for version, requires in known.items():
            filename, content = make_wheel(name, version, requires=requires, extras={"x": ()})
            (wheels / filename).write_bytes(content)
    limits = (f"{name}{specifier}\n" for name, specifier in case.limits.items())
    (folder / "limits.txt").write_text("".join(limits))


def assembler(folder: Path, case: Case) -> Pins | None:
    """What the solver chooses, reading the folder as it reads any flat index."""
    http = PooledHttp()
    cache = folder.parent / "ours"
    artifacts = CachedArtifacts(http, cache, MemoryCacheLock())
    index = SimpleIndex(http, artifacts, Disk(), IndexSettings(cache=cache))
    url = (folder / "wheels").as_uri()
    route = IndexRoute(name="main", url=url, default=True, origin=Origin(file=FILE))
    policy = Policy(python=_PYTHON, constraints=constraints(case.limits))
    try:
        return versions(only(solve(question(*case.roots, policy=policy, routes=[route]), index)))
    except (UnsatisfiableError, Faults):
        return None
    finally:
        index.close()


def uv(folder: Path, case: Case) -> Pins | None:
    """What `uv pip compile` chooses."""
    ended = _run(
        [find_uv_bin(), "pip", "compile", "-", *_folder(folder), "--python", sys.executable],
        ["--no-config", "--no-python-downloads", "--offline", "--no-header", "--no-annotate"],
        ["--cache-dir", str(folder.parent / "uv")],
        text="\n".join(case.roots),
    )
    if ended.returncode:
        assert "No solution found" in ended.stderr, ended.stderr
        return None
    lines = (line.partition("==") for line in ended.stdout.splitlines())
    return {name: version for name, _, version in lines}


def pip(folder: Path, case: Case) -> Pins | None:
    """What `pip install --dry-run` would install into an empty environment.

    Raises `BrokeOffError` where pip looks without end for the root of distributions that need each
    other and that nothing else needs any more.
    """
    ended = _run(
        [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet"],
        [*_folder(folder), "--isolated", "--no-cache-dir", "--disable-pip-version-check"],
        ["--report", "-", *case.roots],
    )
    if "RecursionError" in ended.stderr:
        raise BrokeOffError
    if ended.returncode:
        assert "ResolutionImpossible" in ended.stderr or "No matching" in ended.stderr, ended.stderr
        return None
    installed = (each["metadata"] for each in json.loads(ended.stdout)["install"])
    return {metadata["name"]: metadata["version"] for metadata in installed}


def _folder(folder: Path) -> list[str]:
    limits = ["--constraint", str(folder / "limits.txt")]
    return ["--no-index", "--find-links", str(folder / "wheels"), *limits]


def _run(*command: Sequence[str], text: str = "") -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [word for words in command for word in words],
        input=text,
        capture_output=True,
        text=True,
        timeout=_LONGEST,
        check=False,
        env=_BARE,
    )
