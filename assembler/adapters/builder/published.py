"""Built wheels in the cache, each in a directory of its own named by its key."""

import hashlib
import os
import secrets
from contextlib import suppress
from pathlib import Path

import msgspec

from assembler.model import canonical
from assembler.model.cached import BUILT_MANIFEST, BuiltWheel

# Made when this module is imported: two threads that first decode one type at once can crash.
_manifests = msgspec.json.Decoder(BuiltWheel)


class BuiltWheels:
    """The folder of built wheels."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, key: str) -> Path | None:
        """Return the wheel that was built for a key; what is damaged is set aside."""
        place = self._folder / key
        if not place.exists():
            return None
        wheel = _whole(place)
        if wheel is None:
            aside = self._folder / f".damaged-{secrets.token_hex(8)}"
            with suppress(FileNotFoundError):
                place.rename(aside)
        with suppress(OSError):
            os.utime(place)
        return wheel

    def publish(self, key: str, wheel: Path) -> Path:
        """Move a wheel into the folder, unless somebody was faster, and return where it is."""
        new = self._folder / f".new-{os.getpid()}-{secrets.token_hex(8)}"
        new.mkdir(parents=True)
        content = wheel.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        manifest = BuiltWheel(filename=wheel.name, size=len(content), sha256=digest)
        _write(new / wheel.name, content)
        _write(new / BUILT_MANIFEST, canonical.encode(manifest))
        _sync(new)
        return self._settle(key, new, wheel.name)

    def _settle(self, key: str, new: Path, filename: str) -> Path:
        if (theirs := self.find(key)) is None:
            try:
                new.rename(self._folder / key)
            except OSError:
                theirs = self.find(key)
                if theirs is None:
                    raise
        if theirs is not None:
            for name in (filename, BUILT_MANIFEST):
                (new / name).unlink()
            new.rmdir()
            return theirs
        _sync(self._folder)
        return self._folder / key / filename


def _whole(place: Path) -> Path | None:
    try:
        manifest = _manifests.decode((place / BUILT_MANIFEST).read_bytes())
        wheel = place / Path(manifest.filename).name
        content = wheel.read_bytes()
    except (OSError, msgspec.DecodeError):
        return None
    digest = hashlib.sha256(content).hexdigest()
    return wheel if digest == manifest.sha256 else None


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    path.chmod(0o444)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
