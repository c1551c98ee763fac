"""The store of unpacked wheels in the user's cache; implements `ports.WheelStore`."""

import errno
import hashlib
import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path, PurePath
from threading import Lock

from assembler.adapters.archives.bytecode import Compiler
from assembler.adapters.archives.case import check_case
from assembler.adapters.archives.link_pool import LinkPool
from assembler.adapters.archives.linkers import Linkers
from assembler.adapters.archives.links import DamagedTreeError
from assembler.adapters.archives.members import RefusedError
from assembler.adapters.archives.settings import StoreSettings
from assembler.adapters.archives.together import Together
from assembler.adapters.archives.trees import (
    CONTENTS,
    damaged,
    read_contents,
    read_wheel,
    remove,
    set_aside,
    standing,
    sync_directory,
    temporary,
)
from assembler.adapters.archives.unpacked import UnpackRequest
from assembler.adapters.archives.unpackers import Unpackers
from assembler.errors import DamagedWheelError, IntegrityError, MachineError
from assembler.model.distribution import StoredWheel, WheelContents
from assembler.model.target import Interpreter
from assembler.ports import CacheLock, Files, Processes

LAYOUT = "1"
_SIZE_PER_FILE = 170
"""How many bytes a manifest has for each file, about."""

_FULL = {errno.ENOSPC, errno.EDQUOT}
_TAKEN = {errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR}
_FILENAME = re.compile(r"(?P<name>[A-Za-z0-9._]+)-(?P<version>[A-Za-z0-9._+!]+)-[^/]+\.whl")


class UnpackedWheels:
    """Unpacked wheels below a directory, compiled or not, keyed by content.

    A tree is written under a temporary name, synced, given its manifest, and
    renamed; it is never changed afterwards. What does not stand whole is set aside and made again.
    """

    def __init__(
        self,
        directory: PurePath,
        *,
        files: Files,
        processes: Processes,
        locks: CacheLock,
        settings: StoreSettings | None = None,
    ) -> None:
        self._directory = Path(directory)
        self._files = files
        self._processes = processes
        self._locks = locks
        self._settings = settings or StoreSettings()
        self._known: dict[str, WheelContents] = {}
        self._links = LinkPool(self._directory / ".links")
        self._unpackers = Unpackers(self._settings)
        self._compilers: dict[Interpreter, Compiler] = {}
        self._lock = Lock()
        self._syncs = Together[PurePath](lambda trees: self._files.sync(*trees))
        self._names = Together[Path](lambda folders: sync_directory(folders[0]))

    def add(
        self, wheel: PurePath, sha256: str, python: Interpreter, *, bytecode: bool = True
    ) -> StoredWheel:
        """Unpack and compile a wheel for a Python, unless it stands there already.

        The file must have its wheel file name. Raises `IntegrityError` where its sha256 is another
        or the wheel is malformed, and `MachineError` where the Python can't compile.
        """
        tree = self._directory / key_of(wheel.name, sha256, tag_of(python, bytecode=bytecode))
        with _worded(tree):
            if contents := standing(tree):
                return contents.wheel
            with self._locks.hold(f"wheel {tree.name}", f"unpacks `{wheel.name}`"):
                if contents := standing(tree):
                    return contents.wheel
                self._directory.mkdir(parents=True, exist_ok=True)
                with _building(tree) as temporary_tree:
                    request = UnpackRequest(
                        wheel=str(wheel),
                        sha256=sha256,
                        tree=str(temporary_tree),
                        key=tree.name,
                        minor=python.minor,
                    )
                    stored = self._unpack(request, python, bytecode=bytecode)
                    return self._publish(temporary_tree, tree, stored)

    def find(
        self, filename: str, sha256: str, python: Interpreter, *, bytecode: bool = True
    ) -> StoredWheel | None:
        """What `add` would return for a wheel if its manifest stands there already.

        The files are looked at when they are put into a prefix.
        """
        key = key_of(filename, sha256, tag_of(python, bytecode=bytecode))
        tree = self._directory / key
        with _worded(tree):
            found = read_wheel(tree)
        if found is not None:
            _mark_used(tree)
        return found

    def contents(self, key: str) -> WheelContents:
        """What the store holds under a key. Raises `DamagedWheelError` where it is not there."""
        if key not in self._known:
            with _worded(self._directory / key):
                contents = read_contents(self._directory / key)
            if contents is None:
                raise DamagedWheelError(key)
            self._known[key] = contents
        return self._known[key]

    def metadata(self, key: str) -> bytes:
        """The `METADATA` of a stored wheel. Raises `DamagedWheelError` if it is not there."""
        site = self._directory / key / "site"
        with _worded(site):
            try:
                (folder,) = (each for each in site.iterdir() if each.name.endswith(".dist-info"))
                return (folder / "METADATA").read_bytes()
            except (FileNotFoundError, NotADirectoryError, ValueError):
                raise self._lost(key) from None

    def materialise(self, keys: Collection[str], store: PurePath) -> None:
        """Put the trees of `keys` into a prefix's `store` by hard link, reflink or copy.

        Does nothing where one stands there whole; a damaged one is set aside and made again.
        """
        trees = [Path(store) / key for key in keys]
        self._files.make_directory(store)
        there = set(self._files.names(store))
        with _worded(Path(store)):
            missing = [tree for tree in trees if tree.name not in there or not standing(tree)]
        if missing:
            self._check_case(missing, Path(store))
            sizes = {tree: self._manifest_size(tree.name) for tree in missing}
            largest_first = sorted(missing, key=lambda tree: (-sizes[tree], tree.name))
            with Linkers(sum(sizes.values()) // _SIZE_PER_FILE, self._settings.jobs) as linkers:
                _all_done(lambda tree: self._put(tree, linkers), largest_first, linkers.jobs)

    def _manifest_size(self, key: str) -> int:
        """How large a manifest is, which tells how much there is to do without reading it."""
        with _worded(self._directory / key):
            try:
                return (self._directory / key / CONTENTS).stat().st_size
            except (FileNotFoundError, NotADirectoryError):
                raise self._lost(key) from None

    def _put(self, tree: Path, linkers: Linkers) -> None:
        source, contents = self._directory / tree.name, self.contents(tree.name)
        with _worded(tree), _building(tree) as temporary_tree:
            _mark_used(source)
            try:
                linkers.put(source, contents, temporary_tree)
            except (FileNotFoundError, DamagedTreeError):
                raise self._lost(tree.name) from None
            _rename(temporary_tree, tree)

    def link(self, directory: PurePath, targets: Mapping[str, str]) -> None:
        """Make an environment's symbolic links, by relative path, making their parents.

        Links of any environments that say the same are one file, where the disk allows it.
        """
        for parent in {path.rpartition("/")[0] for path in targets}:
            self._files.make_directory(directory / parent)
        with _worded(Path(directory)):
            self._links.make(Path(directory), targets)

    def discard(self, key: str, store: PurePath | None = None) -> None:
        """Let what stands under a key count no more: its manifest goes, without which it is none.

        `store` is that of a prefix; without it the cache's own.
        """
        if store is None:
            self._known.pop(key, None)
        tree = (self._directory if store is None else Path(store)) / key
        self._files.remove(tree / CONTENTS)

    def verify(self, key: str, store: PurePath | None = None) -> tuple[str, ...]:
        """The paths below a key that are missing, changed or not its own, by full hashes.

        `store` is that of a prefix; without it the cache's own.
        """
        tree = (self._directory if store is None else Path(store)) / key
        with _worded(tree):
            return damaged(tree)

    def _check_case(self, trees: Iterable[Path], store: Path) -> None:
        """Check that a prefix's disk, which may be another than the cache's, can hold trees."""
        for tree in trees if self._settings.folds_case(store) else ():
            paths = (file.path for file in self.contents(tree.name).files)
            try:
                check_case(paths, store, self._settings.folds_case)
            except RefusedError as error:
                message = f"`{tree.name}` can't be put into the prefix: {error}"
                raise IntegrityError(message) from None

    def close(self) -> None:
        """End what other threads unpack and compile, and unpack nothing any more."""
        self._unpackers.close()
        with self._lock:
            for compiler in self._compilers.values():
                compiler.close()

    def _lost(self, key: str) -> DamagedWheelError:
        """The error for a tree of the cache that is not whole, which counts no more then."""
        self.discard(key)
        return DamagedWheelError(key)

    def _unpack(
        self, request: UnpackRequest, python: Interpreter, *, bytecode: bool
    ) -> StoredWheel:
        unpacked, source = self._unpackers.unpack(request)
        if bytecode:
            self._compiler(python).compile(f"{request.tree}/site", source)
        return self._unpackers.finish(unpacked, request.tree, compiled=bytecode)

    def _compiler(self, python: Interpreter) -> Compiler:
        settings = self._settings
        with self._lock:
            found = self._compilers.get(python)
            if found is None:
                found = Compiler(python, self._processes, settings.limits, settings.jobs)
                self._compilers[python] = found
            return found

    def _publish(self, temporary_tree: Path, tree: Path, stored: StoredWheel) -> StoredWheel:
        """Rename a tree to what it will be, once it can't be lost."""
        self._syncs.do(temporary_tree)
        theirs = _rename(temporary_tree, tree)
        self._names.do(tree.parent)
        return stored if theirs is None else theirs.wheel


def key_of(filename: str, sha256: str, tag: str) -> str:
    """The key of a wheel's tree, from its file name and sha256 and a bytecode tag.

    Raises `IntegrityError` where the file name is not that of a wheel.
    """
    match = _FILENAME.fullmatch(filename)
    if match is None:
        raise IntegrityError(f"`{filename}` is not the file name of a wheel")
    name = re.sub(r"[-_.]+", "-", match["name"]).lower()
    digest = hashlib.sha256(f"{sha256}\n{LAYOUT}\n{tag}\n".encode()).hexdigest()
    return f"{name}-{match['version']}-{digest[:16]}"


def tag_of(python: Interpreter, *, bytecode: bool) -> str:
    """What trees of one wheel differ by: the Python, and whether they are compiled for it."""
    return python.tag if bytecode else f"{python.tag}-source"


def _all_done(do: Callable[[Path], None], every: Iterable[Path], jobs: int) -> None:
    """Do it for all of them, `jobs` at once; the first that fails ends it."""
    with ThreadPoolExecutor(jobs, "linking") as threads:
        futures = [threads.submit(do, each) for each in every]
        try:
            for future in futures:
                future.result()
        except BaseException:
            threads.shutdown(wait=False, cancel_futures=True)
            raise


def _mark_used(tree: Path) -> None:
    """Let a tree of the cache be as old as its last use, where we may."""
    with suppress(OSError):
        os.utime(tree)


@contextmanager
def _worded(tree: Path) -> Iterator[None]:
    """Turn what the machine refuses into an error with the path and the reason."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        hints = ["free some space and try again"] if error.errno in _FULL else []
        raise MachineError(f"can't keep `{tree}`: {reason}", hints=hints) from error


@contextmanager
def _building(tree: Path) -> Iterator[Path]:
    """A temporary name beside a tree, and nothing left of it if it is not renamed."""
    temporary_tree = temporary(tree)
    try:
        yield temporary_tree
    finally:
        if os.path.lexists(temporary_tree):
            remove(temporary_tree)


def _rename(temporary_tree: Path, tree: Path) -> WheelContents | None:
    """Give a finished tree its name; if somebody was faster, return what theirs holds."""
    while True:
        try:
            temporary_tree.rename(tree)
        except OSError as error:
            if error.errno not in _TAKEN:
                raise
        else:
            return None
        if theirs := standing(tree):
            return theirs
        set_aside(tree)
