"""Hostile texts in every place of every document.

Each takes the place of one string that assembler reads: in the assembly file, the locks, the files
of a wheel and an sdist, pages of an index, answers of a recipe, and the records in prefix and
cache. Then commands run that read it. Whatever they say, nothing may change outside of the prefix
and the cache, and nothing may stand there under a name that is unsafe.
"""

import random
import shutil
import struct
from collections.abc import Iterator

from tests.faults.hostile_texts import hostile
from tests.faults.positions import replaced, strings
from tests.faults.sink_documents import Document, documents
from tests.faults.sink_scene import Scene

NOT_TO_BE_WRITTEN = (ValueError, struct.error, OverflowError)
"""What is raised where a format has no way to hold a text."""


class Sinks:
    """Texts that are planted, and what comes of them."""

    name = "hostile texts"

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._by_kind: dict[str, list[Document]] = {}
        for document in documents(scene):
            self._by_kind.setdefault(document.kind, []).append(document)

    def once(self, chance: random.Random) -> Iterator[str]:
        """Plant one text, and let commands read it; yields what came of it that must not."""
        document = chance.choice(self._by_kind[chance.choice(list(self._by_kind))])
        number = chance.randrange(sum(1 for _ in strings(document.tree)))
        planted: list[str] = []

        def change(original: str) -> str:
            planted.append(hostile(chance, original, self._scene.outside))
            return planted[-1]

        self._scene.begin()
        try:
            document.put(replaced(document.tree, number, change))
        except NOT_TO_BE_WRITTEN:
            return
        if chance.random() < document.cold:
            shutil.rmtree(self._scene.world.cache)
        for fault in self._read(document):
            yield f"{planted[0][:200]!r} at {number} of {document.name}: {fault}"

    def _read(self, document: Document) -> Iterator[str]:
        for words in document.commands:
            ran = self._scene.run(*words)
            for fault in self._scene.faults(ran):
                yield f"{words[0]}: {fault}"
        yield from self._scene.strays(document.paths)
