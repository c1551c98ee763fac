"""`[[when]]`: tables that count on some targets only."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from assembler.config.keys import dotted, nearest
from assembler.config.node import Node
from assembler.config.tree import with_entries
from assembler.config.values import kind
from assembler.errors import AssemblerError, ConfigurationError
from assembler.model.platforms import marker_environment
from assembler.model.target import Target

if TYPE_CHECKING:
    from packaging.markers import Marker

_PLATFORM = (
    "os_name",
    "platform_machine",
    "platform_release",
    "platform_system",
    "platform_version",
    "sys_platform",
)
_PYTHON = (
    "implementation_name",
    "implementation_version",
    "platform_python_implementation",
    "python_full_version",
    "python_version",
)
_REFUSED = (
    (("when",), "blocks can't stand in each other"),
    (("assembly", "extends"), "what a file extends can't depend on the target"),
    (("targets",), "targets can't depend on the target"),
    (("lock", "targets"), "targets can't depend on the target"),
    (("lock", "file"), "the lock can't depend on the target"),
    (("recipes",), "recipes can't depend on the target"),
)
_WORDS = r"[a-z_]+"
_QUOTED = r"\"[^\"]*\"|'[^']*'"
_OPERATORS = ("and", "or", "in", "not")


def has_conditions(root: Node) -> bool:
    """Whether anything in a file depends on the target."""
    return "when" in root.table


def selected(root: Node, target: Target | None, faults: list[AssemblerError]) -> tuple[Node, ...]:
    """The outermost table of a file without its conditions, and the blocks that hold for a target.

    The others are checked alike; without a target none holds. Faults are collected.
    """
    node = root.table.get("when")
    if node is None:
        return (root,)
    plain = with_entries(root, {key: each for key, each in root.table.items() if key != "when"})
    blocks = node.value if isinstance(node.value, tuple) else ()
    if node.value != blocks or not all(isinstance(each.value, Mapping) for each in blocks):
        message = "`when` is written as `[[when]]`, with two brackets"
        faults.append(ConfigurationError(message, origin=node.origin))
        return (plain,)
    environment = marker_environment(target, "3.12.0") if target else None
    holding = [_content(block) for block in blocks if _holds(block, environment, faults)]
    return (plain, *holding)


def truths(root: Node, target: Target) -> tuple[bool, ...]:
    """Which of the blocks in a file hold for a target; faults are told elsewhere."""
    node, faults = root.table.get("when"), list[AssemblerError]()
    environment = marker_environment(target, "3.12.0")
    blocks = node.value if node is not None and isinstance(node.value, tuple) else ()
    return tuple(_holds(block, environment, faults) for block in blocks)


def _content(block: Node) -> Node:
    return with_entries(block, {k: each for k, each in block.table.items() if k != "marker"})


def _holds(
    block: Node, environment: Mapping[str, str] | None, faults: list[AssemblerError]
) -> bool:
    """Whether a block counts, all of it checked."""
    wrong = list(_faults_of_content(block))
    faults += wrong
    node = block.table.get("marker")
    if node is None:
        message = "missing key `marker` of a `[[when]]` block"
        faults.append(ConfigurationError(message, origin=block.origin))
        return False
    if not isinstance(node.value, str):
        message = f"`marker` must be text, not {kind(node.value)}"
        faults.append(ConfigurationError(message, origin=node.origin))
        return False
    marker = _marker(node.value, node, faults)
    if marker is None or environment is None:
        return False
    return marker.evaluate({**environment, "extra": ""})


def _faults_of_content(block: Node) -> Iterator[AssemblerError]:
    for path, reason in _REFUSED:
        if node := block.child(*path):
            message = f"`{dotted(path)}` can't stand in a `[[when]]` block: {reason}"
            yield ConfigurationError(message, origin=node.key_origin)


def _marker(text: str, node: Node, faults: list[AssemblerError]) -> "Marker | None":
    """The marker, whose variables are about the platform alone."""
    from packaging.markers import (  # noqa: PLC0415 - only conditions need it
        InvalidMarker,
        Marker,
        UndefinedEnvironmentName,
    )

    try:
        marker = Marker(text)
    except (InvalidMarker, UndefinedEnvironmentName):
        message = f"`{text}` is no environment marker"
        hints = (_nearest_variable(text) or "write for example \"sys_platform == 'darwin'\"",)
        faults.append(ConfigurationError(message, origin=node.origin, hints=hints))
        return None
    wrong = [name for name in _variables(str(marker)) if name not in _PLATFORM]
    faults += [_fault_of_variable(name, node) for name in dict.fromkeys(wrong)]
    return None if wrong else marker


def _variables(text: str) -> Sequence[str]:
    words: list[str] = re.findall(_WORDS, re.sub(_QUOTED, "", text))
    return [word for word in words if word not in _OPERATORS]


def _nearest_variable(text: str) -> str:
    known = (*_PLATFORM, *_PYTHON)
    unknown = [word for word in _variables(text) if word not in known]
    return next((hint for word in unknown for hint in nearest(word, _PLATFORM)), "")


def _fault_of_variable(name: str, node: Node) -> AssemblerError:
    origin = node.source.fragment(node.path, name)
    if name in _PYTHON:
        message = f"`{name}` depends on a program's Python, not on the platform"
        example = "\"tomli; python_version < '3.11'\""
        hints = (f"write the marker into the requirement itself, such as {example}",)
    else:
        message = f"`{name}` means nothing for a whole assembly"
        hints = (f"a block may depend on {', '.join(f'`{each}`' for each in _PLATFORM)}",)
    return ConfigurationError(message, origin=origin, hints=hints)
