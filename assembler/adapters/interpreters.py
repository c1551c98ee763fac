"""The Pythons of this machine; implements `ports.Interpreters`."""

import hashlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePath

import msgspec

from assembler.errors import AssemblerError, MachineError
from assembler.model.canonical import decode, encode
from assembler.model.target import Interpreter
from assembler.ports import CommandLine, Files, Processes

_OLDEST = (3, 9)
_NEWEST_MINOR = 30
_TIME_LIMIT = 30.0
_WANTED = re.compile(r"(?P<minor>3\.\d{1,2})(?:\.(?P<patch>\d{1,3}))?")
_NUMBERS = re.compile(r"\d+")
_ANY = ("python3", "python")
_MARK = "assembler-interpreter "
_PASSED_ON = ("PATH", "HOME", "PYENV_ROOT", "PYENV_VERSION")
_SYSTEM = ("/usr/local/bin", "/usr/bin", "/opt/homebrew/bin", "/opt/local/bin")
_FRAMEWORK = "/Library/Frameworks/Python.framework/Versions/{minor}/bin"

_QUERY = f"""\
import os, sys
version = "%d.%d" % sys.version_info[:2]
base = getattr(sys, "_base_executable", None) or sys.executable
if os.path.exists(os.path.join(os.path.dirname(os.path.dirname(base)), "pyvenv.cfg")):
    base = os.path.join(sys.base_prefix, "bin", "python" + version)
named = os.path.join(os.path.dirname(base), "python" + version)
base = named if os.path.exists(named) and os.path.samefile(named, base) else base
text = '{_MARK}{{"executable": "%s", "version": "%s", "implementation": "%s", "flags": "%s"}}'
full = ".".join(map(str, sys.version_info[:3]))
full += "" if sys.version_info.releaselevel == "final" else sys.version_info.releaselevel
escaped = base.replace("\\\\", "\\\\\\\\").replace('"', '\\\\"')
print(text % (escaped, full, sys.implementation.name, getattr(sys, "abiflags", "")))
"""


class _Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a Python says of itself; `executable` is that of its base, outside environments."""

    executable: str
    version: str
    implementation: str
    flags: str


class MachineInterpreters:
    """Finds CPythons: those given, then on the PATH, in pyenv's, uv's and the system's places.

    Each is asked once; answers are kept in `cache` under the executable's real path, size and
    mtime. `given` holds paths, names on the PATH, or folders of environments.
    """

    def __init__(
        self,
        cache: PurePath,
        *,
        files: Files,
        processes: Processes,
        environment: Mapping[str, str],
        given: Sequence[str] = (),
    ) -> None:
        self._cache = cache
        self._files = files
        self._processes = processes
        self._environment = environment
        self._given = tuple(given)
        self._answers: dict[str, _Answer | None] = {}

    def find(self, python: str) -> Interpreter:
        """The first CPython that fits `3.12` or `3.12.4` (that patch and later ones).

        Raises `MachineError` naming what was wanted and what was seen.
        """
        wanted = _WANTED.fullmatch(python)
        if wanted is None or _numbers(python)[:2] < _OLDEST:
            raise MachineError(f"`{python}` is not a Python that programs can have: 3.9 or later")
        for executable in self._candidates(wanted["minor"]):
            answer = self._ask(executable)
            if answer and _fits(answer, wanted["minor"], int(wanted["patch"] or 0)):
                return Interpreter(executable=answer.executable, version=answer.version)
        raise self._missing(python)

    def _candidates(self, minor: str) -> Iterator[str]:
        """Executables that may be this minor version, in order of preference."""
        for given in self._given:
            yield from self._resolved(given)
        path = self._path()
        for folder in path:
            if folder == f"{self._pyenv()}/shims":
                yield from self._managed(minor)
            yield from _existing([f"{folder}/python{minor}"] if _is_plain(folder) else [])
        plain = [folder for folder in path if _is_plain(folder)]
        yield from _existing(f"{folder}/{name}" for folder in plain for name in _ANY)
        yield from self._managed(minor)
        folders = (*_SYSTEM, _FRAMEWORK.format(minor=minor))
        yield from _existing(f"{folder}/python{minor}" for folder in folders)

    def _resolved(self, given: str) -> Iterator[str]:
        if "/" not in given:
            yield from _existing(f"{folder}/{given}" for folder in self._path())
        elif Path(given).is_dir():
            yield from _existing([f"{given}/bin/python", f"{given}/bin/python3"])
        else:
            yield from _existing([given])

    def _path(self) -> list[str]:
        folders = self._environment.get("PATH", "").split(os.pathsep)
        return [folder for folder in dict.fromkeys(folders) if folder.startswith("/")]

    def _pyenv(self) -> str:
        home = self._environment.get("HOME", "/nonexistent")
        return self._environment.get("PYENV_ROOT") or f"{home}/.pyenv"

    def _managed(self, minor: str) -> Iterator[str]:
        """Those that pyenv and uv installed, the newest patch first."""
        home = self._environment.get("HOME", "/nonexistent")
        data = self._environment.get("XDG_DATA_HOME") or f"{home}/.local/share"
        uv = self._environment.get("UV_PYTHON_INSTALL_DIR") or f"{data}/uv/python"
        for folder, start in ((f"{self._pyenv()}/versions", minor), (uv, f"cpython-{minor}")):
            yield from _existing(
                f"{folder}/{name}/bin/python{minor}" for name in _newest_first(folder, start)
            )

    def _ask(self, executable: str) -> _Answer | None:
        if executable not in self._answers:
            self._answers[executable] = self._answer(executable)
        return self._answers[executable]

    def _answer(self, executable: str) -> _Answer | None:
        kept = self._kept_at(executable)
        if kept is not None:
            try:
                return decode(self._files.read(kept), _Answer)
            except (FileNotFoundError, msgspec.MsgspecError):
                pass
        answer = self._run(executable)
        if answer is not None and kept is not None:
            self._files.replace(kept, encode(answer))
        return answer

    def _kept_at(self, executable: str) -> PurePath | None:
        """Where the answer is kept; `None` for scripts, which may answer otherwise next time."""
        real = Path(executable).resolve()
        try:
            with real.open("rb") as file:
                if file.read(2) == b"#!":
                    return None
                status = os.fstat(file.fileno())
        except OSError:
            return None
        identity = f"{_QUERY}\0{real}\0{status.st_mtime_ns}\0{status.st_size}"
        return self._cache / f"{hashlib.sha256(identity.encode()).hexdigest()[:32]}.json"

    def _run(self, executable: str) -> _Answer | None:
        command = CommandLine(
            argv=(executable, "-I", "-S", "-c", _QUERY),
            environment={n: v for n, v in self._environment.items() if n in _PASSED_ON},
            directory="/",
            timeout=_TIME_LIMIT,
        )
        try:
            result = self._processes.run(command)
            last = next(line for line in result.output.splitlines()[::-1] if line.startswith(_MARK))
            return decode(last.removeprefix(_MARK).encode(), _Answer)
        except (AssemblerError, StopIteration, msgspec.MsgspecError):
            return None

    def _missing(self, python: str) -> MachineError:
        minors = [f"3.{minor}" for minor in range(_OLDEST[1], _NEWEST_MINOR)]
        candidates = {path for minor in minors for path in self._candidates(minor)}
        answers = {answer for path in candidates if (answer := self._ask(path))}
        ordered = sorted(answers, key=lambda a: (_numbers(a.version), a.executable))
        absent = [
            f"`{given}` is not there, or no Python"
            for given in self._given
            if not any(self._ask(executable) for executable in self._resolved(given))
        ]
        return MachineError(
            f"no CPython {python} found on this machine",
            details=(*absent, *(f"seen: {_described(answer)}" for answer in ordered)),
            hints=(f"install CPython {python}, or name one with `--python PATH`",),
        )


def _fits(answer: _Answer, minor: str, patch: int) -> bool:
    numbers = _NUMBERS.findall(answer.version)
    return (
        answer.implementation == "cpython"
        and not answer.flags
        and ".".join(numbers) == answer.version
        and answer.version.startswith(f"{minor}.")
        and int(numbers[2]) >= patch
    )


def _described(answer: _Answer) -> str:
    kind = "" if answer.implementation == "cpython" else f" ({answer.implementation})"
    kind = " (free-threaded or debug)" if answer.flags else kind
    return f"{answer.version}{kind} at `{answer.executable}`"


def _is_plain(folder: str) -> bool:
    """Whether a folder on the PATH holds programs, not scripts that choose one by the folder."""
    return not folder.endswith("/shims")


def _existing(paths: Iterator[str] | Sequence[str]) -> Iterator[str]:
    return (path for path in paths if os.access(path, os.X_OK) and not Path(path).is_dir())


def _newest_first(folder: str, start: str) -> list[str]:
    try:
        names = [path.name for path in Path(folder).iterdir()]
    except OSError:
        return []
    fitting = [name for name in names if name == start or name.startswith(f"{start}.")]
    return sorted(fitting, key=_numbers, reverse=True)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in _NUMBERS.findall(text))
