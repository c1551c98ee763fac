"""Machines that a lock serves."""

from collections.abc import Mapping

import msgspec

Version = tuple[int, ...]


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """A machine to lock for: a platform such as `linux-x86_64`, and the oldest system it may run.

    `libc` is `glibc`, `musl` or empty (macOS, Windows); `oldest` is the oldest version of that
    C library, or of macOS. `markers` sets further PEP 508 variables. `python` counts instead of
    each program's own; where it is empty, that does.
    """

    name: str
    system: str
    machine: str
    libc: str = ""
    oldest: Version = ()
    markers: Mapping[str, str] = {}
    python: str = ""


class PythonRange(msgspec.Struct, frozen=True, order=True):
    """Patches of one minor version: `major.minor.first` up to, not including, `major.minor.end`.

    `end` is `None` where the range is open.
    """

    major: int
    minor: int
    first: int = 0
    end: int | None = None

    @property
    def version(self) -> str:
        """The lowest full version of the range, `3.12.0`."""
        return f"{self.major}.{self.minor}.{self.first}"

    def holds(self, patch: int) -> bool:
        """Whether the patch number lies in the range."""
        return self.first <= patch and (self.end is None or patch < self.end)


class Interpreter(msgspec.Struct, frozen=True, kw_only=True):
    """A CPython found on this machine. `version` is full, `3.12.1`; `executable` is absolute."""

    executable: str
    version: str
    implementation: str = "CPython"

    @property
    def minor(self) -> str:
        """The minor version, `3.12`."""
        return ".".join(self.version.split(".")[:2])

    @property
    def tag(self) -> str:
        """The bytecode tag, `cpython-312`."""
        return "cpython-" + self.minor.replace(".", "")
