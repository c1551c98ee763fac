"""`assemble add` and `assemble remove`: requirements of parts, and whole parts."""

import posixpath
from collections.abc import Iterator, Sequence
from pathlib import PurePath

import msgspec

from assembler import graph
from assembler.app import requires_text
from assembler.app.assembly_text import AssemblyText, check, read
from assembler.app.checkout import Checkout
from assembler.app.layers import read_layers
from assembler.app.loading import check_project, composed
from assembler.app.requirement_text import Asked, name_of, parse
from assembler.app.services import Services
from assembler.config.forms import fields
from assembler.config.keys import dotted, near, nearest, quoted
from assembler.config.part_text import array, new_table, removed_part
from assembler.errors import AssemblerError, ConfigurationError, UsageError, raise_all
from assembler.model.part import Part, PartName
from assembler.model.project import Project

PROGRAM = "program"
REQUIRES = "requires"


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a part: made, dropped, or with other requirements, as they are written.

    What was `replaced` has another in `added`; `elsewhere` is where the part has more of them.
    """

    part: str
    created: bool = False
    dropped: bool = False
    added: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    elsewhere: str = ""


class Edited(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was edited: its content before and after, and what became of the part."""

    file: str
    path: PurePath
    mode: int
    before: bytes
    after: bytes
    outcome: Outcome

    @property
    def changed(self) -> bool:
        """Whether the file is another one now."""
        return self.before != self.after


class Where(msgspec.Struct, frozen=True):
    """A part, and the file to edit: the assembly file, or one that it extends."""

    part: str
    file: PurePath | None = None


def add(
    checkout: Checkout,
    services: Services,
    where: Where,
    requirements: Sequence[str],
    *,
    new: bool = False,
) -> Edited:
    """Add requirements to a part, or make a program of that name.

    Raises `UsageError`, and `ConfigurationError` or `Faults` for what the file would be.
    """
    asked, part = _parsed(requirements), where.part
    editing = _Editing(checkout, services, where.file)
    if editing.knows(part):
        edited = editing.added(part, asked)
    else:
        edited = editing.created(part, asked, new=new)
    return _written(edited, services)


def remove(
    checkout: Checkout, services: Services, where: Where, requirements: Sequence[str]
) -> Edited:
    """Take requirements from a part, or with none given the part itself.

    Raises `UsageError`, and `ConfigurationError` or `Faults` for what the file would be.
    """
    names, part = [asked.name for asked in _parsed(requirements)], where.part
    editing = _Editing(checkout, services, where.file)
    if not editing.knows(part):
        raise UsageError(f"unknown part `{part}`", hints=nearest(part, editing.parts))
    edited = editing.removed(part, names) if names else editing.dropped(part)
    return _written(edited, services)


def take_back(edited: Edited, services: Services) -> None:
    """Make the file what it was."""
    services.files.replace(edited.path, edited.before, edited.mode)


def _parsed(requirements: Sequence[str]) -> list[Asked]:
    asked: list[Asked] = []
    faults: list[AssemblerError] = []
    for text in requirements:
        try:
            asked.append(parse(text))
        except UsageError as error:
            faults.append(error)
    raise_all(faults)
    return asked


def _written(edited: Edited, services: Services) -> Edited:
    if edited.changed:
        services.files.replace(edited.path, edited.after, edited.mode)
    return edited


class _Editing:
    """One file, and the assembly that it is part of."""

    def __init__(self, checkout: Checkout, services: Services, file: PurePath | None) -> None:
        self._checkout = checkout
        self._services = services
        self._layer = file or checkout.path
        layers = read_layers(checkout, services)
        table = composed(layers, checkout, services).root.child("parts")
        shown = posixpath.relpath(self._layer, checkout.folder)
        if self._layer not in layers.paths or not services.files.state(self._layer):
            raise UsageError(f"`{shown}` is none of the files that `{checkout.file}` extends")
        self._file, self._path, self._mode = read(self._layer, shown, services)
        self.parts = tuple(table.table) if table else ()

    def knows(self, part: str) -> bool:
        """Whether some layer has a part of this name."""
        return part in self.parts

    def created(self, part: str, asked: Sequence[Asked], *, new: bool) -> Edited:
        """A program of this name at the end of the file."""
        if not new and (meant := near(part, self.parts)):
            hints = (f"did you mean `{meant[0]}`?", "`--new` makes a part of this name")
            raise UsageError(f"unknown part `{part}`", hints=hints)
        texts = tuple(each.text for each in asked)
        requires = array(texts, one_per_line=len(texts) > 1)
        lines = (f"recipe = {quoted(PROGRAM)}", f"requires = {requires}")
        path = ("parts", part)
        edit = new_table(self._file.text, path, lines)
        file = self._file.after((edit,), path, {"recipe": PROGRAM, "requires": texts})
        self._check(file)
        return self._edited(file, Outcome(part=part, created=True, added=texts))

    def added(self, part: str, asked: Sequence[Asked]) -> Edited:
        """Further requirements of a part that there is."""
        below = self._below(part)
        file, before, after = self._file, list[str](), list[str]()
        for each in asked:
            change = requires_text.added(file, part, each, inherited=bool(below))
            file = change.file
            before += change.before
            after += change.after
        found = self._check(file)
        _refuse_unless_required(found.parts[PartName(part)], after)
        outcome = Outcome(part=part, added=tuple(after), replaced=tuple(before), elsewhere=below)
        return self._edited(file, outcome)

    def _check(self, file: AssemblyText) -> Project:
        return check(self._checkout, self._services, file.content, self._layer).project

    def _below(self, part: str) -> str:
        """Where a part's requirements are if this file says nothing of them; else empty.

        Raises `UsageError` for a part that can't have any.
        """
        try:
            found = check_project(self._checkout, self._services).project.parts.get(PartName(part))
        except ConfigurationError:
            return ""
        if found is None:
            raise UsageError(f"part `{part}` is left out by `enabled = false`")
        if REQUIRES not in fields(type(found.options)):
            raise UsageError(f"part `{part}` is a `{found.recipe}`, which has no `{REQUIRES}`")
        self._refuse_made(found)
        if self._file.value("parts", part, REQUIRES) is not None:
            return ""
        return str(found.origin_of(REQUIRES)) if REQUIRES in found.values else ""

    def _refuse_made(self, part: Part) -> None:
        """Say where a part is that the file has, but not in `[parts]`."""
        written = self._file.value("parts", part.name) is not None
        if not written and part.origin.file == self._file.name:
            raise ConfigurationError(
                f"part `{part.name}` is not written under `[parts]`",
                origin=part.origin,
                hints=("edit it there by hand",),
            )

    def removed(self, part: str, names: Sequence[str]) -> Edited:
        """A part without its requirements of these names."""
        file, gone = self._file, list[str]()
        for name in dict.fromkeys(names):
            change = requires_text.removed(file, part, name)
            if not change.before:
                raise self._not_here(part, name)
            file = change.file
            gone += change.before
        self._check(file)
        return self._edited(file, Outcome(part=part, removed=tuple(gone)))

    def _not_here(self, part: str, name: str) -> AssemblerError:
        """Where a requirement is that this file does not have, or what is nearest to it."""
        project = check_project(self._checkout, self._services).project
        found = project.parts.get(PartName(part))
        texts = _requirements(found) if found else ()
        for index, text in enumerate(texts):
            if found and name_of(text) == name:
                return ConfigurationError(
                    f"`{text}` of part `{part}` is not written in its `requires`",
                    origin=found.origin_of(REQUIRES, index),
                    hints=("take it away there; `--in FILE` edits a file that this one extends",),
                )
        names = [each for each in map(name_of, texts) if each]
        listed = (f"it requires {', '.join(f'`{text}`' for text in texts)}",) if texts else ()
        message = f"part `{part}` does not require `{name}`"
        return UsageError(message, details=listed, hints=nearest(name, names))

    def dropped(self, part: str) -> Edited:
        """The file without a part that no other needs."""
        project = check_project(self._checkout, self._services).project
        raise_all(list(_uses(project, part)))
        if self._file.value("parts", part) is None:
            if found := project.parts.get(PartName(part)):
                self._refuse_made(found)
            raise ConfigurationError(
                f"part `{part}` is not written in `{self._file.name}`",
                origin=found.origin if found else None,
                hints=(
                    "`--in FILE` removes it there",
                    f"`{dotted(['parts', part])}.enabled = false` leaves it out here",
                ),
            )
        path = ("parts", part)
        file = self._file.after(removed_part(self._file.text, part), path, None)
        self._check(file)
        return self._edited(file, Outcome(part=part, dropped=True))

    def _edited(self, file: AssemblyText, outcome: "Outcome") -> Edited:
        return Edited(
            file=self._file.name,
            path=self._path,
            mode=self._mode,
            before=self._file.content,
            after=file.content,
            outcome=outcome,
        )


def _requirements(part: Part) -> tuple[str, ...]:
    listed = part.values.get(REQUIRES, ())
    return tuple(map(str, listed)) if isinstance(listed, tuple) else ()


def _refuse_unless_required(part: Part, texts: Sequence[str]) -> None:
    """Say so if another layer decides what a part requires."""
    missing = [text for text in texts if text not in _requirements(part)]
    if missing:
        raise ConfigurationError(
            f"part `{part.name}` would not require `{missing[0]}`: its `requires` is set elsewhere",
            origin=part.origin_of(REQUIRES),
        )


def _uses(project: Project, part: str) -> Iterator[AssemblerError]:
    """Every other part that needs one."""
    for other in project.parts.values():
        if part in other.edges and other.name != part:
            reason = next(graph.reasons(other, PartName(part)))
            message = f"part `{part}` is needed by `{other.name}`"
            yield ConfigurationError(message, origin=reason.origin)
