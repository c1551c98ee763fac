"""The built-in platforms, and what each means for markers (PEP 508) and wheel tags (PEP 425)."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from assembler.errors import ConfigurationError, MachineError
from assembler.model.target import Target, Version

if TYPE_CHECKING:
    from packaging.tags import Tag

GLIBC: Version = (2, 28)
MUSL: Version = (1, 2)
MACOS: Version = (12, 0)

_SYSTEM_MARKERS = {
    "linux": {"os_name": "posix", "sys_platform": "linux", "platform_system": "Linux"},
    "macos": {"os_name": "posix", "sys_platform": "darwin", "platform_system": "Darwin"},
    "windows": {"os_name": "nt", "sys_platform": "win32", "platform_system": "Windows"},
}
_WINDOWS_MACHINES = {"x86_64": "AMD64", "aarch64": "ARM64"}
_WINDOWS_TAGS = {"x86_64": "win_amd64", "aarch64": "win_arm64"}
_LEGACY_MANYLINUX = {(2, 17): "manylinux2014", (2, 12): "manylinux2010", (2, 5): "manylinux1"}
_OLDEST_GLIBC_MINOR = {"x86_64": 5}
_MACHINE_NAMES = {"amd64": "x86_64", "arm64": "aarch64"}
_SYSTEM_NAMES = {"linux": "linux", "darwin": "macos", "windows": "windows"}


def _linux(machine: str, libc: Literal["glibc", "musl"]) -> Target:
    system = "linux" if libc == "glibc" else "linux-musl"
    oldest = GLIBC if libc == "glibc" else MUSL
    return Target(
        name=f"{system}-{machine}", system="linux", machine=machine, libc=libc, oldest=oldest
    )


PLATFORMS = {
    target.name: target
    for target in (
        _linux("x86_64", "glibc"),
        _linux("aarch64", "glibc"),
        _linux("x86_64", "musl"),
        _linux("aarch64", "musl"),
        Target(name="macos-arm64", system="macos", machine="arm64", oldest=MACOS),
        Target(name="macos-x86_64", system="macos", machine="x86_64", oldest=MACOS),
        Target(name="windows-x86_64", system="windows", machine="x86_64"),
        Target(name="windows-aarch64", system="windows", machine="aarch64"),
    )
}
"""The built-in platforms by name."""


def target_named(name: str, own: Iterable[Target] = ()) -> Target:
    """The target of a project's own, or the built-in platform, of a name.

    `arm64` and `aarch64` are the same. Raises `ConfigurationError` with the nearest right name.
    """
    others = {target.name: target for target in own}
    if found := others.get(name) or PLATFORMS.get(name) or PLATFORMS.get(_respelled(name)):
        return found
    from difflib import get_close_matches  # noqa: PLC0415 - only a fault needs it

    nearest = get_close_matches(name, (*others, *PLATFORMS), n=1, cutoff=0.5)
    hints = [f"did you mean `{nearest[0]}`?"] if nearest else []
    hints.append("the platforms are " + ", ".join(f"`{known}`" for known in PLATFORMS))
    if others:
        hints.append("the targets are " + ", ".join(f"`{known}`" for known in sorted(others)))
    raise ConfigurationError(f"there is no platform `{name}`", hints=hints)


def canonical_name(name: str, own: Iterable[Target] = ()) -> str:
    """The name of a target as it stands in a lock; a name that is none stays as it is."""
    other = _respelled(name)
    known = {target.name for target in own}
    return other if name not in known and name not in PLATFORMS and other in PLATFORMS else name


def is_target(name: str, target: Target) -> bool:
    """Whether a name is that of a target; `arm64` and `aarch64` are the same."""
    return name == target.name or canonical_name(name, (target,)) == target.name


def _respelled(name: str) -> str:
    system, _, machine = name.rpartition("-")
    other = {"arm64": "aarch64", "aarch64": "arm64"}.get(machine, machine)
    return f"{system}-{other}"


def this_platform(system: str, machine: str, libc: str = "glibc") -> str:
    """The built-in platform of a machine, from what `platform.system()` and so on say of it.

    `libc` is `glibc` or `musl` and counts on Linux alone. Raises `MachineError`.
    """
    known = _MACHINE_NAMES.get(machine.lower(), machine.lower())
    base = _SYSTEM_NAMES.get(system.lower(), system.lower())
    name = f"{base}-musl-{known}" if base == "linux" and libc == "musl" else f"{base}-{known}"
    for spelling in (name, _respelled(name)):
        if spelling in PLATFORMS:
            return spelling
    raise MachineError(
        f"there is no built-in platform for `{system}` on `{machine}`",
        hints=["name the machines to lock for in `lock.targets`"],
    )


def marker_environment(target: Target, python_full_version: str) -> dict[str, str]:
    """Every environment marker variable of PEP 508 for a target with a full Python version."""
    return {
        **_SYSTEM_MARKERS[target.system],
        "implementation_name": "cpython",
        "implementation_version": python_full_version,
        "platform_machine": _marker_machine(target),
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_version": "",
        "python_full_version": python_full_version,
        "python_version": ".".join(python_full_version.split(".")[:2]),
        **target.markers,
    }


def _marker_machine(target: Target) -> str:
    if target.system == "windows":
        return _WINDOWS_MACHINES[target.machine]
    return target.machine


def tags(target: Target, python_minor: str) -> "tuple[Tag, ...]":
    """The wheel tags that a CPython minor version (`3.12`) takes on a target, best first."""
    return _tags(tuple(_platform_tags(target)), python_minor)


@lru_cache(maxsize=256)
def _tags(platforms: tuple[str, ...], python_minor: str) -> "tuple[Tag, ...]":
    from packaging.tags import compatible_tags, cpython_tags  # noqa: PLC0415 - only tags need it

    major, minor = python_minor.split(".")
    version = (int(major), int(minor))
    interpreter = f"cp{major}{minor}"
    return (
        *cpython_tags(python_version=version, abis=[interpreter], platforms=platforms),
        *compatible_tags(python_version=version, interpreter=interpreter, platforms=platforms),
    )


def _platform_tags(target: Target) -> Iterator[str]:
    from packaging.tags import mac_platforms  # noqa: PLC0415 - only tags need it

    match target.system:
        case "macos":
            yield from mac_platforms((target.oldest[0], target.oldest[1]), target.machine)
        case "windows":
            yield _WINDOWS_TAGS[target.machine]
        case _:
            yield from _linux_tags(target)
            yield f"linux_{target.machine}"


def _linux_tags(target: Target) -> Iterator[str]:
    major, newest = target.oldest[0], target.oldest[1]
    if target.libc == "musl":
        for minor in range(newest, -1, -1):
            yield f"musllinux_{major}_{minor}_{target.machine}"
        return
    for minor in range(newest, _OLDEST_GLIBC_MINOR.get(target.machine, 17) - 1, -1):
        yield f"manylinux_{major}_{minor}_{target.machine}"
        if legacy := _LEGACY_MANYLINUX.get((major, minor)):
            yield f"{legacy}_{target.machine}"
