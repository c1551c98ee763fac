"""Recipes that do what a recipe may and may not do."""

import os
import random
import secrets
import socket
import subprocess
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import msgspec

from assembler.api import (
    ArtifactRequest,
    Assembled,
    ExpandedPart,
    Expose,
    Needs,
    Output,
    Outputs,
    Part,
    Place,
    ProgramRequest,
    Root,
    RunCommand,
    Step,
    Text,
    Undo,
    WriteFile,
)


class NoteOptions(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """A note."""

    text: Annotated[Text, msgspec.Meta(description="What it says.")] = Text()
    files: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    url: str = ""


class Note:
    """A file, from project files, a program and a download."""

    options = NoteOptions

    def declare(self, part: Part) -> Needs:
        options = part.typed(NoteOptions)
        roots = tuple(Root(each, part.origin_of("requires")) for each in options.requires)
        programs = (ProgramRequest(name=part.name, roots=roots),) if roots else ()
        artifacts = (ArtifactRequest(url=options.url),) if options.url else ()
        return Needs(reads=options.files, programs=programs, artifacts=artifacts)

    def outputs(self, part: Part) -> Outputs:
        return {"path": Text((Place("part", "note", part.name),))}

    def realise(self, part: Part, assembled: Assembled) -> tuple[Step, ...]:
        lines = [content.decode() for content in assembled.contents.values()]
        for program in assembled.programs.values():
            lines += [f"{wheel.name} {wheel.version}" for wheel in program.wheels]
        lines += [each.sha256[:8] for each in assembled.artifacts.values()]
        text = part.typed(NoteOptions).text
        content = Text.of(text, "\n", "".join(f"{line}\n" for line in lines))
        return (
            WriteFile(path="note", content=content),
            Expose(path=f"share/{part.name}", target="note"),
        )


class Pair:
    """Two notes, the second with the path of the first; and a command that is undone."""

    options = NoteOptions

    def declare(self, part: Part) -> Needs:
        del part
        return Needs()

    def expand(self, part: Part) -> tuple[ExpandedPart, ...]:
        first = f"{part.name}-1"
        text = Text.of("see ", Output(first, ("path",)))
        return (
            ExpandedPart(name=first, recipe="note", options={"text": part.typed(NoteOptions).text}),
            ExpandedPart(name=f"{part.name}-2", recipe="note", options={"text": text}),
        )

    def realise(self, part: Part, assembled: Assembled) -> tuple[Step, ...]:
        del part, assembled
        true = (Text(("true",)),)
        return (RunCommand(argv=true, outputs=()), Undo(argv=(*true, Text(("again",)))))


class Doing:
    """A recipe that does something while it is asked one of the questions."""

    options = NoteOptions

    def __init__(self, question: str, does: Callable[[], object]) -> None:
        self._question = question
        self._does = does

    def _asked(self, question: str) -> None:
        if question == self._question:
            self._does()

    def declare(self, part: Part) -> Needs:
        del part
        self._asked("declare")
        return Needs()

    def outputs(self, part: Part) -> Outputs:
        del part
        self._asked("outputs")
        return {}

    def expand(self, part: Part) -> tuple[ExpandedPart, ...]:
        del part
        self._asked("expand")
        return ()

    def realise(self, part: Part, assembled: Assembled) -> tuple[Step, ...]:
        del part, assembled
        self._asked("realise")
        return ()


WRITTEN = "/tmp/assembler-recipe-wrote-this"


def swallowed() -> None:
    """Reads a file, and says nothing of it."""
    try:
        Path("/etc/hostname").read_text()
    except Exception:  # noqa: BLE001 - it is what a careless recipe does
        return


def connected() -> None:
    with socket.socket() as made:
        made.connect(("127.0.0.1", 9))


def started() -> None:
    threading.Thread(target=print).start()


IMPURE: Mapping[str, tuple[Callable[[], object], str]] = {
    "directory": (lambda: os.chdir("/"), "os.chdir"),
    "where": (os.getcwd, "os.getcwd"),
    "environment": (lambda: os.environ.update(X="1"), "os.environ"),
    "variable": (lambda: os.environ.get("HOME"), "os.environ"),
    "put": (lambda: os.putenv("X", "1"), "os.putenv"),
    "file": (lambda: Path(WRITTEN).write_text("x"), "open"),
    "reading": (lambda: Path("/etc/hostname").read_bytes(), "open"),
    "listing": (lambda: list(Path("/tmp").iterdir()), "os."),
    "removing": (lambda: Path(WRITTEN).unlink(missing_ok=True), "os.unlink"),
    "exists": (lambda: Path("/tmp").exists(), "os.stat"),
    "temporary": (tempfile.mkdtemp, "os."),
    "clock": (time.time, "time.time"),
    "now": (lambda: datetime.now(UTC), "datetime.now"),
    "today": (date.today, "date.today"),
    "chance": (lambda: random.choice("ab"), "random."),
    "secret": (lambda: secrets.token_hex(8), "os.urandom"),
    "uuid": (uuid.uuid4, "os.urandom"),
    "network": (connected, "connect"),
    "name": (lambda: socket.getaddrinfo("localhost", 80), "socket.getaddrinfo"),
    "process": (lambda: subprocess.run(["true"], check=False), "os."),
    "thread": (started, "thread."),
    "swallowed": (swallowed, "open"),
}
