"""What parts do outside: remembered from before it is done until it is undone."""

from pathlib import PurePath

import msgspec

from assembler.errors import PartError
from assembler.execute.commands import ending, last_lines, surroundings
from assembler.execute.effects import read_effect
from assembler.execute.site import Site
from assembler.model.canonical import encode
from assembler.model.layout import Prefix
from assembler.model.manifest import Effect
from assembler.model.places import Places
from assembler.model.plan import Plan
from assembler.model.step import RunCommand, Step
from assembler.model.text import Text
from assembler.model.undo import Undo
from assembler.ports import CommandLine, CommandResult, Tools


def stands(site: Site) -> bool:
    """Whether all that the part does outside was done for its directory, and not undone."""
    if not site.part.undo:
        return True
    path = site.prefix.effect(site.part.directory)
    files = site.tools.files
    return files.state(path) is not None and read_effect(path, files).done


class Doing:
    """A part that is being made: how to undo it is remembered from the beginning."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._path = site.prefix.effect(site.part.directory)
        self._uncertain = site.tools.files.state(self._path) is not None
        self._remember(done=False)

    def did(self, step: Step) -> None:
        """A step is done."""
        self._uncertain |= isinstance(step, RunCommand)

    def finish(self) -> None:
        """Remember that all of it was done."""
        self._remember(done=True)

    def fail(self, error: BaseException) -> None:
        """Forget it where a command failed and none ran before: nothing is known to be ours.

        What was interrupted, or failed later, may have done something, and is remembered.
        """
        if isinstance(error, PartError) and not self._uncertain:
            self._site.tools.files.remove(self._path)

    def _remember(self, *, done: bool) -> None:
        site = self._site
        if not site.part.undo:
            return
        effect = Effect(
            part=site.part.name,
            directory=site.part.directory,
            undo=remembered(site),
            relies_on=site.part.relies_on,
            done=done,
            going_on=not done,
        )
        site.tools.files.make_directory(site.prefix.effects)
        site.tools.files.replace(self._path, encode(effect))


def remembered(site: Site) -> tuple[Undo, ...]:
    """What undoes the part, with what is known now."""
    text = site.places.remembered
    return tuple(
        Undo(
            argv=tuple(text(word) for word in step.argv),
            environment={name: text(value) for name, value in step.environment.items()},
            timeout=step.timeout,
        )
        for step in site.part.undo
    )


def undo_all(plan: Plan, tools: Tools, *, forget: bool) -> None:
    """Undo what is due, each step once, and remember what is left.

    Raises `PartError` where a command fails. What was interrupted while it was done or undone may
    not be there: then, or where it is to be forgotten (`forget`), a failure is told and no more.
    """
    for effect in plan.undo:
        _Undoing(effect, plan, tools).perform(lenient=forget or effect.going_on)


class _Undoing:
    """One part's steps that are undone."""

    def __init__(self, effect: Effect, plan: Plan, tools: Tools) -> None:
        self._effect = effect
        self._prefix = Prefix(PurePath(plan.prefix))
        self._places = Places(prefix=plan.prefix, project=plan.project, directories={}, keys={})
        self._tools = tools

    def perform(self, *, lenient: bool) -> None:
        """Undo the last step first."""
        left = self._effect.undo
        while left:
            self._remember(left, done=False, going_on=True)
            try:
                self._undo(left[-1], len(left), lenient=lenient)
            except PartError:
                whole = self._effect.done and left == self._effect.undo
                self._remember(left, done=whole, going_on=False)
                raise
            left = left[:-1]
        self._tools.files.remove(self._prefix.effect(self._effect.directory))

    def _remember(self, left: tuple[Undo, ...], *, done: bool, going_on: bool) -> None:
        effect = msgspec.structs.replace(self._effect, undo=left, done=done, going_on=going_on)
        self._tools.files.replace(self._prefix.effect(effect.directory), encode(effect))

    def _undo(self, step: Undo, number: int, *, lenient: bool) -> None:
        directory = self._effect.directory
        argv = tuple(map(self._text, step.argv))
        result = self._result(argv, step)
        log = self._prefix.log / f"{directory}-undo{number}.log"
        self._tools.files.replace(log, result.output.encode())
        if result.status == 0:
            return
        how = f"`{argv[0]}`, which undoes it, {ending(result, step.timeout)}"
        message = f"part `{self._effect.part}`: {how}"
        if lenient:
            self._tools.reporter.warn(f"{message}: that is forgotten")
            return
        raise PartError(
            message,
            details=last_lines(result),
            hints=(
                f"its whole output is in `{log}`",
                "the next build tries it again; `assemble build --forget-undo` gives it up",
            ),
        )

    def _result(self, argv: tuple[str, ...], step: Undo) -> CommandResult:
        files, own = self._tools.files, self._prefix.part(self._effect.directory)
        scratch = self._prefix.scratch / self._effect.directory
        for name in ("home", "tmp"):
            files.make_directory(scratch / name)
        given = {name: self._text(value) for name, value in step.environment.items()}
        command = CommandLine(
            argv=argv,
            environment={**surroundings(scratch, self._tools), **given},
            directory=str(self._prefix.path if files.state(own) is None else own),
            timeout=step.timeout,
        )
        try:
            return self._tools.processes.run(command)
        finally:
            files.remove(scratch)

    def _text(self, text: Text) -> str:
        return self._places.text(text)
