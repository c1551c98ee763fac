"""What `package-lock.json` must be, so that it says all that npm is to install."""

from collections.abc import Iterator, Mapping

import msgspec

_OLDEST = 2


class _Package(msgspec.Struct, frozen=True, rename="camel"):
    """What a `package.json` asks for; the lock repeats it for the project's own packages."""

    dependencies: Mapping[str, str] = {}
    dev_dependencies: Mapping[str, str] = {}
    optional_dependencies: Mapping[str, str] = {}
    peer_dependencies: Mapping[str, str] = {}

    @property
    def asked(self) -> Mapping[str, str]:
        """What is asked of each package, by name."""
        return {
            **self.peer_dependencies,
            **self.dev_dependencies,
            **self.dependencies,
            **self.optional_dependencies,
        }


class _Locked(_Package, frozen=True, rename="camel"):
    """One package as it is locked."""

    resolved: str | bool = ""
    integrity: str = ""
    link: bool = False
    in_bundle: bool = False

    @property
    def fixed(self) -> bool:
        """Whether its bytes are: by a hash, a commit, or as part of the project or a package."""
        if self.integrity or self.link or self.in_bundle:
            return True
        return isinstance(self.resolved, str) and self.resolved.startswith("git")


class _Lock(msgspec.Struct, frozen=True, rename="camel"):
    lockfile_version: int
    packages: Mapping[str, _Locked] = {}


# Made when this module is imported: two threads that first decode one type at once can crash.
_package = msgspec.json.Decoder(_Package)
_lock = msgspec.json.Decoder(_Lock)


def fault(package: bytes, lock: bytes) -> str | None:
    """What is wrong with the lock of a `package.json`, in words that follow its name."""
    try:
        asked = _package.decode(package).asked
    except msgspec.DecodeError as error:
        return f"has a `package.json` beside it that can't be read: {error}"
    try:
        locked = _lock.decode(lock)
    except msgspec.DecodeError as error:
        return f"can't be read: {error}"
    if locked.lockfile_version < _OLDEST:
        return f"is of version {locked.lockfile_version}, which does not say all that is installed"
    return next(_faults(asked, locked), None)


def _faults(asked: Mapping[str, str], lock: _Lock) -> Iterator[str]:
    before = lock.packages.get("", _Locked()).asked
    for name in sorted({*asked, *before}):
        if asked.get(name) != before.get(name):
            yield (
                f"is stale: `package.json` asks for {_shown(name, asked)}, "
                f"and it was made for {_shown(name, before)}"
            )
    for path, package in sorted(lock.packages.items()):
        if "node_modules/" in path and not package.fixed:
            yield f"has no `integrity` for `{path}`"


def _shown(name: str, asked: Mapping[str, str]) -> str:
    return f"`{name}` {asked[name]}" if name in asked else f"no `{name}`"
