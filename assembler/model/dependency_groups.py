"""The dependency groups of a `pyproject.toml` (PEP 735)."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec
from packaging.dependency_groups import resolve_dependency_groups
from packaging.utils import canonicalize_name

from assembler.model.pyproject import parsed


class _Document(msgspec.Struct, frozen=True, rename="kebab"):
    dependency_groups: Mapping[str, Sequence[str | Mapping[str, str]]] = {}


def group_names(pyproject_text: str) -> tuple[str, ...]:
    """The normalised names of the groups, sorted; none where there is no valid table."""
    try:
        groups = _groups(pyproject_text)
    except ValueError:
        return ()
    return tuple(sorted(canonicalize_name(name) for name in groups))


def group_requirements(pyproject_text: str, group: str) -> tuple[str, ...]:
    """The requirements of a group and of those that it includes.

    Raises `ValueError` for a group that there isn't, or that isn't valid.
    """
    try:
        return resolve_dependency_groups(_groups(pyproject_text), group)
    except ExceptionGroup as error:
        raise ValueError("; ".join(dict.fromkeys(_messages(error)))) from None


def _groups(pyproject_text: str) -> Mapping[str, Sequence[str | Mapping[str, str]]]:
    try:
        return msgspec.convert(parsed(pyproject_text), _Document).dependency_groups
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from None


def _messages(error: Exception) -> Iterator[str]:
    if isinstance(error, ExceptionGroup):
        for inner in error.exceptions:
            yield from _messages(inner)
    else:
        yield str(error).partition("\n")[0]
