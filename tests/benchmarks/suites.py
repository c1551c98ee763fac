"""The same programs as each tool has them: locked, built, and ready to be measured."""

import shlex
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Self

from tests.benchmarks.field import Field
from tests.benchmarks.measuring import Contestant, nothing, run
from tests.benchmarks.workload import Programs, write

Before = Callable[[], None]
READ = ("assembly.toml", "pyproject.toml")


class Suite:
    """Programs in a folder, with the caches of this name."""

    def __init__(
        self, field: Field, programs: Programs, folder: str = "suite", caches: str = "caches"
    ) -> None:
        self.field = field
        self.programs = programs
        self.folder = field.place(f"{folder}-{len(programs)}")
        self.caches = field.folder / caches
        self.environment = field.environment(caches)
        write(self.folder, programs)

    @property
    def title(self) -> str:
        """How many programs, in words."""
        return f"{len(self.programs)} programs" if len(self.programs) > 1 else "one program"

    def shell(self, script: str, before: Before = nothing) -> Contestant:
        """Some lines for `sh`, which stops at the first that fails."""
        return Contestant(("sh", "-ec", script), self.folder, self.environment, before)

    def assemble(self, *words: str, before: Before = nothing) -> Contestant:
        """A command of assembler."""
        argv = (str(self.field.assembler), *words, "-q")
        return Contestant(argv, self.folder, self.environment, before)

    def uv(self, *words: str, before: Before = nothing) -> Contestant:
        """A command of uv."""
        return Contestant((self.field.uv, *words, "-q"), self.folder, self.environment, before)

    def sync(self, *options: str, before: Before = nothing, place: str = "envs") -> Contestant:
        """`uv sync` of an environment for each program, from the lock as it is."""
        words = shlex.join((self.field.uv, "sync", "-q", "--frozen", *options))
        lines = (
            f"UV_PROJECT_ENVIRONMENT={place}/{name} {words} --only-group {name}"
            for name in self.programs
        )
        return self.shell("\n".join(lines), before)

    def locks(self) -> dict[str, Contestant]:
        """Both tools lock offline, with warm caches and no earlier lock."""
        self.filled()
        return {
            "assembler": self.assemble("lock", "--offline", before=self.without("pylock.toml")),
            "uv": self.uv("lock", "--offline", before=self.without("uv.lock")),
        }

    def without(self, *names: str) -> Before:
        """What takes files and folders away."""
        return lambda: remove(self.folder / name for name in names)

    def filled(self) -> Self:
        """The suite once both tools have locked and built, so that their caches hold all."""
        if self.folder not in self.field.filled:
            self.fill()
            self.field.filled.add(self.folder)
        return self

    def fill(self) -> None:
        """Lock and build with both tools."""
        for contestant in (self.assemble("lock"), self.assemble("build"), self.uv("lock")):
            run(contestant)
        run(self.sync())

    def commented(self) -> None:
        """Edit a comment in what all tools read: nothing that was remembered of it holds."""
        for name in READ:
            path = self.folder / name
            path.write_text(f"{path.read_text()}#\n")

    def edited(self, before: str, after: str) -> Before:
        """What replaces a text in what all tools read."""

        def edit() -> None:
            for name in READ:
                path = self.folder / name
                path.write_text(path.read_text().replace(before, after))

        return edit


def remove(paths: Iterable[Path]) -> None:
    """Take files and folders away."""
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
