"""A part's block in a user's crontab, between two comments; other lines stay as they are."""

from collections.abc import Callable
from pathlib import PurePath

from assembler.errors import PartError
from assembler.model.deployed import CrontabBlock
from assembler.model.layout import Prefix
from assembler.ports import CommandResult, Files

Run = Callable[[tuple[str, ...]], CommandResult]
"""Runs a command line."""


def with_block(crontab: str, mark: str, block: str) -> str:
    """The crontab with the block of this mark replaced, added, or, if it is empty, taken out."""
    begin, end = f"# begin {mark}", f"# end {mark}"
    lines = crontab.splitlines()
    if begin in lines and end in lines[lines.index(begin) :]:
        first = lines.index(begin)
        last = lines.index(end, first)
    else:
        first, last = len(lines), len(lines) - 1
    new = [begin, *block.splitlines(), end] if block else []
    return "".join(f"{line}\n" for line in (*lines[:first], *new, *lines[last + 1 :]))


class Crontab:
    """Changes crontabs with `crontab`."""

    def __init__(self, prefix: PurePath, assembly: str, files: Files, run: Run) -> None:
        self._prefix = Prefix(prefix)
        self._assembly = assembly
        self._files = files
        self._run = run

    def install(self, block: CrontabBlock) -> None:
        """Put the block in, or replace it."""
        self._change(block, self._files.read(PurePath(block.source)).decode())

    def remove(self, block: CrontabBlock) -> None:
        """Take the block out."""
        self._change(block, "")

    def _change(self, block: CrontabBlock, content: str) -> None:
        user = ("-u", block.user) if block.user else ()
        listed = self._run(("crontab", *user, "-l"))
        if listed.status != 0 and "no crontab" not in listed.output:
            raise _failure(block, listed)
        now = listed.output if listed.status == 0 else ""
        mark = f"{self._assembly}: part {block.part} of {self._prefix.path}"
        wanted = with_block(now, mark, content)
        if wanted == now:
            return
        if not wanted:
            result = self._run(("crontab", *user, "-r"))
        else:
            path = self._prefix.scratch / f"crontab-{block.part}"
            self._files.make_directory(path.parent)
            self._files.replace(path, wanted.encode(), 0o600)
            result = self._run(("crontab", *user, str(path)))
            self._files.remove(path)
        if result.status != 0:
            raise _failure(block, result)


def _failure(block: CrontabBlock, result: CommandResult) -> PartError:
    return PartError(
        f"part `{block.part}`: `crontab` ended with status {result.status}",
        details=result.output.splitlines()[-20:],
    )
