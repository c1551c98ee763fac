"""Machines as PEP 508 and PEP 425 see them, and what `packaging` selects of a lock for one."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast

from packaging.markers import Environment
from packaging.pylock import PackageSdist, PackageWheel, Pylock
from packaging.tags import compatible_tags, cpython_tags, mac_platforms


class Machine(NamedTuple):
    """The markers of a machine, its platform tags, best first, and its name for uv."""

    markers: Mapping[str, str]
    platforms: Sequence[str]
    called: str


_LINUX = {"sys_platform": "linux", "os_name": "posix", "platform_system": "Linux"}
_MAC = {"sys_platform": "darwin", "os_name": "posix", "platform_system": "Darwin"}
_WINDOWS = {"sys_platform": "win32", "os_name": "nt", "platform_system": "Windows"}


def _glibc(architecture: str) -> list[str]:
    newest_first = [f"manylinux_2_{minor}_{architecture}" for minor in range(28, 4, -1)]
    return [*newest_first, f"manylinux2014_{architecture}", f"linux_{architecture}"]


MACHINES = {
    "linux-x86_64": Machine(
        {**_LINUX, "platform_machine": "x86_64"}, _glibc("x86_64"), "x86_64-unknown-linux-gnu"
    ),
    "linux-aarch64": Machine(
        {**_LINUX, "platform_machine": "aarch64"}, _glibc("aarch64"), "aarch64-unknown-linux-gnu"
    ),
    "macos-arm64": Machine(
        {**_MAC, "platform_machine": "arm64"},
        list(mac_platforms((14, 0), "arm64")),
        "aarch64-apple-darwin",
    ),
    "windows-x86_64": Machine(
        {**_WINDOWS, "platform_machine": "AMD64"}, ["win_amd64"], "x86_64-pc-windows-msvc"
    ),
}


def selected(
    lock: Any, program: str, machine: str, python: tuple[int, int]
) -> tuple[PackageWheel | PackageSdist, ...]:
    """The files that `packaging` selects of a lock, as it was read, for a program on a machine."""
    there = MACHINES[machine]
    minor = ".".join(map(str, python))
    environment = {
        **there.markers,
        "python_version": minor,
        "python_full_version": f"{minor}.4",
        "implementation_name": "cpython",
        "implementation_version": f"{minor}.4",
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_version": "",
    }
    interpreter = f"cp{python[0]}{python[1]}"
    chosen = Pylock.from_dict(lock).select(
        environment=cast("Environment", environment),
        tags=[
            *cpython_tags(python, platforms=there.platforms),
            *compatible_tags(python, interpreter, there.platforms),
        ],
        dependency_groups=[program],
    )
    return tuple(file for _, file in chosen if isinstance(file, PackageWheel | PackageSdist))
