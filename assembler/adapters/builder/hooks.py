"""The hooks of one build back end, run in its environment."""

import stat
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from build import BuildBackendException, BuildException, ProjectBuilder
from pyproject_hooks import BackendUnavailable, HookMissing

from assembler.errors import AssemblerError, PartError
from assembler.model.limits import Limits
from assembler.model.paths import safe_name
from assembler.ports import CommandLine, CommandResult, Processes

Kind = Literal["wheel", "editable"]

_LINES = 25
_ALLOWED = frozenset(
    {
        *("PATH", "SDKROOT", "DEVELOPER_DIR", "MACOSX_DEPLOYMENT_TARGET"),
        *("AR", "ARCHFLAGS", "AS", "CC", "CFLAGS", "CPP", "CPPFLAGS", "CXX", "CXXFLAGS", "FC"),
        *("FFLAGS", "LD", "LDFLAGS", "LDSHARED", "LIBRARY_PATH", "CPATH", "C_INCLUDE_PATH"),
        *("CMAKE_ARGS", "CMAKE_GENERATOR", "CMAKE_PREFIX_PATH", "MAKEFLAGS", "NPY_NUM_BUILD_JOBS"),
        *("PKG_CONFIG", "PKG_CONFIG_PATH", "RUSTFLAGS", "RUSTUP_HOME", "CARGO_HOME"),
    }
)
_FIXED = {
    "LANG": "C.UTF-8",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONNOUSERSITE": "1",
    "SOURCE_DATE_EPOCH": "315619200",
    "TZ": "UTC",
}


class HookFailedError(Exception):
    """A hook ended with another status than 0, or not in time."""

    def __init__(self, result: CommandResult, *hints: str) -> None:
        super().__init__(f"status {result.status}")
        self.result = result
        self.hints = hints


def allowed(variables: Mapping[str, str], scratch: Path) -> dict[str, str]:
    """Return the environment of a build: no credentials, a home and temporary files of its own."""
    kept = {name: value for name, value in variables.items() if name in _ALLOWED}
    own = {"HOME": scratch / "home", "TMPDIR": scratch / "tmp"}
    for folder in own.values():
        folder.mkdir(parents=True, exist_ok=True)
    return {**kept, **_FIXED, **{name: str(folder) for name, folder in own.items()}}


class Hooks:
    """A source tree's back end, ready to build a wheel or an editable one.

    Warnings of back ends are for their authors, and not shown.
    """

    def __init__(
        self, name: str, tree: Path, environment: Callable[[], str], runner: "Runner"
    ) -> None:
        self._name = name
        # For the whole process: several threads can't each have filters of their own.
        warnings.filterwarnings("ignore", category=UserWarning)
        with _worded(name):
            _check(name, tree, runner)
            self._back_end = ProjectBuilder(tree, environment(), runner)

    def required(self, *kinds: Kind) -> frozenset[str]:
        """Ask the back end what else these kinds of builds require."""
        with _worded(self._name):
            asked = [self._back_end.get_requires_for_build(kind) for kind in kinds]
        required: frozenset[object] = frozenset().union(*asked)
        found = frozenset(each for each in required if isinstance(each, str))
        if len(found) < len(required):
            raise _nonsense(self._name)
        return found

    def build(self, kind: Kind, folder: Path) -> Path:
        """Build into a folder and return the wheel."""
        with _worded(self._name):
            wheel = Path(self._back_end.build(kind, folder))
        if wheel.suffix != ".whl" or not _is_file_in(folder, wheel):
            raise PartError(f"the back end of `{self._name}` built no wheel")
        return wheel

    def prepare(self, kind: Kind, folder: Path) -> bytes | None:
        """Ask for core metadata; `None` where the back end has no hook for it."""
        with _worded(self._name):
            prepared = self._back_end.prepare(kind, folder)
        if prepared is None:
            return None
        metadata = Path(prepared) / "METADATA"
        found = Path(prepared).parent == folder and _is_file_in(Path(prepared), metadata)
        return metadata.read_bytes() if found else None


class Runner:
    """Runs hooks through `ports.Processes`, as `build` asks."""

    def __init__(
        self, processes: Processes, environment: Mapping[str, str], limits: Limits
    ) -> None:
        self._processes = processes
        self._environment = environment
        self._limits = limits

    def __call__(
        self,
        cmd: Sequence[str],
        cwd: str | None = None,
        extra_environ: Mapping[str, str] | None = None,
    ) -> None:
        """Run one hook; raises `HookFailedError`."""
        programs = Path(cmd[0]).parent
        path = f"{programs}:{self._environment.get('PATH', '/usr/bin:/bin')}"
        result = self._processes.run(
            CommandLine(
                argv=tuple(cmd),
                environment={**self._environment, "PATH": path, **(extra_environ or {})},
                directory=cwd or str(programs),
                timeout=self._limits.build_time,
            )
        )
        if result.timed_out:
            raise HookFailedError(result, self._limits.way_out("build_time"))
        if result.status != 0:
            raise HookFailedError(result)


def _check(name: str, tree: Path, runner: "Runner") -> None:
    """Check what `build-system` says. Raises `PartError` for a back end outside of its sources."""
    try:
        ProjectBuilder(tree, runner=runner)
    except UnicodeDecodeError:
        raise PartError(f"`{name}` can't be built: its `pyproject.toml` is not UTF-8") from None
    except ValueError:
        raise PartError(
            f"`{name}` can't be built: its `backend-path` leads out of its sources"
        ) from None


@contextmanager
def _worded(name: str) -> Iterator[None]:
    """Turn what `build` raises into a `PartError`."""
    try:
        yield
    except BuildBackendException as error:
        raise _fault(name, error.exception) from None
    except BuildException as error:
        raise PartError(f"`{name}` can't be built: {error}") from None
    except TypeError:  # `build` joins what was answered to a folder
        raise _nonsense(name) from None


def _nonsense(name: str) -> PartError:
    return PartError(f"the back end of `{name}` gave an answer that can't be used")


def _is_file_in(folder: Path, path: Path) -> bool:
    """Whether a path that a back end answered is that of a file there, and no link."""
    try:
        safe_name(path.name)
        return path.parent == folder and stat.S_ISREG(path.lstat().st_mode)
    except (OSError, ValueError):
        return False


def _fault(name: str, cause: Exception) -> AssemblerError:
    match cause:
        case AssemblerError():
            return cause
        case HookFailedError(result=result) if result.timed_out:
            message = f"building `{name}` took too long"
            return PartError(message, details=_last(result.output), hints=cause.hints)
        case HookFailedError(result=result):
            return PartError(f"building `{name}` failed", details=_last(result.output))
        case BackendUnavailable():
            return PartError(
                f"the build back end of `{name}` can't be imported: `{cause.backend_name}`",
                hints=("list what it needs in `build-system.requires` of its `pyproject.toml`",),
            )
        case HookMissing(hook_name="build_editable"):
            return PartError(
                f"the build back end of `{name}` can't make it editable",
                hints=("drop `editable = true` from its source",),
            )
        case _:
            return PartError(f"building `{name}` failed: {cause}")


def _last(output: str) -> tuple[str, ...]:
    return tuple(output.rstrip().splitlines()[-_LINES:])
