"""What one machine installs of a lock: the target that fits it, and one file for each pin."""

from collections.abc import Sequence

from packaging.version import Version

from assembler.errors import IntegrityError, LockError
from assembler.lock.ranks import Ranks
from assembler.model.distribution import DistributionFile
from assembler.model.lock import Lock, Selected
from assembler.model.platforms import tags, target_named
from assembler.model.resolution import Cell, Pin
from assembler.model.sources import ArchiveSource, RepositorySource
from assembler.model.target import Target


def select(
    lock: Lock, program: str, target: Target, python_full_version: str
) -> tuple[Selected, ...]:
    """Choose the files of a program for a target of the lock and a full Python version (`3.12.4`).

    The best wheel by the target's tags, else the sdist. Raises `LockError` where the lock does not
    serve them.
    """
    return Selection(lock, target).of(program, python_full_version)


class Selection:
    """What a target installs of a lock, for as many programs as there are."""

    def __init__(self, lock: Lock, target: Target) -> None:
        self._lock = lock
        self._target = target
        self._ranks: dict[str, Ranks] = {}

    def of(self, program: str, python_full_version: str) -> tuple[Selected, ...]:
        """The files of one program, as `select` says."""
        cell = _cell(self._lock, program, self._target.name, python_full_version)
        minor = f"{cell.python.major}.{cell.python.minor}"
        if minor not in self._ranks:
            self._ranks[minor] = Ranks(tags(self._target, minor))
        ranks = self._ranks[minor]
        return tuple(chosen(pin, cell, ranks) for pin in self._lock.cells[cell])


def fitting_target(
    lock: Lock, platform: str, system_version: Sequence[int], wanted: str | None = None
) -> Target:
    """The target of the lock that serves a machine: the most demanding one that it satisfies.

    `platform` is the machine's built-in platform, `system_version` the version of its C library or
    of macOS (empty: not known, anything fits); `wanted` decides by name. Raises `LockError`.
    """
    machine = target_named(platform)
    alike = [target for target in lock.targets if _same_platform(target, machine)]
    if wanted is not None:
        alike = [target for target in lock.targets if target.name == wanted]
        if not alike:
            raise _unserved(lock, wanted, f"the lock has no target `{wanted}`")
    if not alike:
        raise _unserved(lock, platform, f"the lock does not serve this machine, `{platform}`")
    version = tuple(system_version)
    fitting = [target for target in alike if not version or target.oldest <= version]
    if not fitting:
        raise _too_old(alike[0], version)
    best = [target for target in fitting if target.oldest == max(one.oldest for one in fitting)]
    if len(best) > 1:
        names = ", ".join(f"`{target.name}`" for target in best)
        raise LockError(
            f"several targets of the lock serve this machine: {names}",
            hints=(f"choose with `--target {best[0].name}`",),
        )
    return best[0]


def chosen(pin: Pin, cell: Cell, ranks: Ranks) -> Selected:
    """Choose the file of a pin. Raises `IntegrityError` where it has none that fits."""
    if pin.tree or isinstance(pin.fixed, RepositorySource):
        return Selected(pin=pin)
    if pin.fixed:
        return _archive(pin, pin.fixed)
    if wheel := ranks.best(pin.wheels):
        return Selected(pin=pin, wheel=wheel)
    if pin.sdist:
        return Selected(pin=pin, sdist=pin.sdist)
    raise IntegrityError(
        f"no file of `{pin.name}` {pin.version} in the lock fits `{cell.target}` with "
        f"Python {cell.python.major}.{cell.python.minor}",
        details=tuple(f"there is `{wheel.filename}`" for wheel in pin.wheels),
        hints=("run `assemble lock`",),
    )


def _archive(pin: Pin, archive: ArchiveSource) -> Selected:
    file = DistributionFile(
        filename=archive.filename, url=archive.place, sha256=archive.sha256, size=archive.size
    )
    wheel = file.filename.endswith(".whl")
    return Selected(pin=pin, wheel=file if wheel else None, sdist=None if wheel else file)


def _cell(lock: Lock, program: str, target: str, python_full_version: str) -> Cell:
    if program not in lock.inputs:
        raise LockError(
            f"the lock has no program `{program}`",
            details=(f"it has {_listed(sorted(lock.inputs))}",) if lock.inputs else (),
            hints=("run `assemble lock`",),
        )
    if target not in [known.name for known in lock.targets]:
        raise _unserved(lock, target, f"the lock has no target `{target}`")
    if target not in (lock.inputs[program].targets or [target]):
        raise LockError(
            f"`{program}` is not for the target `{target}`",
            details=(f"it is for {_listed(lock.inputs[program].targets)}",),
            hints=("name the target in the program's `targets`, then run `assemble lock`",),
        )
    version = Version(python_full_version)
    ranges = lock.python_ranges(program, target)
    for python in ranges:
        same_minor = (python.major, python.minor) == (version.major, version.minor)
        if same_minor and python.holds(version.micro):
            return Cell(program, target, python)
    (machine,) = (known for known in lock.targets if known.name == target)
    locked = machine.python or lock.inputs[program].python
    later = " and its later patches" if locked.count(".") > 1 else ""
    raise LockError(
        f"the lock has `{program}` for Python {locked}{later}, not for {python_full_version}",
        hints=(
            f"build with Python {locked}",
            f'or write `python = "{version.major}.{version.minor}"`, then run `assemble lock`',
        ),
    )


def _same_platform(target: Target, machine: Target) -> bool:
    mine = (machine.system, machine.machine, machine.libc)
    return (target.system, target.machine, target.libc) == mine


def _unserved(lock: Lock, target: str, message: str) -> LockError:
    names = [known.name for known in lock.targets]
    line = ", ".join(f'"{name}"' for name in [*names, target])
    return LockError(
        message,
        details=(f"it serves {_listed(names)}",),
        hints=(f"write `targets = [{line}]` under [lock], then run `assemble lock`",),
    )


def _too_old(target: Target, version: tuple[int, ...]) -> LockError:
    system = {"glibc": "glibc", "musl": "musl"}.get(target.libc, "macOS")
    needed, has = (".".join(map(str, numbers)) for numbers in (target.oldest, version))
    return LockError(
        f"the lock's target `{target.name}` needs {system} {needed}, this machine has {has}",
        hints=("build on a newer system",),
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
