"""Every document that assembler reads, parsed, and how one of its strings is planted."""

import csv
import html
import io
import json
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import tomli
import tomli_w

from tests.adapters.archives.zips import Raw, archive
from tests.faults import positions
from tests.faults.everything import ALLOWED, LOCAL, RECIPES, SDISTS, WHEELS, packed, tool
from tests.faults.positions import strings
from tests.faults.sink_scene import DEEP, Scene
from tests.servers import HTML, JSON, Answer
from tests.wheels import record_of, tar_bytes

Put = Callable[[Any], None]
Words = tuple[str, ...]

LOCKED = (("lock", "--upgrade"), ("build",), ("clean", "--keep", "1"))
BUILT = (("plan",), ("build",), ("verify",), ("tree",), ("clean", "--keep", "1"))
READ = (
    *(("config",), ("graph",), ("lock",), ("build",), ("status",), ("clean", "--keep", "1")),
    ("deploy", "--root", "../root"),
)
STOOD = (
    *(("status",), ("plan",), ("verify",), ("rollback",), ("build",), ("clean", "--keep", "1")),
    ("cache", "verify"),
)
INFO = "tool-1.0.dist-info"
PAGE = "/simple/tool/"
PROJECT = f"{DEEP}/project"
ASSEMBLY = f"{PROJECT}/assembly.toml"
COLD = 0.2


@dataclass(frozen=True)
class Document:
    """A document: what it holds, how it is put where it belongs, and which commands read it.

    `paths` are the files of the scene that change thereby, `cold` is how
    often the cache is empty.
    """

    name: str
    tree: object
    put: Put
    commands: Sequence[Words]
    paths: Sequence[str] = ()
    cold: float = 0.0

    @property
    def kind(self) -> str:
        """What sort it is: records are of two sorts, anything else is its own."""
        records = self.name.startswith((".assembly/", "cache/"))
        return self.name.partition("/")[0] if records else self.name


def documents(scene: Scene) -> Iterator[Document]:
    """All of them."""
    yield from _of_project(scene)
    yield from _of_wheel(scene)
    yield from _of_sdist(scene)
    yield from _of_index(scene)
    yield from _answers(scene)
    yield from _records(scene)


def _of_project(scene: Scene) -> Iterator[Document]:
    files: dict[str, Sequence[Words]] = {
        "assembly.toml": READ,
        "libs/own/pyproject.toml": LOCKED,
        "pylock.toml": BUILT,
        "pylock.build.toml": BUILT,
    }
    for name, commands in files.items():
        path = scene.project / name
        tree = tomli.loads(path.read_text())
        cold = COLD if name.startswith("pylock") else 0.0
        yield Document(name, tree, _toml(path), commands, (f"{PROJECT}/{name}",), cold)


def _toml(path: Path) -> Put:
    def put(tree: Any) -> None:
        path.write_bytes(tomli_w.dumps(tree).encode("utf-8", "surrogatepass"))

    return put


def _of_wheel(scene: Scene) -> Iterator[Document]:
    filename, content = tool()
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        files = {name: opened.read(name) for name in opened.namelist()}
    record = f"{INFO}/RECORD"
    del files[record]

    def publish(changed: Mapping[str, bytes], lines: bytes | None = None) -> None:
        members = {**changed, record: lines or record_of(changed, record)}
        scene.world.assembly(WHEELS)
        scene.index.files[filename] = archive(
            *(
                Raw(name=name.encode("utf-8", "surrogatepass"), content=text, flags=0x800)
                for name, text in members.items()
            )
        )

    def document(name: str, tree: object, put: Put) -> Document:
        return Document(f"{name} of a wheel", tree, put, LOCKED, (ASSEMBLY,))

    def put_lines(path: str, tree: Sequence[str]) -> None:
        publish({**files, path: _lines(tree)})

    for name in ("METADATA", "WHEEL", "entry_points.txt"):
        path = f"{INFO}/{name}"
        lines = files[path].decode().splitlines()
        yield document(name, lines, partial(put_lines, path))
    rows = list(csv.reader(record_of(files, record).decode().splitlines()))
    yield document("RECORD", rows, lambda tree: publish(files, _rows(tree)))
    yield document(
        "names", list(files), lambda tree: publish(dict(zip(tree, files.values(), strict=True)))
    )


def _lines(lines: Sequence[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass")


def _rows(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8", "surrogatepass")


def _of_sdist(scene: Scene) -> Iterator[Document]:
    filename, content = packed()
    with tarfile.open(fileobj=io.BytesIO(content)) as opened:
        files = {
            member.name: file.read() for member in opened if (file := opened.extractfile(member))
        }

    def publish(changed: Mapping[str, bytes]) -> None:
        scene.world.assembly(SDISTS, before=ALLOWED)
        scene.index.files[filename] = tar_bytes(changed)

    def document(name: str, tree: object, put: Put) -> Document:
        return Document(f"{name} of an sdist", tree, put, LOCKED, (ASSEMBLY,))

    about, project = "packed-2.0/PKG-INFO", "packed-2.0/pyproject.toml"
    yield document(
        "PKG-INFO",
        files[about].decode().splitlines(),
        lambda tree: publish({**files, about: _lines(tree)}),
    )
    yield document(
        "pyproject.toml",
        tomli.loads(files[project].decode()),
        lambda tree: publish(
            {**files, project: tomli_w.dumps(tree).encode("utf-8", "surrogatepass")}
        ),
    )
    yield document(
        "names", list(files), lambda tree: publish(dict(zip(tree, files.values(), strict=True)))
    )


def _of_index(scene: Scene) -> Iterator[Document]:
    page = scene.index.answer(PAGE, {"accept": JSON})
    yield Document(
        "page in JSON", json.loads(page.body), _page(scene, JSON, _json), LOCKED, (ASSEMBLY,)
    )
    anchors = [
        {"href": f"../../files/{tool()[0]}#sha256={'0' * 64}", "data-requires-python": ">=3"},
        {"href": "tool-2.0.tar.gz", "data-yanked": "broken", "data-core-metadata": "sha256=0"},
    ]
    yield Document("page in HTML", anchors, _page(scene, HTML, _html), LOCKED, (ASSEMBLY,))


def _page(scene: Scene, kind: str, written: Callable[[Any], bytes]) -> Put:
    def put(tree: Any) -> None:
        scene.world.assembly(WHEELS)
        scene.index.always[PAGE] = Answer(200, written(tree), {"Content-Type": kind})

    return put


def _json(tree: object) -> bytes:
    return json.dumps(tree).encode()


def _html(anchors: Sequence[Mapping[str, str]]) -> bytes:
    attributes = (
        " ".join(f'{key}="{html.escape(text)}"' for key, text in each.items()) for each in anchors
    )
    lines = (f"<a {shown}>x</a>" for shown in attributes)
    return "\n".join(lines).encode("utf-8", "surrogatepass")


ANSWERING = """

def _mislead():
    import json

    from assembler.app.foreign.answering import Answers

    kind, number, text = json.loads({planted!r})
    honest = Answers.__call__

    def answer(self, question):
        told = honest(self, question)
        tree = json.loads(told)
        if tree["type"] != kind:
            return told
        there = len(list(strings(tree)))
        return json.dumps(replaced(tree, number % there, lambda _: text)).encode()

    Answers.__call__ = answer


_mislead()
"""
"""What a recipe does that answers something else than it should: a text at a place."""

KINDS = ("opened", "described", "declared", "offered", "realised")
SLOTS = 50
"""How many places of an answer are tried; what has fewer is gone through again."""


def _answers(scene: Scene) -> Iterator[Document]:
    """Answers of the project's own recipe, which is asked as those from elsewhere are."""
    path = scene.project / "recipes/mine.py"
    recipe = path.read_text() + Path(positions.__file__).read_text()
    slots = [f"place {number}" for number in range(SLOTS)]

    def put(kind: str, tree: Sequence[str]) -> None:
        number, text = next(
            (number, text) for number, text in enumerate(tree) if text != slots[number]
        )
        scene.world.assembly(RECIPES, before=LOCAL)
        path.write_text(recipe + ANSWERING.format(planted=json.dumps([kind, number, text])))

    for kind in KINDS:
        yield Document(
            f"answer `{kind}` of a recipe",
            slots,
            partial(put, kind),
            LOCKED,
            (ASSEMBLY, f"{PROJECT}/recipes/mine.py"),
        )


def _records(scene: Scene) -> Iterator[Document]:
    """What assembler itself wrote into the prefix and the cache."""
    for top in (scene.project / "build/.assembly", scene.world.cache):
        for path in sorted(top.rglob("*")):
            if path.suffix not in FORMATS or SUMMED.intersection(path.parts):
                continue
            decode, encode = FORMATS[path.suffix]
            tree = decode(path.read_bytes())
            name = f"{top.name}/{path.relative_to(top)}"
            if any(strings(tree)):
                yield Document(name, tree, _record(path, encode), STOOD)


def _record(path: Path, encode: Callable[[Any], bytes]) -> Put:
    def put(tree: Any) -> None:
        content = encode(tree)
        path.unlink()
        path.write_bytes(content)

    return put


SUMMED = frozenset({"pages-4", "recent-1", "site"})
"""Folders of what has a checksum, without which it is not read."""

FORMATS: Mapping[str, tuple[Callable[[bytes], Any], Callable[[Any], bytes]]] = {
    ".json": (json.loads, _json),
    ".msgpack": (msgspec.msgpack.decode, msgspec.msgpack.encode),
}
"""How records are read and written, by the endings of their files."""
