"""From a document to a project: everything checked, all faults at once."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePath

import msgspec

from assembler.config.convert import Converter
from assembler.config.document import Document
from assembler.config.expanding import Expanded, expand
from assembler.config.forms import AnyForm
from assembler.config.indexes import Indexes
from assembler.config.local import local_faults
from assembler.config.node import Node
from assembler.config.parts import Nodes, Parts, refuse_environment
from assembler.config.policy import Policy
from assembler.config.resolved import Resolved, in_order, resolve_with_faults
from assembler.config.selections import Selections
from assembler.config.settled import settled
from assembler.config.tables import TABLES
from assembler.config.targets import Targets
from assembler.errors import AssemblerError, ConfigurationError, raise_all
from assembler.model.part import PartName
from assembler.model.project import Project, SourceTree
from assembler.model.secret import SecretSource
from assembler.model.sources import SourceArchive, SourceRepository
from assembler.recipe import Recipe


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """A project, and the values that it was made from, with the types that the schema gives."""

    project: Project
    resolved: Resolved


def load(
    document: Document,
    *,
    recipes: Mapping[str, Recipe],
    folder: PurePath,
    environment: Mapping[str, str],
) -> Project:
    """Resolve and check a document. Raises `ConfigurationError`, or `Faults` for several."""
    return check(document, recipes=recipes, folder=folder, environment=environment).project


def check(
    document: Document,
    *,
    recipes: Mapping[str, Recipe],
    folder: PurePath,
    environment: Mapping[str, str],
) -> Checked:
    """Resolve and check a document. Raises `ConfigurationError`, or `Faults` for several."""
    expanded = expand(document, recipes, environment)
    document, every_part = expanded.document, expanded.whole
    _check_parts(document)
    resolved = resolve_with_faults(document, environment, every_part=every_part)
    converter = Converter()
    project = _project(resolved, converter, recipes, folder, expanded)
    _check_committed(document, resolved, converter, expanded.made)
    faults = (*expanded.faults, *resolved.faults, *converter.faults)
    raise_all(in_order((*_faults_of_tables(document), *faults)))
    if project is None:
        raise ConfigurationError("the file has no table `[assembly]`")
    root = settled(resolved.root, converter.settled)
    return Checked(project=project, resolved=msgspec.structs.replace(resolved, root=root))


def _check_parts(document: Document) -> None:
    parts, limits = document.root.child("parts"), document.limits
    if parts is not None and len(parts.table) > limits.parts:
        message = f"there are {len(parts.table)} parts, more than {limits.parts}"
        hints = (limits.way_out("parts"),)
        raise ConfigurationError(message, origin=parts.key_origin, hints=hints)


def _project(
    resolved: Resolved,
    converter: Converter,
    recipes: Mapping[str, Recipe],
    folder: PurePath,
    expanded: Expanded,
) -> Project | None:
    """The project, faults collected in the converter."""
    root = resolved.root
    policy = Policy(root, converter)
    assembly, lock = policy.assembly(), policy.lock()
    targets, indexes = Targets(root, converter).read(), Indexes(root, converter).read()
    trees, archives, repositories = _sources(root, converter)
    secrets = _secrets(root, converter, folder)
    parts = Parts(_nodes(resolved, expanded), recipes, converter).read()
    selections = _selections(resolved, converter, expanded)
    python = root.child("assembly", "python")
    if assembly is None or python is None:
        return None
    return Project(
        name=assembly.name,
        file=resolved.file,
        folder=folder,
        python=assembly.python,
        python_origin=python.origin,
        prefix=assembly.prefix,
        keep_generations=assembly.keep_generations,
        compile_bytecode=assembly.compile_bytecode,
        requires_assembler=assembly.requires_assembler,
        lock=lock,
        targets=targets,
        indexes=indexes,
        sources=trees,
        archives=archives,
        repositories=repositories,
        secrets=secrets,
        parts=parts,
        selections=selections,
        environment_read=resolved.environment_read,
    )


def _sources(
    root: Node, converter: Converter
) -> tuple[tuple[SourceTree, ...], tuple[SourceArchive, ...], tuple[SourceRepository, ...]]:
    if root.child("sources") is None:
        return (), (), ()
    from assembler.config.sources import Sources  # noqa: PLC0415 - many have none

    found = Sources(root, converter)
    return tuple(found.trees), tuple(found.archives), tuple(found.repositories)


def _secrets(root: Node, converter: Converter, folder: PurePath) -> tuple[SecretSource, ...]:
    if root.child("secrets") is None:
        return ()
    from assembler.config.secrets import Secrets  # noqa: PLC0415 - many have none

    return Secrets(root, converter).read(folder)


def _selections(
    resolved: Resolved, converter: Converter, expanded: Expanded
) -> Mapping[str, frozenset[PartName]]:
    disabled, faults = resolved.disabled, converter.faults
    return Selections(resolved.root, disabled, faults, every_part=expanded.whole).read()


def _nodes(resolved: Resolved, expanded: Expanded) -> Nodes:
    parts = resolved.root.child("parts")
    return Nodes(
        parts=parts.table if parts else {},
        disabled=resolved.disabled,
        expansions=expanded.made,
        every_part=expanded.whole,
    )


def _check_committed(
    document: Document, resolved: Resolved, converter: Converter, expanding: Collection[str]
) -> None:
    """Record a fault for whatever decides what is locked and is not committed."""
    if document.local:
        converter.faults += local_faults(resolved.root, document.file, expanding)
    for path in (("assembly", "python"), ("lock",), ("targets",), ("index",), ("sources",)):
        if node := resolved.root.child(*path):
            refuse_environment(node, converter)


def _faults_of_tables(document: Document) -> Iterator[AssemblerError]:
    for key, node in document.root.table.items():
        table = isinstance(node.value, Mapping)
        if key in TABLES:
            if not table:
                from assembler.config.mismatch import (  # noqa: PLC0415 - few values are wrong
                    mismatch,
                )

                yield mismatch(node, "a table", AnyForm())
            continue
        from assembler.config.synonyms import (  # noqa: PLC0415 - few tables are unknown
            table_hints,
        )

        hints = table_hints(key, node.table, TABLES) or (
            f"tables are {', '.join(f'`{t}`' for t in TABLES)}",
        )
        message = f"unknown table `[{key}]`" if table else f"unknown key `{key}`"
        yield ConfigurationError(message, origin=node.key_origin, hints=hints)
