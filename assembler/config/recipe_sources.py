"""What `[recipes]` says, checked, with what else of a document counts before its parts are read."""

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import PurePath, PurePosixPath

from packaging.requirements import InvalidRequirement, Requirement

from assembler.config.convert import Converter
from assembler.config.document import Document
from assembler.config.forms import AnyForm
from assembler.config.indexes import Indexes
from assembler.config.keys import quoted
from assembler.config.mismatch import mismatch
from assembler.config.node import Node
from assembler.config.parts import refuse_environment
from assembler.config.policy import Policy
from assembler.config.resolved import in_order, resolve_with_faults
from assembler.config.tables import RecipeFileEntry
from assembler.config.targets import Targets
from assembler.errors import ConfigurationError, raise_all
from assembler.model.foreign import RecipeDistribution, RecipeFile, RecipeSource
from assembler.model.paths import UnsafePathError, safe_relpath
from assembler.model.project import Project
from assembler.origin import Origin

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_OWN = frozenset({"assembler", "msgspec", *sys.stdlib_module_names})


def foundation(
    document: Document, *, folder: PurePath, environment: Mapping[str, str]
) -> Project | None:
    """The project without its parts, whose recipes must be known to read them.

    `None` where it does not say enough, of which reading all of it will tell. Raises
    `ConfigurationError`, or `Faults` for several.
    """
    resolved = resolve_with_faults(document, environment)
    converter = Converter()
    policy = Policy(resolved.root, converter)
    assembly, lock = policy.assembly(), policy.lock()
    targets = Targets(resolved.root, converter).read()
    indexes = Indexes(resolved.root, converter).read()
    recipes = tuple(_sources(resolved.root.child("recipes"), converter))
    raise_all(in_order(tuple(converter.faults)))
    if assembly is None:
        return None
    return Project(
        name=assembly.name,
        file=resolved.file,
        folder=folder,
        python=assembly.python,
        python_origin=Origin(file=resolved.file),
        lock=lock,
        targets=targets,
        indexes=indexes,
        recipes=recipes,
    )


def _sources(table: Node | None, converter: Converter) -> Iterator[RecipeSource]:
    if table is not None:
        refuse_environment(table, converter)
    for name, entry in table.table.items() if table else ():
        source = _source(name, entry, converter)
        if source is None:
            continue
        faults = tuple(_faults(source))
        converter.faults += faults
        if not faults:
            yield source


def _source(name: str, entry: Node, converter: Converter) -> RecipeSource | None:
    if isinstance(entry.value, str):
        return RecipeDistribution(name, entry.value, entry.origin)
    if entry.value is not None and not isinstance(entry.value, Mapping):
        converter.faults.append(mismatch(entry, "a requirement or a table", AnyForm()))
        return None
    table = converter.record(entry, RecipeFileEntry, f"the recipes `{name}`")
    return RecipeFile(name, table.path, entry.origin) if table else None


def _faults(source: RecipeSource) -> Iterator[ConfigurationError]:
    if not _NAME.fullmatch(source.name):
        message = f"the name {quoted(source.name)} of recipes must be of a-z, 0-9 and `-`"
        yield ConfigurationError(message, origin=source.origin)
    match source:
        case RecipeDistribution():
            yield from _faults_of_requirement(source)
        case RecipeFile():
            yield from _faults_of_path(source)


def _faults_of_requirement(source: RecipeDistribution) -> Iterator[ConfigurationError]:
    try:
        requirement = Requirement(source.requirement)
    except InvalidRequirement:
        hints = ('write for example "acme-recipes>=1.2"', 'or `{ path = "recipes/mine.py" }`')
        message = f"`{source.requirement}` is no requirement"
        yield ConfigurationError(message, origin=source.origin, hints=hints)
        return
    if requirement.url or requirement.marker:
        what = "a URL" if requirement.url else "a marker"
        message = f"the requirement of the recipes `{source.name}` can't have {what}"
        yield ConfigurationError(message, origin=source.origin)


def _faults_of_path(source: RecipeFile) -> Iterator[ConfigurationError]:
    path = PurePosixPath(source.path)
    try:
        safe_relpath(source.path.removeprefix("./").rstrip("/"))
    except UnsafePathError as error:
        hints = ("recipes stand in the project, and paths are relative to it",)
        yield ConfigurationError(f"the path {error}", origin=source.origin, hints=hints)
        return
    if not path.stem.isidentifier() or path.suffix not in ("", ".py"):
        message = f"`{source.path}` is no Python file, and no import package"
        yield ConfigurationError(message, origin=source.origin)
    elif path.stem in _OWN:
        message = f"`{source.path}` has the name of a module that Python or assembler has"
        yield ConfigurationError(message, origin=source.origin, hints=("rename it",))
