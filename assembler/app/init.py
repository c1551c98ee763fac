"""`assemble init`: a first assembly file, from what the folder tells."""

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import PurePath

import msgspec
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from assembler.app.assembly_text import check
from assembler.app.checkout import Checkout
from assembler.app.first_assembly import TARGETS, FirstAssembly, FirstPart, inline
from assembler.app.requirement_lines import Listed, listed
from assembler.app.requirement_text import parse
from assembler.app.services import Services
from assembler.app.sizes import check_configuration
from assembler.app.uv_project import Uv, taken
from assembler.config.keys import quoted
from assembler.errors import AssemblerError, ConfigurationError, raise_all
from assembler.model.dependency_groups import group_names, group_requirements
from assembler.model.names import normalised_name
from assembler.model.pyproject import parsed

PROJECT_FILE = "pyproject.toml"
REQUIREMENTS_FILE = "requirements.txt"
MAIN_FILES = ("requirements.in", REQUIREMENTS_FILE)
PATTERNS = ("requirements*.{}", "*requirements.{}", "requirements/*.{}")
PINS = ("uv.lock", REQUIREMENTS_FILE)
MINORS = tuple(f"3.{minor}" for minor in range(9, 15))


def init(
    folder: PurePath, file: str, requirements: Sequence[str], services: Services
) -> FirstAssembly:
    """Write the file, once it is known to load. Raises `ConfigurationError` if there is one."""
    if services.files.state(folder / file):
        raise ConfigurationError(
            f"there is a `{file}` already", hints=("edit it, or name another with `-f FILE`",)
        )
    first = _Folder(folder, services).first(requirements)
    own = services.machine.platform
    if own not in TARGETS:
        first = msgspec.structs.replace(first, targets=(*TARGETS, own))
    content = first.text.encode()
    check(Checkout(folder=folder, file=file), services, content)
    services.files.write(folder / file, content)
    return first


class _Project(msgspec.Struct, frozen=True, rename="kebab"):
    name: str = ""
    requires_python: str = ""
    dependencies: tuple[str, ...] = ()
    optional_dependencies: Mapping[str, tuple[str, ...]] = {}
    scripts: Mapping[str, str] = {}
    gui_scripts: Mapping[str, str] = {}


class _Poetry(msgspec.Struct, frozen=True, rename="kebab"):
    name: str = ""
    package_mode: bool = True
    scripts: Mapping[str, object] = {}
    group: Mapping[str, object] = {}


class _Tool(msgspec.Struct, frozen=True):
    poetry: _Poetry | None = None
    uv: Uv = Uv()


class _Document(msgspec.Struct, frozen=True, rename="kebab"):
    project: _Project | None = None
    build_system: Mapping[str, object] | None = None
    tool: _Tool = _Tool()


class _Folder:
    """What is in the folder that tells what the application is."""

    def __init__(self, folder: PurePath, services: Services) -> None:
        self._folder = folder
        self._services = services
        self._pyproject = self._text(PROJECT_FILE)
        self._name = normalised_name(folder.name)
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", self._name):
            self._name = "app"

    def first(self, requirements: Sequence[str]) -> FirstAssembly:
        """The first assembly: of these requirements, or of what the files say."""
        document = self._document()
        if requirements:
            asked = _asked(requirements)
            return self._assembly(self._part(asked), name=_project_name(document))
        if document.project and document.project.name:
            return self._of_project(document, document.project)
        if poetry := document.tool.poetry:
            return self._of_poetry(poetry)
        files = self._requirement_files()
        return self._of_files(files) if files else self._assembly(self._part(()))

    def _part(self, requires: Sequence[str]) -> FirstPart:
        """The program of the application's name; with nothing in it, an interpreter."""
        interpreter = "" if requires else "py"
        return FirstPart(name=self._name, requires=tuple(requires), interpreter=interpreter)

    def _assembly(self, *parts: FirstPart, name: str = "") -> FirstAssembly:
        if name:
            parts = tuple(msgspec.structs.replace(part, name=name) for part in parts)
        python = self._services.machine.python
        return FirstAssembly(name=name or self._name, python=python, parts=parts)

    def _of_project(self, document: _Document, project: _Project) -> FirstAssembly:
        """A project with standard metadata; one that nothing builds gives its dependencies."""
        name = normalised_name(project.name)
        built = document.build_system is not None
        scripts = bool(project.scripts or project.gui_scripts) or not built
        extras = ", ".join(f'"{project.name}[{extra}]"' for extra in project.optional_dependencies)
        main = FirstPart(
            name=name,
            requires=(project.name,) if built else project.dependencies,
            interpreter="" if scripts and (built or project.dependencies) else "py",
            comment=f"with extras: {extras}" if extras and built else "",
        )
        source = {project.name: inline(path=".")[:-2] + ", editable = true }"} if built else {}
        uv = taken(document.tool.uv)
        return FirstAssembly(
            name=name,
            python=_python(project.requires_python, self._services.machine.python),
            parts=(main, *self._groups(main, project, built=built)),
            indexes=uv.indexes,
            sources=source | uv.sources,
            left_out=tuple(uv.left_out),
            notes=self._unread(),
        )

    def _groups(self, main: FirstPart, project: _Project, *, built: bool) -> list[FirstPart]:
        """A program for each dependency group, with the project in it."""
        parts: list[FirstPart] = []
        for group in group_names(self._pyproject):
            requires = (
                main.requires
                if built
                else (*main.requires, *group_requirements(self._pyproject, group))
            )
            part = FirstPart(
                name=group if group != main.name else f"{group}-group",
                requires=requires,
                groups=(f"{project.name}:{group}",) if built else (),
                interpreter=f"py-{group}",
            )
            parts.append(part)
        return parts

    def _of_poetry(self, poetry: _Poetry) -> FirstAssembly:
        """A project of Poetry's: it builds itself, so that its dependencies need no reading."""
        name = normalised_name(poetry.name) or self._name
        hint = "`[dependency-groups]` is read, and so is what `poetry export` writes"
        left = tuple(f"`[tool.poetry.group.{group}]`: {hint}" for group in poetry.group)
        if not poetry.package_mode or not poetry.name:
            empty = FirstPart(name=name, requires=(), interpreter="py")
            left = (f"`[tool.poetry.dependencies]`: {hint}", *left)
            first = self._assembly(empty)
            return msgspec.structs.replace(first, name=name, left_out=left)
        part = FirstPart(
            name=name, requires=(poetry.name,), interpreter="" if poetry.scripts else "py"
        )
        return FirstAssembly(
            name=name,
            python=self._services.machine.python,
            parts=(part,),
            sources={poetry.name: inline(path=".")[:-2] + ", editable = true }"},
            left_out=left,
            notes=self._unread(),
        )

    def _requirement_files(self) -> Mapping[str, Listed]:
        """The files of requirements that no other includes, each with its content.

        What is compiled from another file (`X.txt` from `X.in`) does not count.
        """
        files, limits = self._services.files, self._services.limits
        patterns = [pattern.format(suffix) for pattern in PATTERNS for suffix in ("in", "txt")]
        names = {name for pattern in patterns for name in files.glob(self._folder, pattern)}
        compiled = {f"{name.removesuffix('.in')}.txt" for name in names if name.endswith(".in")}
        found = {
            name: listed(self._folder, name, files, limits) for name in sorted(names - compiled)
        }
        included = {name for each in found.values() for name in each.included}
        return {
            name: each for name, each in found.items() if name in MAIN_FILES or name not in included
        }

    def _of_files(self, found: Mapping[str, Listed]) -> FirstAssembly:
        """A program for each file; the main one has the application's name."""
        main = next((name for name in MAIN_FILES if name in found), next(iter(found)))
        parts: list[FirstPart] = []
        for file in sorted(found, key=lambda each: each != main):
            label = self._name if file == main else _label(file)
            name = _other_than({part.name for part in parts}, label)
            parts.append(
                FirstPart(
                    name=name,
                    requires=tuple(found[file].requires),
                    constraints=found[file].constraints,
                    interpreter="" if file == main else f"py-{name}",
                    comment=f"from {file}" if len(found) > 1 else "",
                )
            )
        every = [found[main], *found.values()]
        index = next((each.index for each in every if each.index), "")
        return FirstAssembly(
            name=self._name,
            python=self._services.machine.python,
            parts=tuple(parts),
            indexes={"default": {"url": quoted(index), "default": "true"}} if index else {},
            sources={name: source for each in every for name, source in each.sources.items()},
            policy={name: value for each in every for name, value in each.policy.items()},
            left_out=tuple(dict.fromkeys(line for each in every for line in each.left_out)),
            notes=self._unread() if main.endswith(".in") else (),
        )

    def _unread(self) -> tuple[str, ...]:
        """What to do with pins beside a project."""
        found = next((name for name in PINS if self._text(name)), None)
        return (f"`assemble lock --from {found}` prefers the versions in it",) if found else ()

    def _document(self) -> _Document:
        try:
            return msgspec.convert(parsed(self._pyproject), _Document)
        except ValueError as error:
            message = f"`{PROJECT_FILE}` can't be read: {error}"
            raise ConfigurationError(message) from None

    def _text(self, name: str) -> str:
        files = self._services.files
        path = self._folder / name
        check_configuration(path, name, files, self._services.limits)
        return files.read(path).decode("utf-8", "replace") if files.state(path) else ""


def _asked(requirements: Sequence[str]) -> list[str]:
    texts: list[str] = []
    faults: list[AssemblerError] = []
    for requirement in requirements:
        try:
            texts.append(parse(requirement).text)
        except AssemblerError as error:
            faults.append(error)
    raise_all(faults)
    return texts


def _project_name(document: _Document) -> str:
    name = document.project.name if document.project else ""
    return normalised_name(name)


def _python(requires: str, own: str) -> str:
    """The machine's own Python if the project takes it, else the newest that it does."""
    try:
        wanted = SpecifierSet(requires)
    except InvalidSpecifier:
        return own
    taken = [minor for minor in (own, *reversed(MINORS)) if wanted.contains(f"{minor}.99")]
    return taken[0] if taken else own


def _other_than(taken: Collection[str], name: str) -> str:
    """The name, with a number where it is taken."""
    numbered = (f"{name}-{number}" for number in range(2, len(taken) + 3))
    return next(each for each in (name, *numbered) if each not in taken)


def _label(file: str) -> str:
    """A part's name from a file's: `requirements-dev.txt` and `requirements/dev.txt` are `dev`."""
    path = PurePath(file)
    stem = normalised_name(path.stem).replace("requirements", "").strip("-")
    return stem or normalised_name(path.parent.name) or "more"
