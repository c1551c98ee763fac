"""Locks that were changed at random."""

import random
from collections.abc import Iterator, Sequence

import tomli
import tomli_w

from assembler.errors import AssemblerError
from assembler.lock.pylock import dumps, loads
from assembler.model.lock import Lock
from assembler.model.paths import UnsafePathError, safe_name, safe_relpath
from assembler.model.resolution import Pin
from assembler.model.sources import RepositorySource
from tests.faults.hostile_texts import WHOLE
from tests.faults.mutations import mutated_text
from tests.faults.positions import replaced, strings

FILE = "pylock.toml"


class Locks:
    """Locks; each string of one that was read and becomes a path is a safe one."""

    name = "locks"

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._trees = [tomli.loads(text) for text in texts]
        self._pieces = [piece for tree in self._trees for piece in strings(tree)]

    def once(self, chance: random.Random) -> Iterator[str]:
        """Read one lock; yields what came of it that must not."""
        try:
            lock = loads(_encodable(self._changed(chance)), FILE)
            loads(dumps(lock), FILE)
        except AssemblerError:
            return
        for where, text in _paths(lock):
            try:
                (safe_relpath if where == "path" else safe_name)(text)
            except UnsafePathError as error:
                yield f"the {where} {error}"

    def _changed(self, chance: random.Random) -> str:
        tree = chance.choice(self._trees)
        if chance.random() < 0.3:
            return mutated_text(chance, chance.choice(self._texts), self._pieces)
        number = chance.randrange(sum(1 for _ in strings(tree)))
        piece = chance.choice((*self._pieces, *WHOLE))
        changed = replaced(tree, number, lambda text: chance.choice((piece, text + piece)))
        assert isinstance(changed, dict)
        return tomli_w.dumps(changed)


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _paths(lock: Lock) -> Iterator[tuple[str, str]]:
    """The strings of a lock that become paths, each with what it is."""
    for cell, pins in lock.cells.items():
        yield "name of a program", cell.program
        for pin in pins:
            yield from _paths_of(pin)
    for repository in lock.repositories:
        yield "commit", repository.commit
        for module in repository.modules:
            yield "path", module.path
    for artifact in lock.artifacts:
        yield "hash", artifact.sha256


def _paths_of(pin: Pin) -> Iterator[tuple[str, str]]:
    yield "name", pin.name
    yield "version", pin.version
    for file in (*pin.wheels, *((pin.sdist,) if pin.sdist else ())):
        yield "file name", file.filename
        yield "hash", file.sha256 or ""
    if isinstance(pin.fixed, RepositorySource):
        yield "commit", pin.fixed.commit
        if pin.fixed.subdirectory:
            yield "path", pin.fixed.subdirectory
    elif pin.fixed:
        yield "file name", pin.fixed.filename
