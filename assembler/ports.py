"""The only doors to the machine. Stages and use cases are given these; adapters implement them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import PurePath
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

import msgspec

from assembler.model.target import Interpreter

if TYPE_CHECKING:
    from assembler.model.distribution import (
        CoreMetadata,
        DistributionFile,
        Releases,
        StoredWheel,
        WheelContents,
    )
    from assembler.model.lock import LockedArtifact, LockedSubmodule
    from assembler.model.secret import SecretSource, SecretValue


class Index(Protocol):
    """Package indexes (Simple Repository API) as the solver asks them."""

    def releases(self, index: str, name: str) -> Releases:
        """The releases of a distribution on the index with this URL; none if it isn't there.

        Raises `NetworkError`.
        """

    def metadata(self, file: DistributionFile) -> CoreMetadata:
        """The core metadata of a wheel, or of an sdist with static metadata.

        Raises `NetworkError`, `IntegrityError`, and `MetadataUnknown` for an sdist whose metadata
        needs a build.
        """

    def names(self, index: str) -> tuple[str, ...]:
        """The names that an index lists on one page; none where each has a page of its own."""

    def anticipate(self, names: Sequence[tuple[str, str]]) -> None:
        """Start to fetch the pages of these (index URL, name) pairs in the background."""

    def anticipate_metadata(
        self, files: Sequence[DistributionFile], then: Callable[[CoreMetadata], None]
    ) -> None:
        """Start to fetch the metadata of these files in the background.

        `then` may be told of each that was fetched, by any thread.
        """


class MetadataUnknown(Exception):  # noqa: N818 - an answer rather than an error
    """The metadata of an sdist is dynamic: only building it tells."""


class Artifacts(Protocol):
    """Downloads, verified and kept in the cache by content."""

    def fetch(self, artifact: LockedArtifact) -> PurePath:
        """The path of the file in the cache, downloaded if need be.

        Raises `NetworkError`, and `IntegrityError` where hash or size differ.
        """

    def lock(self, url: str, sha256: str | None) -> LockedArtifact:
        """Download a file whose hash is not known yet (or must be this one), and keep it."""


class BuildRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A wheel to build (PEP 517) or to build editable (PEP 660) from a folder or an sdist file.

    `wheels` are what the back end's environment holds.
    """

    name: str
    source: str
    python: Interpreter
    editable: bool = False
    wheels: tuple[DistributionFile, ...] = ()


WheelsFor: TypeAlias = "Callable[[Sequence[str]], tuple[DistributionFile, ...]]"
"""Solves the requirements of a build; the wheels to install for it."""


class Builder(Protocol):
    """Build back ends, each run in an environment made for it from wheels in the cache."""

    def wheel(self, request: BuildRequest) -> PurePath:
        """Build a wheel into the cache and return its path.

        Raises `PartError`, and `LockError` where the back end requires what `wheels` don't have.
        """

    def requirements(self, name: str, source: str) -> tuple[str, ...]:
        """The requirements that a source itself lists for its build (PEP 518), sorted."""

    def further_requirements(self, request: BuildRequest) -> tuple[str, ...]:
        """Ask the back end what else its builds of this source require, sorted."""

    def metadata(self, request: BuildRequest, wheels_for: WheelsFor) -> CoreMetadata:
        """The core metadata of a source, as its `pyproject.toml` says it, else its back end.

        A wheel is built if the back end can't say otherwise. `wheels_for` is asked only where the
        back end is. Raises `PartError`, and what `wheels_for` raises.
        """


class Repositories(Protocol):
    """Git repositories, mirrored in the cache; no credentials are kept."""

    def resolve(self, url: str, rev: str | None) -> str:
        """The commit that a branch, tag or commit is now; without one, that of the default branch.

        Raises `NetworkError`, and `ConfigurationError` where the repository has no such revision.
        """

    def checkout(self, url: str, commit: str) -> PurePath:
        """A folder in the cache with the files of a commit; those of submodules are empty.

        The files are those that the commit has, byte for byte, and are compared with it each time.
        Raises `NetworkError`.
        """

    def submodules(self, url: str, commit: str) -> tuple[LockedSubmodule, ...]:
        """The submodules of a commit and of these, at the commits that are recorded for them.

        Raises `NetworkError`, and `ConfigurationError` for one whose URL can't be used.
        """


class WheelStore(Protocol):
    """Unpacked wheels in the user's cache, compiled or not, keyed by content.

    A `store` is that of a prefix; where it may be left out, it is the cache's own then.
    """

    def add(
        self, wheel: PurePath, sha256: str, python: Interpreter, *, bytecode: bool = True
    ) -> StoredWheel:
        """Unpack and compile a verified wheel for a Python, unless it stands there already.

        Without `bytecode` it is another tree, which is not compiled. Raises `IntegrityError` for
        an archive that is malformed, and `StoppedError` once the store is closed.
        """

    def close(self) -> None:
        """End what other threads add, and add nothing any more."""

    def find(
        self, filename: str, sha256: str, python: Interpreter, *, bytecode: bool = True
    ) -> StoredWheel | None:
        """What `add` would return for a wheel that stands there already, as its manifest says."""

    def contents(self, key: str) -> WheelContents:
        """What the store holds under a key. Raises `DamagedWheelError` if it is not there."""

    def metadata(self, key: str) -> bytes:
        """The `METADATA` of a stored wheel. Raises `DamagedWheelError` if it is not there."""

    def materialise(self, keys: Collection[str], store: PurePath) -> None:
        """Put the trees of `keys` into the prefix's `store` by hard link, reflink or copy.

        Does nothing for one that stands there whole (names and sizes as in its manifest). Raises
        `DamagedWheelError` for one that is not whole in the cache, and counts no more then.
        """

    def link(self, directory: PurePath, targets: Mapping[str, str]) -> None:
        """Make an environment's symbolic links, by relative path, making their parents.

        Links of any environments that say the same may be one file.
        """

    def discard(self, key: str, store: PurePath | None = None) -> None:
        """Let what stands under a key count no more, so that it is made again when it is wanted."""

    def verify(self, key: str, store: PurePath | None = None) -> tuple[str, ...]:
        """The paths below a key that are missing, changed or not its own, by full hashes."""


TEMPORARY = ".assembler-new-"
"""How the name of a file begins that stands beside the one it will replace."""


class FileState(msgspec.Struct, frozen=True):
    """What stands at a path: kind, size in bytes, permission bits, mtime (ns), a link's target."""

    kind: Literal["file", "directory", "link", "other"]
    size: int
    mode: int
    mtime: int
    target: str = ""


class Files(Protocol):
    """The file system. Relative components are never resolved; links are not followed."""

    def state(self, path: PurePath) -> FileState | None:
        """What stands at the path, or `None`."""

    def read(self, path: PurePath) -> bytes:
        """The content of a file. Raises `FileNotFoundError`."""

    def read_part(self, path: PurePath, start: int, length: int) -> bytes:
        """What a file holds from a position on, at most `length` bytes.

        Raises `FileNotFoundError`.
        """

    def sha256(self, path: PurePath) -> str:
        """The sha256 of a file's content."""

    def names(self, directory: PurePath) -> tuple[str, ...]:
        """The sorted names in a directory; empty if there is none."""

    def walk(self, directory: PurePath) -> Iterator[tuple[str, FileState]]:
        """Every path below the directory, relative with `/`, sorted; links are not followed."""

    def glob(self, folder: PurePath, pattern: str) -> tuple[str, ...]:
        """The sorted files below the folder that match (`*`, `?`, `[…]`, `**`), relative to it."""

    def make_directory(self, path: PurePath) -> None:
        """Make a directory and its parents, 0755."""

    def write(self, path: PurePath, content: bytes, mode: int = 0o644) -> None:
        """Write a new file, making its parents."""

    def replace(self, path: PurePath, content: bytes, mode: int = 0o644) -> None:
        """Write a file beside the path, sync it, and rename it over the path."""

    def replace_all(self, contents: Mapping[PurePath, bytes]) -> None:
        """Write several files as `replace` does, 0644, but sync them together."""

    def symlink(self, path: PurePath, target: str) -> None:
        """Make a symbolic link, making its parents."""

    def symlinks(self, directory: PurePath, targets: Mapping[str, str]) -> None:
        """Make symbolic links below a directory, by relative path, making their parents."""

    def replace_symlink(self, path: PurePath, target: str) -> None:
        """Make a symbolic link beside the path and rename it over the path."""

    def copy(self, source: PurePath, path: PurePath, mode: int) -> None:
        """Copy a file, making parents."""

    def set_mode(self, path: PurePath, mode: int) -> None:
        """Set the permission bits of a file or directory."""

    def set_time(self, path: PurePath, seconds: int) -> None:
        """Set when a file was last changed, in seconds since the epoch."""

    def rename(self, path: PurePath, to: PurePath) -> None:
        """Rename a file or directory on one file system."""

    def remove(self, path: PurePath) -> None:
        """Remove a file, link, or whole directory tree; nothing there is no error."""

    def sync(self, *directories: PurePath) -> None:
        """Make what was written below directories of one file system survive a power cut."""


class Unpacker(Protocol):
    """The strict archive reader, for archives that are not wheels."""

    def extract(self, archive: PurePath, directory: PurePath, strip: int) -> None:
        """Extract a zip or tar archive. Raises `IntegrityError`."""


class CommandLine(msgspec.Struct, frozen=True, kw_only=True):
    """A command to run: argv, the whole environment, working directory, time limit in seconds."""

    argv: tuple[str, ...]
    environment: Mapping[str, str]
    directory: str
    timeout: float


class CommandResult(msgspec.Struct, frozen=True):
    """How a command ended: exit status (negative: the signal), and its output's last part."""

    status: int
    output: str
    timed_out: bool = False


class Processes(Protocol):
    """Child processes: own session, no standard input, capped output, ended with us."""

    def run(self, command: CommandLine) -> CommandResult:
        """Run a command to its end. Raises `StoppedError` once they are closed."""

    def close(self) -> None:
        """End the commands that other threads run, and start nothing any more."""


class Interpreters(Protocol):
    """The Pythons of this machine."""

    def find(self, python: str) -> Interpreter:
        """The first CPython that fits `3.12` or `3.12.4` (that patch and later ones).

        Raises `MachineError` naming what was wanted and what was seen.
        """


class Secrets(Protocol):
    """The values of secrets, and the randomness that hides them."""

    def read(self, source: SecretSource) -> SecretValue:
        """The value that a source holds.

        Raises `MachineError`, which names the secret and its source, for one that is missing,
        empty, too large or no text.
        """

    def key(self) -> bytes:
        """Random bytes, as many as a key of SHA-256 has, others each time."""


class PrefixLock(Protocol):
    """A courtesy between processes: one writer to a prefix at a time."""

    def hold(self, path: PurePath) -> AbstractContextManager[None]:
        """Hold the lock file at the path; waiting is announced with its holder."""


class CacheLock(Protocol):
    """A courtesy between commands that use one cache; nothing depends on it.

    Many share the cache, one at a time makes what a key names, and who cleans the cache is alone.
    """

    def share(self) -> None:
        """Keep the cache from being cleaned until the command ends."""

    def hold(self, key: str, doing: str) -> AbstractContextManager[None]:
        """Share the cache, and hold a key: no other thread or process does meanwhile.

        Who waits is told what we are doing: ``downloads `a.whl` ``. Whoever gets a key looks again
        whether there is still anything to make. Two are held together only by who asks or builds a
        source, and waits for what that needs. Raises `StoppedError` once nobody is to wait.
        """

    def stop_waiting(self) -> None:
        """Refuse who waits for another process, because the command ends."""

    def alone(self) -> AbstractContextManager[None]:
        """Have the cache alone; waiting for others is announced."""


Phase: TypeAlias = Literal["solving", "downloading", "building", "unpacking", "performing"]


class Reporter(Protocol):
    """Who is told how the work goes on."""

    def phase(self, phase: Phase, total: int | None = None) -> None:
        """A phase begins; `total` is how many items it has, if that is known."""

    def advance(self, item: str, done: int = 1) -> None:
        """An item of the phase is done, or begun with `done=0`."""

    def note(self, message: str) -> None:
        """Something worth saying that is not an error."""

    def warn(self, message: str) -> None:
        """Something that the user should look at."""


class Tools(msgspec.Struct, frozen=True):
    """What makes up to `jobs` parts at once; of `environment` commands see the PATH only."""

    files: Files
    store: WheelStore
    artifacts: Artifacts
    unpacker: Unpacker
    repositories: Repositories
    processes: Processes
    reporter: Reporter
    environment: Mapping[str, str] = {}
    jobs: int = 1
